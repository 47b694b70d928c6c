"""What the pages say in words: pure text from numbers.

`deviation` = forecast - revised budget in kr.; positive is merforbrug. The words follow the 80 % band: clear when both
its ends lie on one side of the budget, uncertain when it covers the budget, in balance when even the 50 % band does.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain import hit_rate as hits
from cockpit.domain import rounding
from cockpit.domain.completeness import BEHIND, NOT_WHOLE, months_in_words
from cockpit.domain.partial_months import PARTLY
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import ESTIMATE, UNALLOCATED, Reference

Verdict = Literal["over", "under", "over_uncertain", "under_uncertain", "balance", "no_budget"]
WORDS: dict[Verdict, str] = {
    "over": "Merforbrug",
    "under": "Mindreforbrug",
    "over_uncertain": "Usikkert, mest sandsynligt merforbrug",
    "under_uncertain": "Usikkert, mest sandsynligt mindreforbrug",
    "balance": "I balance inden for usikkerheden",
    "no_budget": "Intet budget",
}
ON_BUDGET = "på budgettet"
RIVAL_NAMES = {
    "last_year": "samme som sidste år",
    "run_rate": "forbruget hidtil ført jævnt frem",
    "last_share": "sidste års andel",
    "committed": "disponeret alene",
}
SOURCE_WORDS = {hits.ARCHIVED: "gemt ved lukningen", hits.RECONSTRUCTED: "regnet forfra"}
FEW_CASES = 30  # below it one case more or less moves a coverage by several percent


@dataclass(frozen=True)
class Interval:
    """Where a deviation ends: mean and the ends of the 50 and 80 % bands, in kr. against the budget."""

    mean: float
    p10: float
    p25: float
    p75: float
    p90: float


def deviation_interval(row: pd.Series) -> Interval | None:
    """Return the deviation of a row of the prognosis with its bands; None where there is no budget."""
    budget = row["budget_revised"]
    if fmt.is_absent(budget):
        return None
    return Interval(*(float(row[name] - budget) for name in ("mean", "p10", "p25", "p75", "p90")))


def verdict(interval: Interval | None) -> Verdict:
    """Say which side of the budget the year ends on, and whether that is sure."""
    if interval is None:
        return "no_budget"
    if _is_nothing(interval.mean) or _covers_zero(interval.p25, interval.p75):
        return "balance"
    side: Verdict = "over" if interval.mean > 0 else "under"
    if not _covers_zero(interval.p10, interval.p90):
        return side
    return "over_uncertain" if side == "over" else "under_uncertain"


def outcome(prognosis: Prognosis) -> str:
    """Answer in one sentence where the year ends against the budget."""
    row = prognosis.total
    if fmt.is_absent(row["mean"]):
        return _without_money(row)
    interval = deviation_interval(row)
    if interval is None:
        return _without_budget(prognosis.year, row)
    return f"{_outcome_words(verdict(interval), interval)}{_band_words(interval)}."


def _outcome_words(found: Verdict, interval: Interval) -> str:
    amount = fmt.mio(abs(interval.mean))
    side = "over" if interval.mean > 0 else "under"
    if _is_nothing(interval.mean):
        return "Året ventes at ende i balance med budgettet"
    if found == "balance":
        return f"Året ventes at ende {amount} {side} budget, men usikkerheden er større end afvigelsen"
    if found in ("over_uncertain", "under_uncertain"):
        return f"Året ventes at ende {amount} {side} budget, men det kan også ende på den anden side"
    return f"Året ventes at ende {amount} {side} budget"


def made_of(prognosis: Prognosis) -> str:
    """Answer in one sentence what the forecast outturn consists of."""
    row = prognosis.total
    if fmt.is_absent(row["mean"]):
        return _without_money(row)
    if rests_on_ledger(row):
        return (
            f"{prognosis.year} ventes at ende på {fmt.mio(row['mean'])}: {fmt.millions(row['actual_ytd'])} er bogført, "
            f"og {fmt.millions(row['mean'] - row['actual_ytd'])} ventes endnu."
        )
    parts = [
        f"{fmt.millions(row['committed'])} er disponeret",
        f"{fmt.millions(row['expected_inflow'])} er forventet tilgang",
        *([] if _is_nothing(row["corrections"]) else [f"{fmt.millions(row['corrections'])} er kendte sager på vej"]),
        _changes_words(row["expected_changes"]),
    ]
    return f"{prognosis.year} ventes at ende på {fmt.mio(row['mean'])}: {fmt.enumeration(parts)}."


def rests_on_ledger(total: pd.Series) -> bool:
    """Say whether nothing is known of the year but what is booked: no intervention is committed or expected."""
    nothing_granted = total["committed"] == total["actual_ytd"]
    return bool(nothing_granted and total["expected_inflow"] == 0 and _is_nothing(total["corrections"]))


def _changes_words(changes: float) -> str:
    if _is_nothing(changes):
        return "øvrige ændringer går lige op"
    amount = fmt.millions(abs(changes))
    return f"øvrige ændringer lægger {amount} til" if changes > 0 else f"øvrige ændringer trækker {amount} fra"


def _without_money(row: pd.Series) -> str:
    years = "" if fmt.is_absent(row["person_years"]) else f", {fmt.number(row['person_years'], 1)} helårspersoner"
    return f"Der er kun indlæst aktivitet{years}. Indlæs posteringer, takster og budget for at se, hvor året ender."


def _without_budget(year: int, row: pd.Series) -> str:
    low, high = fmt.millions(row["p10"]), fmt.millions(row["p90"])
    band = "" if low == high else f" (80{fmt.NBSP}% sikkerhed: {low}{_dash(low, high)}{high})"
    amount = f"{fmt.mio(row['mean'])}{band}"
    return (
        f"Forventet regnskab {year} er {amount.removesuffix('.')}. "
        f"Der er ikke indlæst et budget for {year}, så afvigelsen kan ikke vises."
    )


def _band_words(interval: Interval) -> str:
    """Return the 80 % band as the reader meets it: plain numbers on one side of the budget, words across it."""
    low, high = fmt.millions(interval.p10), fmt.millions(interval.p90)
    if low == high:
        return ""
    start = f" (80{fmt.NBSP}% sikkerhed: "
    if _covers_zero(interval.p10, interval.p90):
        return f"{start}fra {against_budget(interval.p10)} til {against_budget(interval.p90)})"
    near, far = sorted((abs(interval.p10), abs(interval.p90)))
    return f"{start}{fmt.millions(near)}–{fmt.millions(far)})"


def against_budget(deviation: float) -> str:
    """Write a deviation with its side: `2,1 mio. kr. under`."""
    if _is_nothing(deviation):
        return ON_BUDGET
    return f"{fmt.mio(abs(deviation))} {'over' if deviation > 0 else 'under'}"


def beside_budget(deviation: float) -> str:
    """Write a deviation as the end of a sentence: `2,1 mio. kr. under budgettet`."""
    side = against_budget(deviation)
    return side if side == ON_BUDGET else f"{side} budgettet"


def key_figures(prognosis: Prognosis) -> list[tuple[str, str, str, str]]:
    """Return the four key figures of the total: label, value, note and the mark of the note."""
    row = prognosis.total
    return [
        ("Forventet regnskab", fmt.mio(row["mean"]), f"korrigeret budget {fmt.mio(row['budget_revised'])}", ""),
        ("Afvigelse", fmt.mio(row["deviation"], signed=True), *_marked(row["deviation"])),
        ("Forbrug år til dato", fmt.mio(row["actual_ytd"]), _spent_share(prognosis), ""),
        ("Risiko for merforbrug", in_ten(row["overrun_probability"]), _paths_over(row["overrun_probability"]), ""),
    ]


def key_figures_note(prognosis: Prognosis) -> str:
    """Say that forecast, budget and deviation are rounded one by one, where they do not fit as written; else empty."""
    row = prognosis.total
    parts = [row["budget_revised"], row["deviation"]]
    return rounding.NOTE if rounding.drifts(parts, row["mean"], unit=fmt.MILLION) else ""


def months_lacking(prognosis: Prognosis) -> str:
    """Say which months nothing is booked in, and what they count for; empty where none is."""
    months = prognosis.lacking
    if months.empty:
        return ""
    named = months_in_words(pd.PeriodIndex(months["month"], freq="M"))
    amount = fmt.mio(float(months["mean"].sum()))
    if fmt.is_absent(prognosis.total["actual_ytd"]):
        return f"Der er ikke indlæst posteringer: {named} er beregnet af aktiviteten, {amount}, og ikke bogført."
    if is_partly_booked(prognosis):
        return f"Der mangler posteringer i {named}; i prognosen indgår et skøn på det, der mangler."
    return f"Der er ikke bogført noget i {named}; i prognosen indgår et skøn på {amount}"


def booked_to_date(prognosis: Prognosis) -> str:
    """Say what is booked to and including the as-of month."""
    booked = prognosis.total["actual_ytd"]
    if fmt.is_absent(booked):
        return "Der er ikke indlæst posteringer"
    return f"Bogført til og med {fmt.month_long(prognosis.as_of)}: {fmt.mio(booked)}"


def is_partly_booked(prognosis: Prognosis) -> bool:
    """Whether a month that the forecast estimates has a part of its postings."""
    return any(note.startswith(PARTLY) for note in prognosis.notes)


def _paths_over(probability: float) -> str:
    if fmt.is_absent(probability):
        return "uden budget at holde op imod"
    return f"{risk(probability)} af forløbene ender over budget"


def _marked(deviation: float) -> tuple[str, str]:
    return overspend_word(deviation), deviation_mark(deviation)


def deviation_mark(deviation: float) -> str:
    """Return the mark of a deviation: `worse`, `better`, or empty where it is written as nothing."""
    return {"merforbrug": "worse", "mindreforbrug": "better"}.get(overspend_word(deviation), "")


def _spent_share(prognosis: Prognosis) -> str:
    """Compare the spent share with the phased budget, never with twelfths."""
    row = prognosis.total
    budget = row["budget_revised"]
    if fmt.is_absent(budget) or not budget or prognosis.fan.empty:
        return "uden budget at holde op imod"
    if fmt.is_absent(row["actual_ytd"]):
        return "der er ikke indlæst posteringer"
    spent = fmt.percent(row["actual_ytd"] / budget)
    if is_partly_booked(prognosis):
        return f"{spent} af budgettet er bogført; en del posteringer mangler"
    if count := len(prognosis.lacking):
        return f"{spent} af budgettet er bogført; {fmt.plural(count, 'måned', 'måneder')} mangler"
    at = prognosis.fan.loc[prognosis.fan["month"] == str(prognosis.as_of), "budget"]
    if at.empty or fmt.is_absent(float(at.iloc[0])):
        return f"{spent} af budgettet er brugt"
    return f"{spent} af budgettet er brugt; {fmt.percent(float(at.iloc[0]) / budget)} var ventet"


def overspend_word(deviation: float) -> str:
    """Name a deviation: merforbrug, mindreforbrug or på budget."""
    if fmt.is_absent(deviation):
        return "intet budget"
    if _is_nothing(deviation):
        return "på budget"
    return "merforbrug" if deviation > 0 else "mindreforbrug"


def in_ten(probability: float) -> str:
    """Write a probability as natural frequency: `8 ud af 10`; near-certainty in words."""
    if fmt.is_absent(probability):
        return fmt.ABSENT
    tenths = round(probability * 10)
    if tenths == 0:
        return "under 1 ud af 10"
    return "over 9 ud af 10" if tenths == 10 else f"{tenths} ud af 10"


def risk(probability: float) -> str:
    """Write a probability as percent; simulated paths never prove that something is certain or impossible."""
    if fmt.is_absent(probability):
        return fmt.ABSENT
    if probability < 0.01:
        return f"under 1{fmt.NBSP}%"
    return f"over 99{fmt.NBSP}%" if probability > 0.99 else fmt.percent(probability)


def basis(prognosis: Prognosis) -> str:
    """Say what the forecast rests on: the as-of month, how much of the year is booked, and what is estimated."""
    return " ".join(filter(None, (_reservation(prognosis), _booked_so_far(prognosis), months_lacking(prognosis))))


def _reservation(prognosis: Prognosis) -> str:
    """Say that the extract of interventions makes the forecast and its causes doubtful; empty where it does not."""
    if any(note.startswith(NOT_WHOLE) for note in prognosis.notes):
        return "Forbehold: udtrækket over indsatser er næppe helt, så tallene og deres årsager kan være helt forkerte."
    if any(note.startswith(BEHIND) for note in prognosis.notes):
        return "Forbehold: indsatserne er fra en tidligere måned end bogføringen."
    return ""


def _booked_so_far(prognosis: Prognosis) -> str:
    month = fmt.month_long(prognosis.as_of)
    if prognosis.as_of.year != prognosis.year:
        return f"Opgjort med udgangen af {month}; året {prognosis.year} er ikke afsluttet."
    if prognosis.as_of.month == len(prognosis.lacking) and not is_partly_booked(prognosis):
        return f"Opgjort med udgangen af {month}; intet af året er bogført."
    if prognosis.as_of.month == 1:
        return (
            f"Opgjort med udgangen af {month}. Kun årets første måned er bogført, så prognosen hviler mest på "
            "bevilgede indsatser og tidligere år og kan flytte sig meget."
        )
    if prognosis.as_of.month == 12:
        return f"Opgjort med udgangen af {month}. Supplementsperioden kan stadig ændre regnskabet."
    left = fmt.plural(12 - prognosis.as_of.month, "måned", "måneder")
    return f"Opgjort med udgangen af {month}; {left} og supplementsperioden er endnu ikke bogført."


def count_estimates(reference: Reference) -> tuple[int, int]:
    """Count the dated records that are estimates, and all: assumptions, refund thresholds, and price and wage rises."""
    marked = [
        *(record.is_estimate for record in reference.assumptions),
        *(rule.is_estimate for rule in reference.refund_rules),
        *(reference.indexation["mark"] == ESTIMATE),
    ]
    return int(sum(marked)), len(marked)


def estimates(reference: Reference, where: str = "på siden Data") -> str:
    """Say how many of the assumptions are estimates that somebody has to confirm, and which.

    Args:
        reference: the tables.
        where: they are listed, as seen from the reader.
    """
    count, every = count_estimates(reference)
    names = [record.key for record in reference.assumptions if record.is_estimate]
    rules = [rule.valid_from.year for rule in reference.refund_rules if rule.is_estimate]
    years = reference.indexation.loc[reference.indexation["mark"] == ESTIMATE, "year"].tolist()
    parts = [
        fmt.plural(len(names), "enkelt værdi", "enkelte værdier") if names else "",
        f"refusionsgrænser gældende fra {_years(rules)}" if rules else "",
        f"pris- og lønfremskrivning for {_years(years)}" if years else "",
        refund_beyond_table(reference).lower(),
    ]
    found = "; ".join(part for part in parts if part)
    return (
        f"{fmt.number(count)} af {fmt.number(every)} forudsætninger er skøn, som ikke er bekræftet: {found}. De står "
        f"med kilde og ejer {where}."
    )


def refund_beyond_table(reference: Reference) -> str:
    """Say what the refund thresholds of years after the table are: every forecast has outline years beyond it."""
    return f"Refusionsgrænser efter {reference.last_refund_year} følger prisindekset (skøn)"


def _years(years: list[int]) -> str:
    """Write years with runs drawn together: `2018, 2020 og 2023–2026`."""
    runs: list[list[int]] = []
    for year in sorted(set(years)):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return fmt.enumeration([_run(run) for run in runs])


def _run(run: list[int]) -> str:
    return str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}"


def papers(prognosis: Prognosis, reference: Reference) -> list[tuple[str, str]]:
    """Return what a number needs to be found again: data, assumptions, seed and versions."""
    return [
        ("Dataidentitet", prognosis.data_id),
        ("Forudsætningernes identitet", reference.identity),
        ("Antal simulerede forløb", fmt.number(prognosis.n_paths)),
        ("Startværdi for tilfældige tal", str(prognosis.seed)),
        ("Versioner", ", ".join(f"{name} {version}" for name, version in prognosis.versions.items())),
    ]


def hit_rate_answer(row: pd.Series) -> str:
    """Answer in one headline how near past forecasts came, and the best rule of thumb.

    Args:
        row: one row of `hit_rate.by_months_to_go`.
    """
    start = f"{_to_go(row['months_to_go'])} har prognosen i gennemsnit ramt inden for {_error(row)}"
    if row["best_rival"] is None:
        return start
    name, rival = RIVAL_NAMES[row["best_rival"]], fmt.mio(row["best_rival_error"])
    if row["best_rival_error"] < row["error"]:
        return f"{start}; en håndregel har ramt bedre: {name}, inden for {rival}"
    return f"{start}; den bedste håndregel, {name}, inden for {rival}"


def _to_go(months: int) -> str:
    return f"Med {fmt.plural(int(months), 'måned', 'måneder')} igen"


def _error(row: pd.Series) -> str:
    share = "" if fmt.is_absent(row["error_share"]) else f" ({fmt.percent(row['error_share'], 1)})"
    return f"{fmt.mio(row['error'])}{share}"


def hit_rate_basis(found: hits.HitRate) -> str:
    """Say how few cases the hit rate rests on."""
    count = len(found.total)
    cases = fmt.plural(count, "tidligere prognose", "tidligere prognoser")
    years = fmt.plural(len(found.years), "afsluttet år", "afsluttede år")
    text = f"Målt på {cases} fra {years} ({_years(found.years)}){_archived_words(found.total)}."
    return f"{text} Så få tilfælde viser størrelsesordenen, ikke mere." if count < FEW_CASES else text


def _archived_words(total: pd.DataFrame) -> str:
    """Say how many of the forecasts were frozen then, where any was."""
    frozen, count = int((total["source"] == hits.ARCHIVED).sum()), len(total)
    if not frozen:
        return ""
    if frozen == count:
        return ", som de blev gemt ved lukningen"
    return f"; {frozen} som de blev gemt ved lukningen, {count - frozen} regnet forfra"


def coverage(row: pd.Series) -> str:
    """Say how often the bands held, beside how often they should.

    Args:
        row: `hit_rate.overall` of the total.
    """
    return f"{held(row)} {coverage_meaning()}"


def held(row: pd.Series) -> str:
    """Say how often the bands held."""
    counts = [f"{row[name]} af {row['count']} tilfælde" for name in hits.BANDS]
    parts = [f"{band}{fmt.NBSP}%-båndet i {count}" for band, count in zip(("80", "95"), counts, strict=True)]
    return f"Regnskabet endte inden for {parts[0]} og inden for {parts[1]}."


def coverage_meaning() -> str:
    """Say how often the bands should hold, and why few cases weigh even less."""
    return (
        f"I det lange løb skal båndene holde i 80 og 95{fmt.NBSP}% af tilfældene. Prognoser for samme år rammer eller "
        "misser sammen, så tilfældene vejer lettere, end antallet siger."
    )


def measured_coverage(found: hits.HitRate) -> str:
    """Say in one short sentence how often the municipality's own 80 % bands have held; empty where none is measured."""
    if found.total.empty:
        return ""
    row = hits.overall(found.total)
    left = fmt.enumeration([str(months) for months in sorted(set(found.total["months_to_go"]), reverse=True)])
    return (
        f"Målt på egne tal har den mellemste holdt i {row['inside_80']} af {row['count']} tidligere prognoser "
        f"({_years(found.years)}, med {left} måneder igen)."
    )


