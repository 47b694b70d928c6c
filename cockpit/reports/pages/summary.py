"""Resumé and Indstilling: where the year ends, and what is asked for."""

from cockpit.domain import format as fmt
from cockpit.domain import paper_words as words
from cockpit.domain import rounding, sentences
from cockpit.domain.activity_words import placements_beside
from cockpit.domain.bridge_words import why
from cockpit.domain.completeness import NO_ACTIVITY
from cockpit.domain.measures import total_effect
from cockpit.domain.paper import COMMITTEE
from cockpit.domain.prognosis import Prognosis
from cockpit.reports.report import Band, Column, Line, Lines, Page, Series, Strip, Table
from cockpit.reports.view import MILLIONS, PROPOSAL, RESUME, View, millions

BANDS = ((95, "p2_5", "p97_5"), (80, "p10", "p90"), (50, "p25", "p75"))  # percent and ends, the widest first


def resume(view: View) -> Page:
    prognosis = view.prognosis
    sure = words.how_sure(view.facts.hit_rate, prognosis.as_of)
    is_measured = sure != words.UNMEASURED  # then a page of its own tells of it
    text = [
        _comment(view),
        " ".join(filter(None, (why(view.told, view.reference), words.proposed(view.facts.measures)))),
        *(note for note in prognosis.notes if note == NO_ACTIVITY),
        words.last_outturn(prognosis, view.facts.last_year),
        "" if is_measured else sure,
    ]
    aside = [
        _placed(view),
        sure if is_measured else "",
        " ".join(filter(None, (words.since_close(prognosis, view.facts.before), sentences.basis(prognosis)))),
    ]
    if not view.has_money:
        return Page(
            "Resumé",
            RESUME,
            sentences.outcome(prognosis),
            text=(sentences.basis(prognosis),),
            notes=tuple(filter(None, (words.reconstructed_note(view.facts.reconstructed),))),
        )
    return Page(
        "Resumé",
        RESUME,
        sentences.outcome(prognosis).removesuffix("."),
        text=tuple(part for part in text if part),
        aside=tuple(part for part in aside if part),
        figures=_figures(view),
        charts=(_fan(prognosis), _strip(prognosis)),
        notes=tuple(
            note
            for note in (
                words.reconstructed_note(view.facts.reconstructed),
                words.fan_note(prognosis),
                sentences.key_figures_note(prognosis),
            )
            if note
        ),
    )


def _placed(view: View) -> str:
    """How many were placed already, where that number may be shown: more than budgeted need be no more than before."""
    return placements_beside(view.prognosis, view.reference) if view.more_than_what else ""


def _comment(view: View) -> str:
    """What the administration says of the month itself; who wrote it is no committee's matter."""
    own = [one for one in view.facts.comments if one.month == view.prognosis.as_of and one.text]
    if not own:
        return ""
    signed = "" if view.audience == COMMITTEE else f" ({view.signed(own[-1].user, own[-1].at)})"
    return f"Forvaltningens bemærkning: {fmt.sentence(own[-1].text)}{signed}"


def _figures(view: View) -> tuple[tuple[str, str, str], ...]:
    """The key figures that are known: without a budget there is no deviation and no risk of one."""
    told = [(label, value, note) for label, value, note, _ in sentences.key_figures(view.prognosis)]
    known = tuple(one for one in told if one[1] != fmt.ABSENT)
    if view.has_budget:
        return known
    return tuple((label, value, "uden budget at holde op imod") for label, value, _ in known)


def _strip(prognosis: Prognosis) -> Strip:
    """The end of the fan, enlarged."""
    row, budget = prognosis.total, prognosis.total["budget_revised"]
    return Strip(
        expected=row["mean"] / fmt.MILLION,
        budget=None if fmt.is_absent(budget) else budget / fmt.MILLION,
        bands=tuple((percent, row[low] / fmt.MILLION, row[high] / fmt.MILLION) for percent, low, high in BANDS),
        unit=MILLIONS,
        alt=words.strip_alt(prognosis),
        title=f"Hvor {prognosis.year} ender, {MILLIONS}",
    )


def _fan(prognosis: Prognosis) -> Lines:
    """The year cumulated; on booked months the bands have no width, so that areas do not rise from zero."""
    fan = prognosis.fan
    known = int((fan["kind"] == "actual").sum())
    name = "Forbrug" if known else "Forventet"
    budget = (Series("Budget", "budget", millions(fan["budget"])),) if fan["budget"].notna().any() else ()
    return Lines(
        categories=tuple(fmt.month_short(month) for month in fan["month"]),
        series=(*budget, Series(name, "actual", millions(fan["mean"]), forecast_from=known)),
        unit=MILLIONS,
        alt=_fan_alt(prognosis),
        bands=tuple(
            Band(percent, millions(fan[low]), millions(fan[high]))
            for percent, low, high in BANDS
        ),
        title=f"Forbrug lagt sammen gennem {prognosis.year}, {MILLIONS}",
    )


def _fan_alt(prognosis: Prognosis) -> str:
    row = prognosis.total
    booked = sentences.booked_to_date(prognosis)
    end = f"forventet ved årets udgang: {fmt.mio(row['mean'])}"
    return f"Linjediagram. {booked}; {end}; korrigeret budget: {fmt.mio(row['budget_revised'])}"


def proposal(view: View) -> Page | None:
    if not view.has_money:
        return None
    prognosis, measures = view.prognosis, view.facts.measures
    tables = (_measures_table(view),) if measures else ()
    left = [prognosis.total["deviation"], -total_effect(measures)]
    return Page(
        "Indstilling",
        PROPOSAL,
        words.proposal_title(prognosis, measures),
        text=tuple(
            filter(
                None,
                (
                    words.measures_words(prognosis, measures),
                    words.unmoved_by(view.facts.scenarios, prognosis),
                    words.PROPOSED,
                ),
            )
        ),
        points=tuple(words.proposals(prognosis, measures, view.audience, view.facts.scenarios)),
        figures=_proposal_figures(view),
        tables=tables,
        notes=(rounding.NOTE,) if rounding.drifts(left, sum(left), unit=fmt.MILLION) else (),
    )


def _proposal_figures(view: View) -> tuple[tuple[str, str, str], ...]:
    """What the measures bring and what they leave; the rest stands in the Resumé."""
    deviation, measures = view.prognosis.total["deviation"], view.facts.measures
    if fmt.is_absent(deviation) or not measures:
        return ()
    effect = total_effect(measures)
    left = deviation - effect
    return (
        ("Tiltag", fmt.mio(-effect, signed=True), "indgår ikke i prognosen"),
        ("Afvigelse med tiltag", fmt.mio(left, signed=True), f"{sentences.overspend_word(left)}, hvis de virker"),
    )


def _measures_table(view: View) -> Table:
    lines = [
        Line((one.text, one.owner, fmt.day(one.deadline), one.effect))
        for one in sorted(view.facts.measures, key=lambda one: one.deadline)
    ]
    total = Line(("I alt", None, None, total_effect(view.facts.measures)), "total", tuple(range(len(lines))))
    columns = (
        Column("text", "Tiltag", "text"),
        Column("owner", "Ansvarlig", "text"),
        Column("deadline", "Frist", "text"),
        Column("effect", f"Mindreudgift i {view.prognosis.year}, kr.", "kroner"),
    )
    return Table("Kompenserende tiltag", columns, (*lines, total))
