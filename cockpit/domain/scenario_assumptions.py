"""What a scenario assumes, lever by lever, in words: whoever decides on its result must see what it rests on."""

from typing import Any

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.levers import Amount, BringHome, Lever, Programme, Substitute
from cockpit.domain.reference import Reference
from cockpit.domain.scenario import Scenario
from cockpit.domain.scenario_words import lever_label, lever_within, pace_range, share_words

_SHARES = ("share", "realised", "occupancy")  # values that are written in per cent
_OF_WHAT = {"bring_home": " fyldt", "amount": " opnået", "shorten": " af resttiden", "price_drift": " om året"}
_KRONER = ("cost_per_case",)


def assumptions(scenario: Scenario, reference: Reference) -> list[tuple[str, str, str]]:
    """Say of each lever what it is, how it is reckoned with its low and high estimate, and its source."""
    return [
        (lever_label(lever, reference), f"{range_words(lever)}; {reckoned(lever, scenario.start)}", lever.source)
        for lever in scenario.levers
    ]


def in_a_line(scenario: Scenario, reference: Reference) -> str:
    """Say in one sentence what a scenario is."""
    told = fmt.enumeration([lever_within(lever, reference) for lever in scenario.levers])
    return f"Scenariet begynder i {fmt.month_long(scenario.start)} med {_counted(scenario)}: {told}."


def assumptions_title(scenario: Scenario) -> str:
    """Say how much of a scenario is an assumption with a range."""
    ranged = sum(has_range(lever) for lever in scenario.levers)
    begins = f"»{scenario.name}« begynder i {fmt.month_long(scenario.start)} med {_counted(scenario)}"
    if ranged == len(scenario.levers):
        every = "" if ranged == 1 else "begge " if ranged == 2 else "alle "
        return f"{begins}, som {every}har et lavt og et højt skøn"
    return f"{begins}; {fmt.number(ranged) if ranged else 'ingen'} af dem har et lavt og et højt skøn"


def has_range(lever: Lever) -> bool:
    """Whether a low or a high estimate is given."""
    return lever.low is not None or lever.high is not None


def range_words(lever: Lever) -> str:
    """Write the range of a lever's value with its unit and of what, or that none is given."""
    if not has_range(lever):
        return "uden lavt og højt skøn"
    low, high = lever.range
    if lever.VALUE in _SHARES:
        is_change = min(low, high, lever.value) < 0
        what = _OF_WHAT.get(lever.KIND, "")
        return f"skøn fra {' til '.join(share_words(low, high, signed=is_change))}{what}"
    if lever.VALUE in _KRONER:
        return f"skøn fra {fmt.plain(low)} til {fmt.kroner(high)} pr. forløb"
    if lever.VALUE == "children_per_month":
        return f"skøn fra {pace_range(low, high, like=lever.value)}"
    return f"skøn fra {fmt.plain(low)} til {fmt.plain(high)} børn"


def reckoned(lever: Lever, start: pd.Period) -> str:
    """Say when a lever works and with how many it succeeds: all that its label does not tell."""
    told = [_when(lever, start), *_amounts(lever), *_shares(lever)]
    return "; ".join(part for part in told if part)


def _counted(scenario: Scenario) -> str:
    return f"{fmt.number(len(scenario.levers))} greb"


def _when(lever: Lever, start: pd.Period) -> str:
    """From when a lever works, which its scenario may have begun long before."""
    begins = lever.begins(start)
    what = "" if isinstance(lever, Programme | Amount) else "virkning "
    from_month = f"{what}fra {fmt.month_long(begins)}"
    if lever.ramp_months > 1:
        from_month = f"{from_month}, fuld fra {fmt.month_long(begins + lever.ramp_months - 1)}"
    if lever.fade_months:
        from_month = f"{from_month}, aftager efter {_months(lever.hold_months)} over {_months(lever.fade_months)}"
    return from_month


def _months(count: int) -> str:
    return fmt.plural(count, "måned", "måneder")


def _amounts(lever: Lever) -> list[str]:
    """Prices and amounts that are entered, by the kind of lever."""
    price = getattr(lever, "price", None)
    told = [] if price is None else [f"{fmt.kroner(price)} pr. måned"]
    match lever:
        case Programme(months=months) if months:
            told.append(f"i {_months(months)}")
        case Substitute(months=months) if months:
            told.append(f"i {_months(months)} pr. barn")
        case BringHome():
            told.append(f"{fmt.kroner(lever.cost_per_place)} pr. plads pr. måned, også når den står tom")
            told.append(f"højst {fmt.percent(lever.occupancy)} fyldt")
            told += [f"{fmt.kroner(lever.one_off)} til etablering"] if lever.one_off else []
        case Amount():
            told += [f"{year}: {_signed_kroner(amount)}" for year, amount in lever.per_year]
            told += [f"{fmt.percent(lever.realised)} opnås"] if lever.realised != 1 else []
    return told


def _signed_kroner(amount: float) -> str:
    return f"{fmt.kroner(abs(amount))} {'mindre' if amount < 0 else 'mere'}"


def _shares(lever: Lever) -> list[str]:
    """Whom a lever is for, and what of its effect falls away; nothing of what is left as it is."""
    found: dict[str, Any] = vars(lever)
    low, high = found.get("age_from"), found.get("age_to")
    told = [] if low is None and high is None else [_ages(low, high)]
    for name, untouched, words in (
        ("success_rate", 1.0, "lykkes for {}"),
        ("scaling_share", 0.0, "{} tabes i stor skala"),
        ("deadweight_share", 0.0, "{} var ikke kommet alligevel (dødvægt)"),
    ):
        if found.get(name, untouched) != untouched:
            told.append(words.format(fmt.percent(found[name])))
    if found.get("postponed_share"):
        told.append(f"{fmt.percent(found['postponed_share'])} er kun udskudt {_months(found['postponed_months'])}")
    return told


def _ages(low: float | None, high: float | None) -> str:
    if high is None:
        return f"fra {fmt.plain(low or 0.0)} år"
    return f"til og med {fmt.plain(high)} år" if low is None else f"{fmt.plain(low)}–{fmt.plain(high)} år"
