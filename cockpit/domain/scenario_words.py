"""The words of a scenario itself: its levers, its warnings, and the pitfalls that stand beside every result."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.lever_names import KIND_NAMES
from cockpit.domain.levers import (
    Amount,
    Avert,
    BringHome,
    Lever,
    Price,
    PriceDrift,
    Programme,
    Shorten,
    StepDown,
    Substitute,
)
from cockpit.domain.months import OUTLINE_YEARS
from cockpit.domain.reference import PLACEMENT_STEPS, Reference
from cockpit.domain.scenario import Scenario, plain_before

INTERACTION = "Grebenes virkning på hinanden"
ONLY_PROGRAMMES = "Programmets pris"
ONLY_OWN_PLACES = "Etablering og tomme pladser"
OWN_COSTS = "Egne udgifter"
AFTER_FILLED = "Det, de fyldte egne pladser koster, er trukket fra i det sparede."
PITFALLS = (  # name and meaning
    (
        "Langsommere end planlagt",
        "nye indsatser kommer sjældent i gang til tiden, og virkningen kommer ofte først efter 2–5 år",
    ),
    ("Tabt refusion", "de dyreste anbringelser udløser statsrefusion, som falder væk sammen med dem"),
    ("Noget andet vokser", "færre anbringelser kan blive afløst af fx dagbehandling"),
    ("Dyrere tilbageværende", "de børn, der stadig anbringes, kan være dem med de største behov"),
    ("Budgettet er allerede sat ned", "er det sat ned på forhånd, er gevinsten brugt"),
    ("Dobbeltregning", "andre initiativer kan regne med de samme børn"),
    ("Små tal", "få dyre enkeltsager kan ændre billedet markant"),
)
FEW_CHILDREN = 5.0
MONTHS = 12


def lever_label(lever: Lever, reference: Reference) -> str:
    """A lever in a few words: `Færre nye: Opholdssted, 6 børn om året`."""
    return f"{KIND_NAMES[lever.KIND]}: {_told(lever, reference)}"


def lever_within(lever: Lever, reference: Reference) -> str:
    """A lever within a sentence: `færre nye (opholdssted, 6 børn om året)`."""
    return f"{fmt.lower_first(KIND_NAMES[lever.KIND])} ({_told(lever, reference)})"


def share_words(*shares: float, signed: bool = False) -> list[str]:
    """Write shares in per cent, with a decimal only where one of them has any."""
    decimals = 0 if all(fmt.rounds_to_zero(100 * share - round(100 * share), 1) for share in shares) else 1
    return [fmt.percent(share, decimals, signed=signed) for share in shares]


def _told(lever: Lever, reference: Reference) -> str:
    names = [reference.type_within(key) for key in lever.types]
    match lever:
        case Avert():
            return f"{names[0]}, {pace(lever.children_per_month)}"
        case StepDown():
            return f"{_children(lever.children)} fra {names[0]} til {names[1]}"
        case BringHome():
            places = fmt.plural(lever.places, "plads", "pladser")
            return f"{places} {reference.where_within(lever.to_type)} til børn fra {names[0]}"
        case Substitute():
            return f"{names[0]}, {fmt.plain(lever.share)} pr. undgået {names[1]}"
        case Shorten():
            return f"{names[0]}, {fmt.percent(lever.share)} af resttiden"
        case Programme():
            return _programme(lever)
        case Price() | PriceDrift():
            yearly = " om året" if isinstance(lever, PriceDrift) else ""
            return f"{names[0]}, {share_words(lever.share, signed=True)[0]}{yearly}"
    return lever.source


def pace(per_month: float, *, like: float | None = None) -> str:
    """Less than a child a month is told by the year: `4 børn om året` and not `0,333 barn pr. måned`.

    Args:
        per_month: children a month.
        like: another number of children a month, whose unit this is told in; by default its own.
    """
    if (per_month if like is None else like) < 1:
        return f"{_children(round(per_month * MONTHS, 3))} om året"
    return f"{_children(per_month)} pr. måned"


def pace_range(low: float, high: float, *, like: float) -> str:
    """Write a range of children a month in the unit that `pace` tells of `like`: `2,4 til 8,4 børn om året`."""
    times, unit = (MONTHS, "børn om året") if like < 1 else (1, "børn pr. måned")
    return f"{fmt.plain(round(low * times, 3))} til {fmt.plain(round(high * times, 3))} {unit}"


def _programme(lever: Programme) -> str:
    """What a programme costs, by what is entered of it."""
    parts = []
    if lever.cases_per_month and lever.cost_per_case:
        parts.append(f"{fmt.plain(lever.cases_per_month)} forløb pr. måned à {fmt.kroner(lever.cost_per_case)}")
    if lever.staff_per_year:
        parts.append(f"{fmt.kroner(lever.staff_per_year)} om året til medarbejdere")
    if lever.one_off:
        parts.append(f"{fmt.kroner(lever.one_off)} én gang")
    return fmt.enumeration(parts) if parts else "ingen udgift endnu"


def _children(count: float) -> str:
    return f"{fmt.plain(count)} {'barn' if 0 < count <= 1 else 'børn'}"


def has_cost(scenario: Scenario) -> bool:
    """Whether the scenario says what it costs to get the effect."""
    return any(isinstance(lever, Programme | Amount | BringHome) for lever in scenario.levers)


def own_costs(scenario: Scenario) -> tuple[str, str]:
    """Name what is taken off what is saved, and say what it holds: of places of one's own the filled ones do not count.

    What children cost in a filled place is deducted in what is saved already, as any move to another type is.
    """
    kinds = [kind for kind in (Programme, BringHome, Amount) if any(isinstance(one, kind) for one in scenario.levers)]
    if kinds == [BringHome]:
        return ONLY_OWN_PLACES, "de fyldte pladser er trukket fra i det sparede"
    if kinds == [Programme]:
        return ONLY_PROGRAMMES, "det, indsatsen selv koster"
    held = {
        Programme: "programmer", BringHome: "etablering og tomme pladser", Amount: "besluttede beløb"
    }  # fmt: skip
    return OWN_COSTS, fmt.enumeration([held[kind] for kind in kinds]) or "ingen i scenariet"


def costs_beside(scenarios: Sequence[Scenario]) -> str:
    """Say of scenarios side by side that own costs hold a programme's whole price, but no filled place; else empty."""
    homes = [f"»{one.name}«" for one in scenarios if _brings_home(one)]
    if not homes:
        return ""
    return f"{OWN_COSTS} er for {fmt.enumeration(homes)} etablering og tomme pladser. {AFTER_FILLED}"


