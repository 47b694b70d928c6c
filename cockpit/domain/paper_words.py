"""The sentences of the papers: titles that are messages, and what a committee decides; pure text from numbers."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain import sentences
from cockpit.domain.activity_words import whole_year, year_beside_budget
from cockpit.domain.bridge import BUDGET_TO_FORECAST
from cockpit.domain.bridge_words import BOTH, is_nothing, largest, volume_with_mix
from cockpit.domain.completeness import GENERAL, NO_ACTIVITY
from cockpit.domain.corrections import CASE, SILENT_CASE
from cockpit.domain.disclosure import BLANK, Rules
from cockpit.domain.hit_rate import MONTHS_TO_CLOSE, HitRate, nearest
from cockpit.domain.measures import Measure, total_effect
from cockpit.domain.methods import CHOSEN_BY
from cockpit.domain.paper import COMMITTEE, READERS, Audience, Closed
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.scenario_result import ScenarioResult


def expects_overspend(prognosis: Prognosis) -> bool:
    """Say whether the year is expected to end above budget, surely or most likely."""
    found = sentences.verdict(sentences.deviation_interval(prognosis.total))
    return found in ("over", "over_uncertain")


BY_ACTIVITY = (
    "Prognosen regner hvert kendt forløb frem: hvor længe det ventes at vare, hvad det koster, og hvad der kommer til. "
    "Nye forløb, flytninger mellem indsatser og unge, der fylder 18 år, indgår med det, kommunens egne tal viser. "
    "Refusion for særligt dyre enkeltsager er regnet pr. barn og måned efter reglerne."
)
BY_LEDGER = (
    "Prognosen fører bogføringen på hver konto frem: dens niveau, dens udvikling og dens udsving hen over året. Hvor "
    "mange børn der er, og hvor længe forløb varer, indgår ikke."
)
LATE_BILLS = (
    "Regninger kommer senere end ydelsen. Forsinkelsen er målt på egne posteringer og lagt oven i det bogførte."
)
PATHS = (
    "Der regnes mange mulige forløb af året igennem. Forventet regnskab er gennemsnittet af dem, og båndene viser, "
    "hvor stor en del af dem der ender inden for et område."
)
UNMEASURED = "Hvor godt hele prognosen rammer, er ikke målt på kommunens egne år endnu."
MONTHS = 12
PROPOSED = "Det indstilles,"  # leads in the points


def state_of_month(closed: Closed | None) -> str:
    """Say whether the numbers are those that a month was closed with, or may still change."""
    if closed is None:
        return "Foreløbig: måneden er ikke lukket"
    since = "; tallene er ændret siden" if closed.is_changed else ""
    return f"Måneden er lukket {fmt.day(closed.at)}{since}"


def proposed(measures: Sequence[Measure]) -> str:
    """Say that actions are proposed, and for how much; empty where none is."""
    if not measures:
        return ""
    return f"Der foreslås tiltag for {fmt.mio(total_effect(measures))} De indgår ikke i prognosen."


def proposal_title(prognosis: Prognosis, measures: Sequence[Measure]) -> str:
    """Say in a line what the points below ask for."""
    if not expects_overspend(prognosis):
        return "Det forventede regnskab forelægges til efterretning"
    over = f"det ventede merforbrug på {fmt.mio(prognosis.total['deviation'])}"
    if not measures:
        return f"Der er endnu ikke foreslået tiltag mod {over}"
    asked = f"Der foreslås tiltag for {fmt.mio(total_effect(measures))} mod {over}"
    left = _left(prognosis, measures)
    return f"{asked}; for de resterende {fmt.mio(left)} er der endnu ingen" if left else asked


def _left(prognosis: Prognosis, measures: Sequence[Measure]) -> float:
    """The expected overspend that no measure meets, kr.; zero where what is left would be written as nothing."""
    left = float(prognosis.total["deviation"]) - total_effect(measures)
    return left if left > 0 and not is_nothing(left) else 0.0


def proposals(
    prognosis: Prognosis, measures: Sequence[Measure], audience: Audience, scenarios: Sequence[ScenarioResult] = ()
) -> list[str]:
    """List what the audience is asked for, point by point: what no measure meets, and scenarios, are asked of it too.

    Management is the administration itself: it asks nobody else for proposals.
    """
    reader = READERS[audience]
    found = [
        f"at {reader} tager det forventede regnskab {prognosis.year} pr. {fmt.month_long(prognosis.as_of)} til "
        "efterretning"
    ]
    names = [f"»{found.scenario.name}«" for found in scenarios if found.scenario.levers]
    about = [_about_scenarios(names, reader)] if names else []
    if not expects_overspend(prognosis):
        return [*found, *about]
    if measures:
        found.append(f"at {reader} godkender de kompenserende tiltag nedenfor")
    if left := _left(prognosis, measures):
        what = f"de resterende {fmt.mio(left)}" if measures else "merforbruget"
        found.append(f"at {reader} drøfter, hvordan {what} kan imødegås, og {_ASKS[audience]}")
    return [*found, *about]


_ASKS: dict[Audience, str] = {
    "udvalg": "beder forvaltningen om forslag til næste møde",
    "ledelse": "aftaler, hvem der kommer med forslag, og hvornår",
}


def _about_scenarios(names: list[str], reader: str) -> str:
    """What is asked of scenarios: they are described, and nobody has decided on them."""
    asked = f"at {reader} tager stilling til, om der skal arbejdes videre med"
    if len(names) == 1:
        return f"{asked} scenariet {names[0]}"
    return f"{asked} et eller {'begge' if len(names) == 2 else 'flere'} af scenarierne {fmt.enumeration(names)}"


def unmoved_by(scenarios: Sequence[ScenarioResult], prognosis: Prognosis) -> str:
    """Say which scenarios do nothing about this year, where it is expected to end above budget; empty where none."""
    every = [found for found in scenarios if found.scenario.levers]
    late = [found for found in every if is_nothing(found.net_this_year)]
    if not late or not expects_overspend(prognosis):
        return ""
    if len(every) == 1:
        return f"Scenariet ændrer ikke {prognosis.year}."
    names = fmt.enumeration([f"»{found.scenario.name}«" for found in late])
    which = "Scenarierne" if len(late) == len(every) else f"Scenarie{'t' if len(late) == 1 else 'rne'} {names}"
    return f"{which} ændrer ikke {prognosis.year}."


def measures_words(prognosis: Prognosis, measures: Sequence[Measure]) -> str:
    """Say what the measures bring and what is left."""
    if not measures:
        if fmt.is_absent(prognosis.total["deviation"]):
            return f"Uden et budget for {prognosis.year} kan det ikke ses, om der er behov for kompenserende tiltag."
        if not expects_overspend(prognosis):
            return "Der er ikke behov for kompenserende tiltag på det foreliggende grundlag."
        return ""
    effect = total_effect(measures)
    left = prognosis.total["deviation"] - effect
    text = f"Tiltagene skal mindske årets udgifter med {fmt.mio(effect)} De indgår ikke i prognosen."
    if fmt.is_absent(left):
        return text
    return f"{text} Virker de fuldt ud, ender året {sentences.beside_budget(left)}."


def later_measures(names: Sequence[str], as_of: pd.Period) -> str:
    """Say which measures of the year an earlier month's paper does not have, because they were entered later."""
    told = fmt.enumeration([f"»{name}«" for name in names])
    month, last = fmt.month_long(as_of), fmt.month_long(as_of + 1)
    return f"{told} er skrevet ind efter {last} og står ikke i papirer pr. {month}."


