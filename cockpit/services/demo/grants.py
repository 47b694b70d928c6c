"""The extract of granted interventions: what the case system shows at the end of the as-of month."""

from dataclasses import replace

import numpy as np
import pandas as pd

from cockpit.domain.months import day_after, first_day
from cockpit.services.demo.children import DAYS_IN_MONTH, Spell, add_months
from cockpit.services.demo.prices import price_periods
from cockpit.services.demo.settings import Settings

ONE_DAY = pd.Timedelta(days=1)


def granted(
    spells: list[Spell], periods: pd.DataFrame, first: pd.Period, settings: Settings, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the price periods known at the end of the as-of month, of spells that run in the history's months.

    A stop is only known once it has passed; until then there is an expected stop, which is often moved.

    Returns:
        The columns of `price_periods`; stop and expected_stop are exclusive and NaT where blank.
    """
    end = day_after(settings["as_of"])
    known = periods[(periods["start"] < end) & (periods["registered"] < end)]
    known = known.assign(expected_stop=_expected_stops(spells, known, end, settings, rng))
    # The last day of the month closes a spell, but not a price period that goes on at a new price tomorrow.
    open_ended = (known["stop"] > end) | ((known["stop"] == end) & ~known["last"])
    return known.assign(stop=known["stop"].mask(open_ended))[known["spell_stop"] > first_day(first)]


def _expected_stops(
    spells: list[Spell], rows: pd.DataFrame, end: pd.Timestamp, settings: Settings, rng: np.random.Generator
) -> pd.Series:
    """What was expected when each price period was last in force: the truth blurred, never before that day."""
    seen = rows["stop"].where(rows["stop"] <= end, end)
    running = ~(rows["last"] & (rows["stop"] <= end))
    blur = _days(rng.normal(settings["expected_stop_bias_months"], settings["expected_stop_sd_months"], len(rows)))
    expected = (rows["spell_stop"] + blur).clip(upper=_coming_of_age(spells, rows, seen, settings))
    passed = expected < seen
    low, high = settings["expected_stop_moved_months"]
    moved = seen + _days(rng.uniform(low, high, len(rows)))
    expected = expected.mask(passed & running, moved).mask(passed & ~running, rows["stop"])
    expired = seen - _days(rng.uniform(low, high, len(rows)))
    is_expired = running & (rng.random(len(rows)) < settings["expected_stop_expired_share"]) & (expired > rows["start"])
    missing = rng.random(len(rows)) < settings["expected_stop_missing_share"]
    return expected.mask(is_expired, expired).mask(missing)


def _days(months: np.ndarray) -> pd.TimedeltaIndex:
    return pd.to_timedelta(np.round(months * DAYS_IN_MONTH), unit="D")


def _coming_of_age(spells: list[Spell], rows: pd.DataFrame, seen: pd.Series, settings: Settings) -> pd.Series:
    """The next age limit after the day something was last known: 18 years, then 23."""
    adult, over = (
        pd.Series(pd.to_datetime([spells[i].child.birthday(settings[age]) for i in rows["spell"]]), index=rows.index)
        for age in ("adult_age", "aftercare_age")
    )
    return adult.where(adult >= seen, over)


def announced(spells: list[Spell], settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    """Return spells that are expected, not granted: some of those that start soon, at the day expected now."""
    end = day_after(settings["as_of"])
    latest = day_after(settings["as_of"] + settings["announced_months"])
    coming = [spell for spell in spells if end <= pd.Timestamp(spell.start) < latest]
    chosen = [spell for spell in coming if rng.random() < settings["announced_share"]]
    rows = price_periods([_as_expected(spell, settings) for spell in chosen], settings, rng)
    rows = rows[rows["start"] == rows["spell_start"]]
    earliest, latest_day = settings["announced_days"]
    ahead = pd.to_timedelta(rng.integers(earliest, latest_day, len(rows)), unit="D")
    return rows.assign(
        registered=end - ahead, expected_stop=rows["spell_stop"], stop=pd.Series(pd.NaT, index=rows.index)
    )


def _as_expected(spell: Spell, settings: Settings) -> Spell:
    """Nobody knows the child's later course: an expected spell gets the usual length of a grant."""
    return replace(spell, stop=add_months(spell.start, settings["announced_grant_months"]), aftercare_from=None)