def _brings_home(scenario: Scenario) -> bool:
    return any(isinstance(lever, BringHome) for lever in scenario.levers)


def warnings_of(
    scenario: Scenario,
    as_of: pd.Period,
    months: pd.PeriodIndex,
    short: Sequence[tuple[Lever, float, float]],
    parts: dict[str, np.ndarray],
    reference: Reference,
) -> tuple[str, ...]:
    """What a reader must know about this very scenario, in Danish.

    Args:
        scenario: with its levers.
        as_of: the last known month; months: those of the result.
        short: levers that got less than they wanted, with wanted and got, children in all.
        parts: mean kr. by month of saving, programme cost, refund lost and net.
        reference: names of types.
    """
    found = [_capped(lever, wanted, got, reference) for lever, wanted, got in short]
    found += _timing(scenario, as_of, months)
    found += _money(scenario, parts)
    found += _outside(scenario, months[-1].year)
    found += _horizon(scenario, as_of)
    found += _left_out(scenario, reference)
    return tuple(found)


def _capped(lever: Lever, wanted: float, got: float, reference: Reference) -> str:
    asked, found = fmt.number(wanted, 1), fmt.number(got, 1)
    if isinstance(lever, BringHome):
        return (
            f"De egne pladser står tomme {fmt.percent(1 - got / wanted)} af tiden ({found} af {asked} pladsår er "
            "fyldt). En tom plads koster det samme som en fyldt og giver ingen refusion; det er regnet med."
        )
    if isinstance(lever, StepDown):
        return (
            f"Der er ikke så mange børn {reference.where_within(lever.from_type)}: scenariet flytter {found} i "
            f"stedet for {asked}."
        )
    return (
        f"Der ventes færre nye {reference.where_within(lever.types[0])}, end scenariet vil undgå: alle undgås, "
        f"{found} i stedet for {asked} børn i hele perioden."
    )


def _timing(scenario: Scenario, as_of: pd.Period, months: pd.PeriodIndex) -> list[str]:
    found = []
    begins = [lever.begins(scenario.start) for lever in scenario.levers]
    if begins and min(begins) <= as_of:
        found.append(
            f"Scenariet begynder før {fmt.month_year(as_of + 1)}. Det, der er sket, ændres ikke: virkning, udgifter og "
            f"beløb er først regnet med fra den måned.{_fell_before(scenario, as_of)}"
        )
    late = sum(begin > months[-1] for begin in begins)
    if late:
        found.append(f"{fmt.plural(late, 'greb', 'greb')} begynder efter {months[-1].year} og ses ikke her.")
    return found


