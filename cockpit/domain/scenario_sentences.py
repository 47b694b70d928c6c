"""What the result of a scenario says in words."""

from collections.abc import Sequence

from cockpit.domain import format as fmt
from cockpit.domain.levers import Programme
from cockpit.domain.methods import ACTIVITY, OUTLINE
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import Reference
from cockpit.domain.scenario_result import ScenarioResult, succeeding_rate
from cockpit.domain.scenario_words import has_cost

MOST_CERTAIN = 0.99


def sentences_of(found: ScenarioResult) -> list[str]:
    """What a result says, the answer first."""
    first, last = found.years["year"].iloc[[0, -1]]
    if found.pays_probability is None:
        return ["Scenariet ændrer intet: tallene er dem, der ventes i forvejen."]
    better = "Gevinsten" if found.net >= 0 else "Merudgiften"
    said = [
        f"{better} efter {_deducted(found)} ventes at blive {fmt.mio(abs(found.net))} i {first}–{last}{_band(found)}.",
        *_limits(found),
    ]
    # Simulated paths know nothing of a cost that nobody has put in.
    if has_cost(found.scenario):
        said.append(f"Sandsynligheden for, at det betaler sig i perioden, er {chance(found.pays_probability)}.")
    # Where nothing is spent first, there is nothing to win back.
    if found.months["cumulated"].min() < -1:
        said.append(_paid_back(found, int(last)))
    said += success_needed(found)
    return [*said, *_beginning(found)]


def success_needed(found: ScenarioResult) -> list[str]:
    """What has to succeed beside what the scenario reckons with: one without the other reads as a sure gain."""
    if found.break_even_success_rate is None:
        return []
    own = succeeding_rate(found.scenario)
    beside = "" if own is None else f"; scenariet regner med {fmt.percent(own, 1)}"
    return [
        "Efter dødvægt, i et år med fuld virkning: forebyggelsen tjener sig hjem, hvis den lykkes i mindst "
        f"{fmt.percent(found.break_even_success_rate, 1)} af forløbene{beside}. Hver gang det lykkes, sparer "
        f"kommunen {fmt.mio(found.averted_net)} om året. Ventetid og indkøring er ikke med her, kun i sandsynligheden."
    ]


def side_by_side(results: Sequence[ScenarioResult]) -> str:
    """Say which of several scenarios is expected to gain most, and that it is no sure thing where bands overlap."""
    first, last = results[0].years["year"].iloc[[0, -1]]
    best, *others = sorted(results, key=lambda found: -found.net)
    if all(fmt.millions(found.net) == fmt.millions(best.net) for found in others):
        names = fmt.enumeration([f"»{found.scenario.name}«" for found in results])
        return f"{names} ventes at give det samme i {first}–{last}: {_gain_words(best)}"
    does = "koste mindst" if best.net < 0 and not fmt.rounds_to_zero(best.net / fmt.MILLION, 1) else "give mest"
    told = f"»{best.scenario.name}« ventes at {does} i {first}–{last}: {_gain_words(best)}"
    low, high = best.net_band
    doubts = [f"det kan også blive en {'merudgift' if best.net > 0 else 'gevinst'}"] if low < 0 < high else []
    doubts += ["båndene overlapper"] if low < max(one.net_band[1] for one in others) else []
    return f"{told}, men {', og '.join(doubts)}" if doubts else told


def _gain_words(found: ScenarioResult) -> str:
    if fmt.rounds_to_zero(found.net / fmt.MILLION, 1):
        return "hverken gevinst eller merudgift"
    return f"{fmt.mio(abs(found.net))} i {'gevinst' if found.net > 0 else 'merudgift'}"


def _deducted(found: ScenarioResult) -> str:
    """What is taken off what is saved: places of one's own and decided amounts are no programmes."""
    if not has_cost(found.scenario):
        return "tabt refusion"
    has_programme = any(isinstance(lever, Programme) for lever in found.scenario.levers)
    return f"{'programmer' if has_programme else 'egne udgifter'} og tabt refusion"


def _band(found: ScenarioResult) -> str:
    """The 80 % band of the sum, in words where it crosses zero; nothing where the sum is certain."""
    low, high = found.net_band
    if fmt.millions(low) == fmt.millions(high):
        return ""
    if low < 0 < high:
        return f" (80{fmt.NBSP}%: fra {fmt.mio(-low)} i merudgift til {fmt.mio(high)} i gevinst)"
    near, far = sorted((abs(low), abs(high)))
    return f" (80{fmt.NBSP}%: {fmt.millions(near)}–{fmt.millions(far)})"


def _limits(found: ScenarioResult) -> list[str]:
    """What the figures leave out, in the same breath."""
    levers = found.scenario.levers
    missing = [] if has_cost(found.scenario) else ["udgiften til at opnå det er ikke regnet med"]
    if not any(one.low is not None or one.high is not None for one in levers):
        missing.append("antagelserne er ikke prøvet")
    text = ", og ".join(missing)
    return [f"{text[0].upper()}{text[1:]}."] if missing else []


def _beginning(found: ScenarioResult) -> list[str]:
    """This year's net effect and what of it is booked; where it is too small to be written, when it is first felt."""
    this_year = found.net_this_year
    year = int(found.years["year"].iloc[0])
    if fmt.rounds_to_zero(this_year / fmt.MILLION, 1):
        return _first_felt(found)
    way = "billigere" if this_year > 0 else "dyrere"
    booked = found.cashable["net"]
    if fmt.millions(booked) == fmt.millions(this_year):
        return [f"{year} bliver {fmt.mio(abs(this_year))} {way}, og det når at blive bogført i året."]
    so_much = "næsten intet" if fmt.rounds_to_zero(booked / fmt.MILLION, 1) else fmt.mio(abs(booked))
    return [f"{year} bliver {fmt.mio(abs(this_year))} {way}; heraf når {so_much} at blive bogført i året."]


