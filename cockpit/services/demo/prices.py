"""Price periods of each spell: indexed every January, now and then renegotiated, lower in aftercare."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from cockpit.domain.months import first_day
from cockpit.services.demo.children import DAYS_IN_YEAR, MONTHS_IN_YEAR, Spell
from cockpit.services.demo.settings import DemoType, Settings

WEEKS_IN_YEAR = DAYS_IN_YEAR / 7


@dataclass(frozen=True)
class _Change:
    """From a day on the price is multiplied by a factor."""

    day: date
    factor: float


def price_periods(spells: list[Spell], settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    """Cut every spell that touches the ledger's months into price periods, as they really went.

    Returns:
        One row per price period: spell (index into `spells`), number, child, type_key, account, law, provider,
        billing, vat_refund, district, birth, start, stop (exclusive), last (is it the spell's last?), spell_start,
        spell_stop, rate, unit, quantity, registered.
    """
    first = first_day(settings["ledger_start"]).date()
    rows = [
        row
        for index, spell in enumerate(spells)
        if spell.stop > first
        for row in _periods_of(index, spell, settings, rng)
    ]
    return _typed(pd.DataFrame(rows))


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    for name in ("birth", "start", "stop", "spell_start", "spell_stop", "registered"):
        table[name] = pd.to_datetime(table[name])
    return table


def _periods_of(index: int, spell: Spell, settings: Settings, rng: np.random.Generator) -> list[dict[str, object]]:
    kind = settings.types[spell.type_key]
    changes = _changes(spell, kind, settings, rng)
    registered = spell.start + timedelta(days=_registration_days(settings, rng))
    quantity = _quantity(spell.price, kind)
    days = [spell.start, *_breaks(spell, changes)]
    rows = []
    for start, stop in zip(days, [*days[1:], spell.stop], strict=True):
        price = spell.price * settings.price_level[min(start.year, max(settings.price_level))]
        for change in changes:
            price *= change.factor if change.day <= start else 1.0
        rows.append(
            _shared(index, spell, kind, settings, start)
            | {"start": start, "stop": stop, "last": stop == spell.stop, "registered": max(registered, start)}
            | {"rate": _rate(price, kind, quantity), "quantity": quantity}
        )
    return rows


def _shared(index: int, spell: Spell, kind: DemoType, settings: Settings, start: date) -> dict[str, object]:
    merged = start >= settings["reorganisation"]
    return {
        "spell": index, "number": spell.number, "child": spell.child.number, "type_key": spell.type_key,
        "account": kind.account, "law": kind.law_after if start >= settings["law_change"] else kind.law_before,
        "provider": spell.provider.name, "billing": spell.provider.billing,
        "vat_refund": spell.provider.vat_refund, "unit": kind.unit, "birth": spell.child.birth,
        "district": spell.child.merged_district if merged else spell.child.district,
        "spell_start": spell.start, "spell_stop": spell.stop,
    }  # fmt: skip


def _changes(spell: Spell, kind: DemoType, settings: Settings, rng: np.random.Generator) -> list[_Change]:
    changes = _renegotiations(spell, settings, rng) if kind.placement else []
    if spell.aftercare_from is not None:
        changes.append(_Change(spell.aftercare_from, settings["aftercare_price_factor"]))
    if spell.provider.name == settings["contract_provider"]:
        changes.append(_Change(settings["reorganisation"], settings["contract_price_factor"]))
    return changes


def _renegotiations(spell: Spell, settings: Settings, rng: np.random.Generator) -> list[_Change]:
    """Renegotiations arrive at a constant rate and hold from the first of a month."""
    changes: list[_Change] = []
    day = spell.start
    while True:
        day += timedelta(days=1 + round(rng.exponential(DAYS_IN_YEAR / settings["renegotiation_rate"])))
        day = date(day.year + day.month // MONTHS_IN_YEAR, day.month % MONTHS_IN_YEAR + 1, 1)
        if day >= spell.stop:
            return changes
        changes.append(_Change(day, 1 + rng.uniform(*settings["renegotiation_rise"])))


def _breaks(spell: Spell, changes: list[_Change]) -> list[date]:
    januaries = [date(year, 1, 1) for year in range(spell.start.year + 1, spell.stop.year + 1)]
    days = {*januaries, *(change.day for change in changes)}
    return sorted(day for day in days if spell.start < day < spell.stop)


def _quantity(price: float, kind: DemoType) -> float:
    """Hours a week where a type is paid by the hour, to the half hour; else one."""
    if not kind.hour_price:
        return 1.0
    return max(round(2 * price * MONTHS_IN_YEAR / WEEKS_IN_YEAR / kind.hour_price) / 2, 1.0)


def _rate(price: float, kind: DemoType, quantity: float) -> float:
    """Turn kr. per month into whole kroner per unit (hours: to the tenth)."""
    if kind.unit == "week":
        return round(price * MONTHS_IN_YEAR / WEEKS_IN_YEAR / quantity, 1)
    if kind.unit == "day":
        return float(round(price * MONTHS_IN_YEAR / DAYS_IN_YEAR))
    return float(round(price, -1))


def _registration_days(settings: Settings, rng: np.random.Generator) -> int:
    prompt = settings["registration_prompt_days"]
    if rng.random() < settings["registration_late_share"]:
        return int(rng.integers(prompt + 1, settings["registration_late_days"] + 1))
    return int(rng.integers(0, prompt + 1))