def _fell_before(scenario: Scenario, as_of: pd.Period) -> str:
    cost, saving = plain_before(scenario, as_of)
    amounts = {"udgifter": cost, "besparelser": saving}
    parts = [f"{name} for {fmt.kroner(amount)}" for name, amount in amounts.items() if amount >= 0.5]
    if not parts:
        return ""
    return (
        f" Grebene har {fmt.enumeration(parts)} i månederne før; de er ikke med her, for det, der er betalt eller "
        "sparet, står i det bogførte. Ligger det hele forude, så sæt begyndelsen senere."
    )


def _money(scenario: Scenario, parts: dict[str, np.ndarray]) -> list[str]:
    found = [AFTER_FILLED] if _brings_home(scenario) else []
    lost = float(parts["refund_lost"].sum())
    if not fmt.rounds_to_zero(lost / fmt.MILLION, 1):
        found.append(f"Central refusion på {fmt.mio(lost)} falder væk sammen med udgiften; den er trukket fra.")
    if scenario.levers and not any(lever.low is not None or lever.high is not None for lever in scenario.levers):
        told = "intervallet viser kun tilfældet, ikke om antagelserne holder"
        found.append(f"Ingen af grebene har et lavt og et højt skøn: {told}.")
    return found


def _outside(scenario: Scenario, last: int) -> list[str]:
    """Amounts of years that the scenario does not have, by the lever that has them."""
    found = []
    for lever in scenario.levers:
        first = lever.begins(scenario.start).year
        amounts = lever.per_year if isinstance(lever, Amount) and first <= last else ()
        years = [str(year) for year, amount in amounts if amount and not first <= year <= last]
        if years:
            found.append(
                f"Beløb for {fmt.enumeration(years)} ligger uden for {first}–{last}, som grebet regnes for, og er "
                "ikke med."
            )
    return found


def _horizon(scenario: Scenario, as_of: pd.Period) -> list[str]:
    if scenario.outline_years <= OUTLINE_YEARS:
        return []
    last = as_of.year + OUTLINE_YEARS
    return [
        f"Efter {last} er tallene en fremskrivning af det, der er kendt i dag: befolkning og pris- og lønskøn efter "
        "tabellernes sidste år, ny lovgivning og nye tilbud er ikke med."
    ]


def _spells(type_key: str, reference: Reference) -> str:
    """Spells of a type: `anbringelser på opholdssted`, `forløb med kontaktperson`."""
    is_placement = reference.step_of(type_key) in PLACEMENT_STEPS
    return f"{'anbringelser' if is_placement else 'forløb'} {reference.where_within(type_key)}"


def _still(type_key: str, reference: Reference) -> str:
    """What still holds of other children: `er på opholdssted`, `har kontaktperson`."""
    is_placement = reference.step_of(type_key) in PLACEMENT_STEPS
    return f"er {reference.where_within(type_key)}" if is_placement else f"har {reference.type_within(type_key)}"


def _left_out(scenario: Scenario, reference: Reference) -> list[str]:
    """Pitfalls that this scenario has made no assumption about."""
    averts = [lever for lever in scenario.levers if isinstance(lever, Avert)]
    found = []
    instead = {lever.instead_of for lever in scenario.levers if isinstance(lever, Substitute)}
    bare = sorted({_spells(one.type, reference) for one in averts if one.type not in instead})
    if bare:
        found.append(f"Der er ikke regnet med, at noget andet vokser, når {fmt.enumeration(bare)} undgås.")
    if averts and not has_cost(scenario):
        found.append("Der er ikke regnet med, hvad det koster at undgå anbringelserne.")
    if any(not one.lag_months and not one.ramp_months for one in averts):
        found.append("Virkningen er sat til at komme med det samme. Forebyggelse virker sjældent straks.")
    drifting = {lever.type for lever in scenario.levers if isinstance(lever, PriceDrift)}
    thinned = sorted({_still(one.type, reference) for one in averts if one.type not in drifting})
    if thinned:
        who = f"De børn, der fortsat {fmt.enumeration(thinned, 'eller')},"
        found.append(f"{who} er regnet til uændret pris; de kan være dyrere.")
    few = [one for one in scenario.levers if isinstance(one, StepDown) and 0 < one.children < FEW_CHILDREN]
    found += [
        f"Flytningen fra {reference.type_within(one.from_type)} til {reference.type_within(one.to_type)} hviler på få "
        "børn: enkelte sager afgør, hvad den bliver til."
        for one in few
    ]
    return found