def bias(near: pd.Series, whole: pd.Series) -> str:
    """Say on which side of the outturn the forecasts have been: as far from the year's end as now, and over all.

    The two may be on different sides, and who corrects for it must know the first.

    Args:
        near: one row of `hit_rate.by_months_to_go`.
        whole: `hit_rate.overall`.
    """
    text = f"{_to_go(near['months_to_go'])} har prognosen i gennemsnit {_beside(near['bias'])} regnskabet"
    if near["count"] == whole["count"]:
        return f"{text}."
    return f"{text}; over alle {whole['count']} tilfælde har den {_beside(whole['bias'])}."


def _beside(bias: float) -> str:
    if _is_nothing(bias):
        return "hverken ligget over eller under"
    return f"ligget {fmt.mio(abs(bias))} {'over' if bias > 0 else 'under'}"


def rivals_that_win(by_months: pd.DataFrame, by_type: pd.DataFrame) -> list[str]:
    """Say where a rule of thumb has done better than the forecast: for the total, and for which types."""
    total = [_rival_wins(row) for _, row in hits.beaten(by_months).iterrows()]
    found = total or ["Ingen håndregel har ramt totalen bedre end prognosen, uanset hvor langt der var igen."]
    types = by_type[by_type["key"] != UNALLOCATED]
    if named := [_nearer_rule(row) for _, row in visibly_beaten(types).iterrows()]:
        steps = fmt.enumeration([str(step) for step in by_months["months_to_go"]])
        found.append(
            f"Målt på prognoser med {steps} måneder igen har en håndregel ramt bedre for {len(named)} af "
            f"{fmt.plural(len(types), 'type', 'typer')}: {fmt.enumeration(named)}."
        )
    return found