def reconstructed_note(reconstructed: str) -> str:
    """Say to whoever has not read the glossary what a reconstructed month is; empty where the month is none."""
    if not reconstructed:
        return ""
    return (
        f"{reconstructed} Det vil sige, at måneden er regnet bagud af senere data: kun det, der var registreret og "
        "bogført dengang, er talt med."
    )


def fan_note(prognosis: Prognosis) -> str:
    """Say in words how sure the year's end is."""
    row = prognosis.total
    low, high = fmt.millions(row["p10"]), fmt.mio(row["p90"])
    wide = f"{fmt.millions(row['p2_5'])} og {fmt.mio(row['p97_5'])}"
    return (
        f"I 8 ud af 10 simulerede forløb ender året mellem {low} og {high}, i 19 ud af 20 mellem {wide} Båndene viser "
        f"50, 80 og 95{fmt.NBSP}% sikkerhed. Supp er supplementsperioden."
    )


def strip_alt(prognosis: Prognosis) -> str:
    """Describe where the year ends: expected, budget and the bands, the narrowest first."""
    row = prognosis.total
    budget = row["budget_revised"]
    told = [f"forventet {fmt.millions(row['mean'])}"]
    told += [] if fmt.is_absent(budget) else [f"korrigeret budget {fmt.millions(budget)}"]
    told += [
        f"{percent}{fmt.NBSP}% mellem {fmt.millions(row[low])} og {fmt.millions(row[high])}"
        for percent, low, high in ((50, "p25", "p75"), (80, "p10", "p90"), (95, "p2_5", "p97_5"))
    ]
    return f"Bånd for årets udgang i mio. kr.: {'; '.join(told)}."