def _first_felt(found: ScenarioResult) -> list[str]:
    """From when on the net of a year is a gain and from when on an expense: money may be saved and spent before."""
    millions = found.years["net"] / fmt.MILLION
    felt = found.years[[not fmt.rounds_to_zero(net, 1) for net in millions]]
    gain, expense = ([int(year) for year in felt.loc[side, "year"]] for side in (felt["net"] > 0, felt["net"] < 0))
    if not expense:
        return [f"Nettogevinsten mærkes først fra {gain[0]}."] if gain else []
    if not gain:
        return [f"Merudgiften mærkes først fra {expense[0]}."]
    if expense[0] < gain[0]:
        return [f"Merudgiften mærkes fra {expense[0]}, nettogevinsten først fra {gain[0]}."]
    return [f"Nettogevinsten mærkes først fra {gain[0]}, og i {expense[0]} er der en merudgift."]


def _paid_back(found: ScenarioResult, last_year: int) -> str:
    if found.break_even_month is None:
        return f"Det ventes ikke tjent hjem inden udgangen af {last_year}."
    return f"Det ventes tjent hjem fra {fmt.month_long(found.break_even_month)}."


def chance(probability: float) -> str:
    """Write a share of the paths; simulated paths prove neither certainty nor impossibility."""
    if probability > MOST_CERTAIN:
        return f"over {fmt.percent(MOST_CERTAIN)}"
    if probability < 1 - MOST_CERTAIN:
        return f"under {fmt.percent(1 - MOST_CERTAIN)}"
    return fmt.percent(probability)


def baseline_note(found: ScenarioResult, prognosis: Prognosis, reference: Reference) -> str:
    """Say why the figures without the scenario are not those of the prognosis; empty where they agree."""
    apart = baseline_apart(found, prognosis)
    if not apart:
        return ""
    return f"{apart} {baseline_reason(found, prognosis, reference)}"


def baseline_apart(found: ScenarioResult, prognosis: Prognosis) -> str:
    """Say that the figures without the scenario are not those of the prognosis, for this year and the last one that
    both have; empty where they agree."""
    theirs = prognosis.outline_years[prognosis.outline_years["level"] == "total"].set_index("year")["mean"]
    theirs.loc[prognosis.year] = prognosis.total["mean"]
    ours = found.years.set_index("year")["baseline_mean"].reindex(theirs.index)
    apart = [year for year in sorted({prognosis.year, int(theirs.index.max())}) if _differ(ours[year], theirs[year])]
    if not apart:
        return ""
    pairs = [f"{fmt.mio(ours[at])} i {at} (i prognosen {fmt.millions(theirs[at])})" for at in apart]
    return f"Uden scenariet er udgiften {' og '.join(pairs)}: her regnes efter det år, ydelsen er givet i."


def baseline_reason(found: ScenarioResult, prognosis: Prognosis, reference: Reference) -> str:
    """Say what in the reckoning makes them differ, for whoever reads."""
    has_ahead = bool((prognosis.outline_years["level"] == "total").any())
    ahead = _other_method(found, prognosis, reference) if has_ahead else ""
    return (
        "Scenarier regnes på aktiviteten i ydelsesåret; prognosen efter det år, regningen bogføres i"
        f"{ahead}. Grebenes virkning ændres ikke af det.{_narrower(found, prognosis)}"
    )


def _differ(one: float, other: float) -> bool:
    return not (fmt.is_absent(one) or fmt.is_absent(other)) and fmt.millions(one) != fmt.millions(other)


def _narrower(found: ScenarioResult, prognosis: Prognosis) -> str:
    """Say why this year's band is narrower than the forecast's; empty where it is not."""
    ours, theirs = found.years.iloc[0], prognosis.total
    width = float(ours["baseline_p90"] - ours["baseline_p10"]), float(theirs["p90"] - theirs["p10"])
    if fmt.rounds_to_zero((width[1] - width[0]) / fmt.MILLION, 1) or width[1] < width[0]:
        return ""
    return (
        f" I {prognosis.year} er båndet smallere her ({fmt.millions(ours['baseline_p10'])}–"
        f"{fmt.millions(ours['baseline_p90'])} mod {fmt.millions(theirs['p10'])}–{fmt.millions(theirs['p90'])}): "
        "ydelser, der er givet, regnes som kendte; i prognosen er det usikkert, hvad og hvornår der bogføres af dem."
    )


def _other_method(found: ScenarioResult, prognosis: Prognosis, reference: Reference) -> str:
    """Name the types whose coming years follow something else than activity in the prognosis; empty where none does."""
    methods = prognosis.row_methods
    chosen = (methods["level"] == "type") & (methods["stretch"] == OUTLINE) & (methods["method"] != ACTIVITY)
    own = set(found.volumes.loc[found.volumes["baseline_person_years"] > 0, "type"])
    names = reference.types_within(key for key in methods.loc[chosen, "key"] if key in own)
    if not names:
        return ""
    tried = prognosis.methods[(prognosis.methods["stretch"] == OUTLINE) & (prognosis.methods["origins"] > 0)]
    why = ", fordi den har ramt bedre" if own & set(methods.loc[chosen, "key"]) <= set(tried["type_key"]) else ""
    return f", og i overslagsårene efter en anden metode for {fmt.enumeration(names)}{why}"