def types_counted(keys: Collection[str]) -> str:
    """Count types in words, money without a type beside them and not among them: `6 typer og beløb uden type`."""
    count = sum(key != UNALLOCATED for key in keys)
    typed = [fmt.plural(count, "type", "typer")] if count else []
    return fmt.enumeration([*typed, *(["beløb uden type"] if UNALLOCATED in keys else [])])


def visibly_beaten(summaries: pd.DataFrame) -> pd.DataFrame:
    """Return the rows where a rule of thumb did better in the number as it is written: `0,4 mod 0,4` is no better."""
    lost = hits.beaten(summaries)
    seen = [
        fmt.millions(rival) != fmt.millions(own)
        for rival, own in zip(lost["best_rival_error"], lost["error"], strict=True)
    ]
    return lost[pd.Series(seen, index=lost.index, dtype=bool)]


def _nearer_rule(row: pd.Series) -> str:
    return f"{fmt.lower_first(row['label'])} ({RIVAL_NAMES[row['best_rival']]})"


def _rival_wins(row: pd.Series) -> str:
    start = f"{_to_go(row['months_to_go'])} har {RIVAL_NAMES[row['best_rival']]} ramt totalen"
    rival, own = fmt.millions(row["best_rival_error"]), fmt.mio(row["error"])
    if rival == fmt.millions(row["error"]):
        return f"{start} lige så godt som prognosen: inden for {own}"
    return f"{start} bedre end prognosen: inden for {rival} mod {own}"


def _is_nothing(amount: float) -> bool:
    return fmt.rounds_to_zero(amount / fmt.MILLION, 1)


def _covers_zero(low: float, high: float) -> bool:
    return low < 0 < high


def _dash(low: str, high: str) -> str:
    """A dash between numbers, `til` where a minus would stand beside it."""
    return " til " if fmt.MINUS in low + high else "–"