def deviations_title(rows: pd.DataFrame, doubted: Collection[str] = ()) -> str:
    """Name the row that pulls most up and the one that pulls most down, and say so where that is in doubt.

    Args:
        rows: `label` and `deviation` in kr. of what is shown.
        doubted: labels of underspends that may be bills not booked yet.
    """
    known = rows.dropna(subset=["deviation"])
    known = known[~known["deviation"].map(is_nothing).astype(bool)]
    up, down = known[known["deviation"] > 0], known[known["deviation"] < 0]
    parts = [
        f"{fmt.lower_first(row['label'])} mest {way} ({fmt.mio(row['deviation'], signed=True)}"
        f"{', men det er usikkert' if row['label'] in doubted else ''})"
        for side, way in ((up, "op"), (down, "ned"))
        if len(side)
        for row in [side.loc[side["deviation"].abs().idxmax()]]
    ]
    if not parts:
        return "Ingen indsatstype afviger nævneværdigt fra budgettet"
    return f"Blandt typerne trækker {' og '.join(parts)}"


def bridge_title(parts: pd.DataFrame, bridge: str) -> str:
    """Name the part that moves most: volume never without the mix, or a dear child counts as an average one.

    Args:
        parts: `part`, `cause` and `amount` of what is shown.
        bridge: which bridge it is.
    """
    named = parts if "mix" in set(parts["part"]) else parts[parts["part"] != "volume"]
    named = volume_with_mix(named, BOTH)
    moved = named[~named["amount"].map(is_nothing).astype(bool)]
    what = "Afvigelsen fra budgettet" if bridge == BUDGET_TO_FORECAST else "Ændringen siden sidst"
    if moved.empty:
        return f"{what} er uden nævneværdige enkeltårsager"
    first = largest(moved)
    return f"{what}: blandt årsagerne betyder {first['cause']} mest ({fmt.mio(first['amount'], signed=True)})"


def type_in_bridge(parts: pd.DataFrame) -> str:
    """Say that a type's amount is a part of volume and mix, of which other types may take off; empty without both.

    Args:
        parts: `part`, `cause` and `amount` of what is shown of the bridge from the budget.
    """
    both = volume_with_mix(parts, BOTH)
    if len(both) == len(parts):
        return ""
    amount = fmt.mio(float(both["amount"].iloc[0]), signed=True)
    return fmt.sentence(f"Det, flere eller færre af en enkelt type koster, er en del af {BOTH}, i alt {amount}")


def since_close(prognosis: Prognosis, before: Prognosis | None) -> str:
    """Say how the forecast has moved since the last closed month, else the month before; empty where there is none."""
    if before is None or fmt.is_absent(before.total["mean"]) or fmt.is_absent(prognosis.total["mean"]):
        return ""
    moved = prognosis.total["mean"] - before.total["mean"]
    when = f"I forhold til {_earlier(prognosis, before)}"
    if is_nothing(moved):
        return f"{when} er forventet regnskab uændret."
    return f"{when} er forventet regnskab {fmt.mio(abs(moved))} {'højere' if moved > 0 else 'lavere'}."


def _earlier(prognosis: Prognosis, before: Prognosis) -> str:
    month = fmt.month_long(before.as_of)
    if prognosis.last_close is None:
        return f"{month}, som ikke er lukket og derfor er genberegnet,"
    return f"seneste opgørelse pr. {month}"


def last_outturn(prognosis: Prognosis, booked: pd.Series) -> str:
    """Say what last year came to beside this year's budget; empty where either is not whole.

    Args:
        booked: kr. of last year by period, 1 to 13; the last is its supplement, which is booked after New Year.
    """
    budget, year = prognosis.total["budget_revised"], prognosis.year - 1
    if last_year_is_open(prognosis) or len(booked) < MONTHS + 1 or booked.isna().any() or fmt.is_absent(budget):
        return ""
    outturn = float(booked.sum())
    beside = budget - outturn
    text = f"Regnskabet for {year} blev {fmt.mio(outturn)}, og budgettet for {prognosis.year} er {fmt.mio(budget)}"
    if is_nothing(beside):
        return text
    return fmt.sentence(f"{text}, altså {fmt.mio(abs(beside))} {'mere' if beside > 0 else 'mindre'}")


def last_year_is_open(prognosis: Prognosis) -> bool:
    """Say whether last year's supplement may still be booked on, so that nothing of it is final."""
    return prognosis.as_of.month < MONTHS_TO_CLOSE


