"""What the command line prints for people: Danish tables and sentences."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain import sentences
from cockpit.domain.completeness import NO_ACTIVITY
from cockpit.domain.hit_rate import RIVALS, HitRate
from cockpit.domain.methods import chosen_at
from cockpit.domain.month_close import Check
from cockpit.domain.paper import COMMITTEE, Audience
from cockpit.domain.paper_words import UNMEASURED
from cockpit.domain.prognosis import LEVELS, Prognosis
from cockpit.domain.scenario_result import ScenarioResult, gain
from cockpit.domain.scenario_sentences import sentences_of
from cockpit.domain.scenario_words import OWN_COSTS
from cockpit.intake import FileReport, summarise
from cockpit.intake.reading import MUNICIPALITY
from cockpit.services.load_month import LoadReport
from cockpit.store import ClosedMonth, UndoResult

WIDEST_LABEL = 42
AUDIENCE_WORDS: dict[Audience, str] = {"udvalg": "udvalget, hvor små tal er skjult,", "ledelse": "ledelsen"}


def _clipped(text: str) -> str:
    """Keep the long names of some accounts from making the table wider than a screen."""
    return text if len(text) <= WIDEST_LABEL else f"{text[: WIDEST_LABEL - 1].rstrip()}…"


ORIGIN_TITLES = ("Prognose pr.", "Forventet", "80 % fra", "til", "Regnskab", "Kilde", "Regnet med")
COLUMNS: dict[str, tuple[str, Callable]] = {
    "label": ("", _clipped),
    "budget_revised": ("Korr. budget", fmt.millions),
    "actual_ytd": ("Forbrug ÅTD", fmt.millions),
    "committed": ("Disponeret", fmt.millions),
    "expected_inflow": ("Forv. tilgang", fmt.millions),
    "expected_changes": ("Forv. ændringer", fmt.millions),
    "corrections": ("Kendte sager", fmt.millions),
    "mean": ("Forv. regnskab", fmt.millions),
    "p10": ("80 % fra", fmt.millions),
    "p90": ("til", fmt.millions),
    "deviation": ("Afvigelse", lambda amount: fmt.millions(amount, signed=True)),
    "person_years": ("Helårspers.", lambda value: fmt.number(value, 1)),
    "unit_price": ("Enhedspris, kr.", fmt.number),
}


def prognosis_text(prognosis: Prognosis, level: str | None = None) -> str:
    """The prognosis as one table, amounts in mio. kr."""
    levels = LEVELS if level is None else tuple(dict.fromkeys(("total", level)))
    rows = prognosis.rows[prognosis.rows["level"].isin(levels)]
    lines = [f"Prognose for {prognosis.year} pr. {fmt.month_long(prognosis.as_of)}, mio. kr."]
    shown = [name for name in COLUMNS if name != "corrections" or rows["corrections"].any()]
    lines += _table([COLUMNS[name][0] for name in shown], [_cells(row, shown) for _, row in rows.iterrows()])
    lines += ["Afvigelse: + er merforbrug, − er mindreforbrug i forhold til korrigeret budget."]
    lines += [f"Data {prognosis.data_id[:12]}, {prognosis.n_paths} forløb, startværdi {prognosis.seed}."]
    return "\n".join([*lines, *prognosis.notes])


def _cells(row: pd.Series, shown: Sequence[str]) -> list[str]:
    return [COLUMNS[name][1](row[name]) for name in shown]


def _table(
    titles: Sequence[str], rows: Sequence[Sequence[str]], *, words: Collection[int] = frozenset({0})
) -> list[str]:
    """Lines of a table; the columns at the positions `words` are text, the others numbers."""
    widths = [max(len(cell) for cell in column) for column in zip(titles, *rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if at in words else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in (titles, *rows)
    ]


def load_text(report: LoadReport, *, dry_run: bool) -> str:
    """What a load found and did, file by file."""
    lines = [line for one in report.files for line in _file_lines(one, report)]
    return "\n".join([*lines, *report.notes, *_outcome(report, dry_run=dry_run)])


def _file_lines(one: FileReport, report: LoadReport) -> list[str]:
    if one.kind == MUNICIPALITY:
        return [f"{one.path} ({one.kind})", *(f"  {line}" for line in summarise(one.findings))]
    counts = f"{fmt.plural(one.rows_read, 'række', 'rækker')} læst, {fmt.number(one.rows_stored)} gemmes"
    head = f"{one.path} ({one.kind or 'ukendt'}): {counts}, {fmt.number(one.rows_rejected)} afvist"
    return [head, *(f"  {line}" for line in summarise([*one.findings, *report.findings_of(one)]))]


def _outcome(report: LoadReport, *, dry_run: bool) -> list[str]:
    if not report.intake.ok or report.as_of is None:
        return []
    month = fmt.month_long(report.as_of)
    if dry_run:
        return [f"Afprøvet for {month}; intet er gemt."]
    return [f"Gemt for {month}." if report.changed else f"Filerne var allerede indlæst for {month}; intet er ændret."]


def undo_text(result: UndoResult) -> str:
    """What an undo took back."""
    return f"Taget tilbage: {', '.join(result.files)} ({fmt.month_long(result.as_of)})."


def hit_rate_text(found: HitRate) -> str:
    """What past forecasts hit and missed: a table by months to go, and what it says in words."""
    by_months = found.by_months
    titles = ["Måneder igen", "Antal", "Prognosen", "i %", "Skævhed", "80 % holdt", "95 % holdt"]
    titles += [sentences.RIVAL_NAMES[name].capitalize() for name in RIVALS]
    return "\n".join(
        [
            "Afstand mellem prognose og regnskab i gennemsnit, mio. kr.",
            *_table(titles, [_hit_rate_cells(row) for _, row in by_months.iterrows()]),
            "",
            *_table(ORIGIN_TITLES, _origin_cells(found), words={0, 5, 6}),
            "",
            sentences.hit_rate_basis(found),
            sentences.coverage(found.overall),
            *sentences.rivals_that_win(by_months, found.by_row("type")),
        ]
    )


def _origin_cells(found: HitRate) -> list[list[str]]:
    chosen = chosen_at(found.origins)
    return [
        [
            fmt.month_year(row["as_of"]),
            *(fmt.millions(row[name]) for name in ("mean", "p10", "p90", "outturn")),
            sentences.SOURCE_WORDS[row["source"]],
            chosen.get(row["as_of"], ""),
        ]
        for _, row in found.total.iterrows()
    ]


def _hit_rate_cells(row: pd.Series) -> list[str]:
    return [
        str(row["months_to_go"]),
        str(row["count"]),
        fmt.millions(row["error"]),
        fmt.number(100 * row["error_share"], 1),
        fmt.millions(row["bias"], signed=True),
        *(f"{row[name]} af {row['count']}" for name in ("inside_80", "inside_95")),
        *(fmt.millions(row[name]) for name in RIVALS),
    ]


def closed_text(closed: ClosedMonth, checks: Sequence[Check]) -> str:
    """What was frozen, and what the checklist of the month lacks."""
    end = sentences.outcome(closed.prognosis)
    said = f"{fmt.month_long(closed.month).capitalize()} er lukket, og prognosen er gemt i arkivet. {end}"
    return "\n".join([said, *(f"Mangler: {check.title}. {check.words}" for check in checks if not check.done)])


def scenario_text(found: ScenarioResult, sensitivity: pd.DataFrame) -> str:
    """A scenario against the baseline: years, levers, what matters most, and what to look out for."""
    name = found.scenario.name
    lines = [f"{name}: virkning pr. ydelsesår, set fra {fmt.month_long(found.as_of)}, mio. kr."]
    titles = ["", "Uden", "Med", "Sparet", OWN_COSTS, "Tabt refusion", "Gevinst", "80 % fra", "til"]
    gains = gain(found)
    known = found.years.assign(p10=gains["p10"], p90=gains["p90"])
    lines += _table(titles, [_scenario_cells(row) for _, row in known.iterrows()])
    lines += ["Gevinst: + er en mindre udgift for kommunen, − er en merudgift."]
    if len(found.waterfall):
        net = found.waterfall.pivot_table(index=["number", "label"], columns="year", values="net", sort=False)
        cells = [_lever_cells(*row) for row in net.iterrows()]
        lines += ["", *_table(["Greb, gevinst", *map(str, net.columns)], cells)]
    if len(sensitivity):
        cells = [_range_cells(row) for _, row in sensitivity.iterrows()]
        lines += ["", *_table(["Gevinst i alt, hvis antagelsen er", "lav", "som sat", "høj"], cells)]
    lines += ["", *sentences_of(found)]
    lines += [f"ADVARSEL: {warning}" for warning in found.warnings]
    return "\n".join([*lines, f"Data {found.data_id[:12]}, {found.n_paths} forløb, startværdi {found.seed}."])


def _scenario_cells(row: pd.Series) -> list[str]:
    own = [fmt.millions(row[name]) for name in ("baseline_mean", "scenario_mean")]
    own += [fmt.millions(row[name]) for name in ("gross_saving", "programme_cost", "refund_lost")]
    return [str(int(row["year"])), *own, *(fmt.millions(row[name], signed=True) for name in ("net", "p10", "p90"))]


def _lever_cells(key: tuple[int, str], row: pd.Series) -> list[str]:
    return [key[1], *(fmt.millions(value, signed=True) for value in row)]


def _range_cells(row: pd.Series) -> list[str]:
    ends = f"{row['label']} ({fmt.plain(row['low'])}–{fmt.plain(row['high'])})"
    return [ends, *(fmt.millions(row[name], signed=True) for name in ("net_low", "net", "net_high"))]


UNMEASURED_PAPER = (
    f"ADVARSEL: {UNMEASURED} Det siger papiret. Mål det med »python -m cockpit backtest«, og lav papiret igen."
)


def paper_text(path: Path, prognosis: Prognosis, audience: Audience, *, chosen: bool) -> str:
    """What was written, for whom, and that a committee's paper is the one made where nobody says."""
    text = f"{path}: papir til {AUDIENCE_WORDS[audience]} pr. {fmt.month_long(prognosis.as_of)}."
    if audience == COMMITTEE and NO_ACTIVITY in prognosis.notes:
        text = (
            f"{path}: papir til udvalget pr. {fmt.month_long(prognosis.as_of)}. Uden indsatser vides det ikke, hvor "
            "mange børn der står bag et tal, så ingen tal er skjult: gennemgå papiret, før det deles."
        )
    return text if chosen else f"{text} Vælg ledelsens med --audience ledelse."