def how_sure(hit_rate: HitRate | None, as_of: pd.Period) -> str:
    """Say beside the band how often such bands have held, or that it is not measured; and where a rule did better."""
    if hit_rate is None or hit_rate.total.empty:
        return UNMEASURED
    row, every = nearest(hit_rate.by_months, MONTHS - as_of.month), hit_rate.overall
    counted = f"{every['inside_80']} af {every['count']} tidligere prognoser"
    held = f"80{fmt.NBSP}%-båndet har holdt i {counted} på kommunens egne tal."
    if len(sentences.visibly_beaten(pd.DataFrame([row]))) == 0:
        return held
    return fmt.sentence(f"{held} {sentences.hit_rate_answer(row)}")


def ladder_title(now: float, before: float, as_of: pd.Period) -> str:
    """Say how many placements there are against a year ago: averages of the month, as the tables have them.

    The difference is left to the reader: of two rounded numbers it may be another than the one they show.
    """
    text = f"{fmt.number(now, 1)} børn og unge var i gennemsnit anbragt i {fmt.month_long(as_of)}"
    if fmt.is_absent(before):
        return text
    if fmt.rounds_to_zero(now - before, 1):
        return f"{text}, lige så mange som for et år siden"
    return f"{text} mod {fmt.number(before, 1)} for et år siden"


def more_than_what(months: pd.DataFrame, as_of: pd.Period) -> str:
    """Say that more or fewer placements are so beside the budget, and how many there were a year ago.

    Args:
        months: `domain.paper.group_months` of the placements.
        as_of: the month that the paper tells of.
    """
    at = months.set_index("month")["expected"]
    before = at.get(str(as_of - 12), np.nan)
    if not more_than_budgeted(months) or fmt.is_absent(before):
        return ""
    return (
        f"{more_than_budgeted(months)} For et år siden var {fmt.number(before, 1)} anbragt; nu er det "
        f"{fmt.number(at[str(as_of)], 1)}."
    )


def more_than_budgeted(months: pd.DataFrame) -> str:
    """Say how many placements the budget has beside the expected ones; empty where they are as many, or it has none."""
    year = whole_year(months)
    if year is None or fmt.rounds_to_zero(year[0] - year[1], 1):
        return ""
    word = "flere" if year[0] > year[1] else "færre"
    return (
        f"Der ventes {word} anbragte end i budgettet: {fmt.number(year[0], 1)} helårspersoner mod "
        f"{fmt.number(year[1], 1)}."
    )


def ladder_heading(as_of: pd.Period) -> str:
    """Say what the ladder shows where the number of placements may not be told."""
    return f"For få børn er anbragt til, at antallet kan vises; her er de øvrige trin i {fmt.month_long(as_of)}"


def placements_title(months: pd.DataFrame) -> str:
    """Say how many placements the year ends with, and what the budget has."""
    last = months.iloc[-1]
    text = f"{fmt.number(last['expected'], 1)} anbragte ventes i {fmt.month_long(last['month'])}"
    if last["kind"] == "actual":
        text = f"{fmt.number(last['expected'], 1)} anbragte i {fmt.month_long(last['month'])}"
    return f"{text}{year_beside_budget(months)}"


def outline_title(years: pd.DataFrame, now: float, fixed: float = np.nan) -> str:
    """Say where the last outline year ends against this year, and how much of that is no rise in prices.

    Args:
        years: the outline years of the total in current prices.
        now: this year's expected outturn, kr.
        fixed: the last outline year in this year's prices, kr.; absent where it is not known.
    """
    last = years.iloc[-1]
    change = last["mean"] / now - 1 if now else np.nan
    text = f"Overslagsårene: {fmt.mio(last['mean'])} i {int(last['year'])} i løbende priser"
    if fmt.is_absent(change) or fmt.rounds_to_zero(change * 100, 0):
        return text
    return f"{text}, {_more_share(change)} end i år{_at_fixed_prices(fixed / now - 1)}"


def _at_fixed_prices(change: float) -> str:
    if fmt.is_absent(change):
        return ""
    is_same = fmt.rounds_to_zero(change * 100, 0)
    return f" ({'det samme' if is_same else _more_share(change)} i faste priser)"


def _more_share(change: float) -> str:
    return f"{fmt.percent(abs(change))} {'mere' if change > 0 else 'mindre'}"


def service_title(service: float, refund: float, year: int) -> str:
    """Say what service expenditure is, and what the outturn is when the central refund is taken off it."""
    if fmt.is_absent(service):
        return f"Regnskabet {year} pr. konto"
    text = f"Serviceudgifterne {year} ventes at blive {fmt.mio(service)}"
    if fmt.is_absent(refund) or is_nothing(refund):
        return text
    way = "fratrukket" if refund < 0 else "med tillæg af"
    return f"{text}; {way} central refusion på {fmt.mio(abs(refund))} er forventet regnskab {fmt.mio(service + refund)}"


def months_title(prognosis: Prognosis) -> str:
    """Say what is booked so far against the phased budget."""
    row = prognosis.total
    if fmt.is_absent(row["actual_ytd"]):
        return "Forbrug år til dato er ukendt: der er ikke indlæst posteringer"
    text = f"Forbrug år til dato er {fmt.mio(row['actual_ytd'])}"
    at = prognosis.fan.loc[prognosis.fan["month"] == str(prognosis.as_of), "budget"]
    if at.empty or fmt.is_absent(float(at.iloc[0])):
        return text
    return f"{text} mod et periodiseret budget på {fmt.mio(float(at.iloc[0]))}"


def method_title(prognosis: Prognosis) -> str:
    """Say what the forecast is made of."""
    paths, month = fmt.number(prognosis.n_paths), fmt.month_long(prognosis.as_of)
    return f"Prognosen er gennemsnittet af {paths} mulige forløb af året, regnet af data til og med {month}"


def basis_title(prognosis: Prognosis, estimates: int, records: int) -> str:
    """Say what the numbers rest on, and how many of the assumptions nobody has confirmed."""
    month = fmt.month_long(prognosis.as_of)
    if not estimates:
        return f"Tallene hviler på data til og med {month} og bekræftede forudsætninger"
    assumed = fmt.plural(records, "forudsætning", "forudsætninger")
    return f"Tallene hviler på data til og med {month} og på {assumed}, hvoraf {fmt.number(estimates)} er skøn"


def method(prognosis: Prognosis) -> list[str]:
    """Explain in plain words how the forecast is made, and what its own notes say of the choice of method.

    Where there is no activity, or no ledger, nothing is said of what is done with it.
    """
    chosen = [note for note in prognosis.notes if note.startswith(CHOSEN_BY)]
    activity = [BY_ACTIVITY] if NO_ACTIVITY not in prognosis.notes else [BY_LEDGER]
    has_ledger = not fmt.is_absent(prognosis.total["actual_ytd"])
    bills = [LATE_BILLS] if has_ledger and NO_ACTIVITY not in prognosis.notes else []
    return [*chosen, *activity, *bills, PATHS]


def of_data(prognosis: Prognosis, audience: Audience) -> list[str]:
    """The forecast's own notes on its data. A committee reads those that tell of no single type or account."""
    if fmt.is_absent(prognosis.total["mean"]):
        return []  # the first line says all there is
    notes = [note for note in prognosis.notes if not note.startswith((CHOSEN_BY, CASE, SILENT_CASE))]
    return [note for note in notes if audience != COMMITTEE or note.startswith(GENERAL)]


def hit_rate_words(hit_rate: HitRate | None, prognosis: Prognosis) -> list[str]:
    """Say where a rule of thumb did better than past forecasts, or that they are not measured.

    How far they were off stands on the page of the hit rate, once.
    """
    if hit_rate is None or hit_rate.total.empty:
        chosen = any(note.startswith(CHOSEN_BY) for note in prognosis.notes)
        tried = "Metoden for hver type er prøvet på tidligere år. " if chosen else ""
        return [f"{tried}{UNMEASURED}"]
    return [*map(fmt.sentence, sentences.rivals_that_win(hit_rate.by_months, hit_rate.by_row("type")))]


def blank_note(rules: Rules) -> str:
    """Explain a blank."""
    return (
        f"{BLANK} Tallet er skjult af hensyn til diskretion: det dækker færre end {fmt.number(rules.threshold)} børn, "
        "ét barn fylder det meste, eller det ville røbe et andet skjult tal."
    )


def together(labels: Sequence[str]) -> str:
    """Name parts of a bridge as one: `Sammensætning og pris`."""
    return fmt.enumeration([labels[0], *map(fmt.lower_first, labels[1:])])


def blank_parts_note(labels: Sequence[str], amount: float, month: str) -> str:
    """Explain the blank parts of a bridge, which no paper tells one by one.

    Args:
        labels: their names.
        amount: what they come to together, kr.
        month: the closed month whose paper told the prices; empty where they are the budget's.
    """
    prices = f"priserne i papiret pr. {month}" if month else "priserne i budgettet"
    return fmt.sentence(
        f"{BLANK} {together(labels)} er tilsammen {fmt.mio(amount, signed=True)} Hver for sig er de skjult af hensyn "
        f"til diskretion: holdt op mod {prices} ville de røbe et skjult antal børn i en type."
    )
