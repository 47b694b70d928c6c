"""The paper of a month, page by page, in the order of a committee case: the one place that decides what it says."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain import paper_words as words
from cockpit.domain import sentences
from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.bridge import BUDGET_TO_FORECAST, LAST_CLOSE_TO_NOW
from cockpit.domain.bridge_words import named_parts, why
from cockpit.domain.disclosure import BLANK, Rules
from cockpit.domain.measures import total_effect
from cockpit.domain.paper import (
    COMMITTEE,
    PLACEMENTS,
    SERVICE,
    TOTAL,
    Audience,
    PaperFacts,
    Shown,
    budgeted_types,
    group_months,
    shown_to,
)
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import ESTIMATE, PLACEMENT_STEPS, UNALLOCATED, Reference
from cockpit.domain.scenario_sentences import sentences_of
from cockpit.reports.report import (
    Band,
    Bars,
    Column,
    Columns,
    Line,
    Lines,
    Page,
    Report,
    Series,
    Table,
    Value,
    Waterfall,
)

RESUME, PROPOSAL, CASE, ECONOMY, ANNEX = "Resumé", "Indstilling", "Sagsfremstilling", "Økonomi", "Bilag"
MILLIONS = "mio. kr."
AUDIENCE_NAMES: dict[Audience, str] = {"udvalg": "Til udvalget", "ledelse": "Til ledelsen"}
SHORT_VERSION = 12  # signs of a hash: enough to tell two apart
_BRIDGE_KEYS = {BUDGET_TO_FORECAST: "Afvigelse", LAST_CLOSE_TO_NOW: "Ændring"}


class _Paper:
    """The facts with what the audience may see of them."""

    def __init__(self, facts: PaperFacts, audience: Audience) -> None:
        self.facts = facts
        self.audience = audience
        self.prognosis: Prognosis = facts.prognosis
        self.reference: Reference = facts.reference
        self.shown: Shown = shown_to(facts, audience)
        self.has_money = not fmt.is_absent(self.prognosis.total["mean"])
        self.has_budget = not fmt.is_absent(self.prognosis.total["budget_revised"])

    @property
    def told(self) -> Prognosis:
        """The prognosis without the parts of bridges that are blank: what sentences may speak of."""
        bridge = self.prognosis.bridge
        cells = zip("bridge:" + bridge["part"], bridge["name"], strict=True)
        return replace(self.prognosis, bridge=_where(bridge, [not self.shown.is_hidden(*cell) for cell in cells]))

    @property
    def shows_placements(self) -> bool:
        """Say whether the number of placements may be shown."""
        return not self.shown.hidden.loc[PLACEMENTS].any()

    def is_few(self, counts: pd.Series) -> bool:
        """Say whether a row of months has a count that a committee may not see."""
        threshold = Rules.at(self.reference, self.prognosis.as_of).threshold
        return self.audience == COMMITTEE and bool(counts.min() < threshold)

    def cell(self, row: str, column: str) -> Value:
        """A cell as the audience sees it."""
        if row not in self.shown.values.index:
            return None
        if self.shown.is_hidden(row, column):
            return BLANK
        value = float(self.shown.values.loc[row, column])
        return None if fmt.is_absent(value) else value

    def rows(self, level: str) -> pd.DataFrame:
        """The prognosis' rows of a level that anything is told of, with `row`, the name of their cells."""
        rows = self.prognosis.rows[self.prognosis.rows["level"] == level]
        told = rows[["budget_revised", "actual_ytd", "mean", "person_years"]].fillna(0.0).abs().sum(axis=1) > 0
        rows = rows[told]
        return rows.assign(row=level + ":" + rows["key"])

    def visible(self, level: str, column: str) -> pd.DataFrame:
        """Those of them whose column is neither blank nor absent."""
        rows = self.rows(level)
        return _where(rows, [isinstance(self.cell(row, column), float) for row in rows["row"]])

    def blank_notes(self, *tables: Table) -> tuple[str, ...]:
        """The note on blanks, where a table has any."""
        cells = [cell for table in tables for line in table.lines for cell in line.cells]
        return (words.blank_note(Rules.at(self.reference, self.prognosis.as_of)),) if BLANK in cells else ()


def _where(frame: pd.DataFrame, chosen: Sequence[bool]) -> pd.DataFrame:
    """Choose rows; a plain empty list would choose no columns."""
    return frame[np.array(chosen, dtype=bool)]


def build_report(facts: PaperFacts, audience: Audience) -> Report:
    """Write the paper of a month for an audience.

    Raises:
        UserFault: what would be shown to a committee would tell of single children.
    """
    paper = _Paper(facts, audience)
    pages = [found for write in _PAGES if (found := write(paper)) is not None]
    prognosis = facts.prognosis
    return Report(
        title=f"Forventet regnskab {prognosis.year} for børn og unge med særlige behov",
        subtitle=f"Opgjort med udgangen af {fmt.month_long(prognosis.as_of)}",
        audience=AUDIENCE_NAMES[audience],
        as_of=str(prognosis.as_of),
        stamp=_stamp(facts),
        pages=tuple(pages),
    )


def _stamp(facts: PaperFacts) -> str:
    prognosis = facts.prognosis
    return (
        f"Pr. {fmt.month_long(prognosis.as_of)} · data {prognosis.data_id[:SHORT_VERSION]} · forudsætninger "
        f"{facts.reference.identity[:SHORT_VERSION]} · startværdi {prognosis.seed} · cockpit "
        f"{prognosis.versions.get('cockpit', fmt.ABSENT)}"
    )


def _resume(paper: _Paper) -> Page:
    prognosis = paper.prognosis
    text = [why(paper.told), words.since_close(prognosis, paper.facts.before), sentences.basis(prognosis)]
    if not paper.has_money:
        return Page("Resumé", RESUME, sentences.outcome(prognosis), text=(sentences.basis(prognosis),))
    return Page(
        "Resumé",
        RESUME,
        sentences.outcome(prognosis).removesuffix("."),
        text=tuple(part for part in text if part),
        figures=tuple((label, value, note) for label, value, note, _ in sentences.key_figures(prognosis)),
        chart=_fan(prognosis),
        chart_title=f"Forbrug lagt sammen gennem {prognosis.year}, {MILLIONS}",
        notes=(words.fan_note(prognosis),),
    )


def _fan(prognosis: Prognosis) -> Lines:
    """The year cumulated; on booked months the bands have no width, so that areas do not rise from zero."""
    fan = prognosis.fan
    known = prognosis.as_of.month
    budget = (Series("Budget", "budget", _millions(fan["budget"])),) if fan["budget"].notna().any() else ()
    return Lines(
        categories=tuple(fmt.month_short(month) for month in fan["month"]),
        series=(*budget, Series("Forbrug", "actual", _millions(fan["mean"]), forecast_from=known)),
        unit=MILLIONS,
        alt=_fan_alt(prognosis),
        bands=tuple(
            Band(percent, _millions(fan[low]), _millions(fan[high]))
            for percent, low, high in ((95, "p2_5", "p97_5"), (80, "p10", "p90"), (50, "p25", "p75"))
        ),
    )


def _fan_alt(prognosis: Prognosis) -> str:
    row = prognosis.total
    booked = f"Bogført til og med {fmt.month_long(prognosis.as_of)}: {fmt.mio(row['actual_ytd'])}"
    end = f"forventet ved årets udgang: {fmt.mio(row['mean'])}"
    return f"Linjediagram. {booked}; {end}; korrigeret budget: {fmt.mio(row['budget_revised'])}"


def _millions(values: pd.Series) -> tuple[float | None, ...]:
    return tuple(None if fmt.is_absent(value) else value / fmt.MILLION for value in values.astype(float))


def _proposal(paper: _Paper) -> Page | None:
    if not paper.has_money:
        return None
    prognosis, measures = paper.prognosis, paper.facts.measures
    tables = (_measures_table(paper),) if measures else ()
    return Page(
        "Indstilling",
        PROPOSAL,
        words.proposal_title(prognosis, measures),
        text=(words.measures_words(prognosis, measures),),
        points=tuple(words.proposals(prognosis, measures)),
        tables=tables,
    )


def _measures_table(paper: _Paper) -> Table:
    lines = [
        Line((one.text, one.owner, fmt.day(one.deadline), one.effect))
        for one in sorted(paper.facts.measures, key=lambda one: one.deadline)
    ]
    total = Line(("I alt", None, None, total_effect(paper.facts.measures)), "total", tuple(range(len(lines))))
    columns = (
        Column("text", "Tiltag", "text"),
        Column("owner", "Ansvarlig", "text"),
        Column("deadline", "Frist", "text"),
        Column("effect", f"Mindreudgift i {paper.prognosis.year}", "kroner"),
    )
    return Table("Kompenserende tiltag", columns, (*lines, total))


def _deviations(paper: _Paper) -> Page | None:
    if not paper.has_money:
        return None
    seen = paper.visible("type", "deviation")
    table = _types_table(paper)
    chart = _bars(seen) if paper.has_budget and len(seen) else None
    return Page(
        "Typer og trin",
        CASE,
        words.deviations_title(seen) if paper.has_budget else sentences.made_of(paper.prognosis).removesuffix("."),
        chart=chart,
        chart_title=f"Forventet regnskab minus korrigeret budget, {MILLIONS}" if chart else "",
        tables=(table,),
        notes=("Afvigelse: + er merforbrug, − er mindreforbrug.", *paper.blank_notes(table)),
    )


def _bars(seen: pd.DataFrame) -> Bars:
    ordered = seen.reindex(seen["deviation"].sort_values(ascending=False).index)
    values = _millions(ordered["deviation"])
    told = "; ".join(
        f"{label} {fmt.number(value, 1, signed=True)}" for label, value in zip(ordered["label"], values, strict=True)
    )
    return Bars(
        tuple(ordered["label"]),
        tuple(value for value in values if value is not None),
        MILLIONS,
        f"Søjlediagram over afvigelser i {MILLIONS}: {told}.",
    )


def _money_columns(paper: _Paper, *names: str) -> tuple[Column, ...]:
    known = {
        "budget_original": Column("budget_original", "Oprindeligt budget"),
        "budget_revised": Column("budget_revised", "Korrigeret budget"),
        "actual_ytd": Column("actual_ytd", "Forbrug år til dato"),
        "mean": Column("mean", "Forventet regnskab"),
        "deviation": Column("deviation", "Afvigelse", "signed", difference=("mean", "budget_revised")),
    }
    without_budget = ("actual_ytd", "mean")
    return tuple(known[name] for name in names if paper.has_budget or name in without_budget)


def _types_table(paper: _Paper) -> Table:
    """Types under their steps; a step of one type is one line."""
    columns = _money_columns(paper, "budget_revised", "actual_ytd", "mean", "deviation")
    lines: list[Line] = []
    steps: list[int] = []
    types = paper.rows("type")
    for _, step in paper.rows("step").iterrows():
        own = _where(types, [_step_key(key, paper.reference) == step["key"] for key in types["key"]])
        at = len(lines)
        children = tuple(range(at + 1, at + 1 + len(own))) if len(own) > 1 else ()
        lines.append(_line(paper, step["label"], step["row"], columns, "sub", children))
        if children:
            lines += [_line(paper, row["label"], row["row"], columns) for _, row in own.iterrows()]
        steps.append(at)
    lines.append(_line(paper, "I alt", TOTAL, columns, "total", tuple(steps)))
    heads = (Column("label", "Trin og type", "text"), *columns)
    return Table(f"Indsatstrappen {paper.prognosis.year}", heads, tuple(lines))


def _step_key(type_key: str, reference: Reference) -> str:
    step = reference.step_of(type_key)
    return UNALLOCATED if step is None else str(step)


def _line(
    paper: _Paper, label: str, row: str, columns: Sequence[Column], kind: str = "row", sums: tuple[int, ...] = ()
) -> Line:
    return Line((label, *(paper.cell(row, column.key) for column in columns)), kind, sums)  # type: ignore[arg-type]


def _bridge_page(bridge: str, key: str, text: Callable[[_Paper], tuple[str, ...]]) -> Callable[[_Paper], Page | None]:
    def write(paper: _Paper) -> Page | None:
        parts = named_parts(paper.prognosis, bridge)
        if parts.empty:
            return None
        hidden = [paper.shown.is_hidden(f"bridge:{part}", bridge) for part in parts["part"]]
        seen, rest = parts[[not one for one in hidden]], parts[hidden]
        table = _bridge_table(parts, hidden, bridge)
        return Page(
            key,
            CASE,
            words.bridge_title(seen, bridge),
            text=text(paper),
            chart=_waterfall(seen, float(rest["amount"].sum()) if len(rest) else None, bridge),
            chart_title=f"{_BRIDGE_KEYS[bridge]}, {MILLIONS}",
            tables=(table,),
            notes=paper.blank_notes(table),
        )

    return write


def _bridge_table(parts: pd.DataFrame, hidden: Sequence[bool], bridge: str) -> Table:
    lines = [
        Line((row["label"], row["meaning"], BLANK if blank else float(row["amount"])))
        for (_, row), blank in zip(parts.iterrows(), hidden, strict=True)
    ]
    total = Line((_BRIDGE_KEYS[bridge], None, float(parts["amount"].sum())), "total", tuple(range(len(lines))))
    columns = (
        Column("label", "Årsag", "text"),
        Column("meaning", "Hvad den dækker", "text"),
        Column("amount", _BRIDGE_KEYS[bridge], "signed"),
    )
    return Table("Årsagerne lagt sammen", columns, (*lines, total))


def _waterfall(seen: pd.DataFrame, rest: float | None, bridge: str) -> Waterfall:
    """Blank parts stand as one column: their sum follows from the others anyway."""
    labels, amounts = list(seen["label"]), [float(amount) for amount in seen["amount"]]
    if rest is not None:
        labels, amounts = [*labels, "Øvrigt"], [*amounts, rest]
    steps = tuple(amount / fmt.MILLION for amount in amounts)
    told = "; ".join(f"{label} {fmt.number(step, 1, signed=True)}" for label, step in zip(labels, steps, strict=True))
    end = _BRIDGE_KEYS[bridge]
    alt = f"Trinvis bro i {MILLIONS}: {told}; {end.lower()} i alt {fmt.number(sum(steps), 1, signed=True)}."
    return Waterfall(tuple(labels), steps, end, MILLIONS, alt)


def _why_text(paper: _Paper) -> tuple[str, ...]:
    return tuple(filter(None, (why(paper.told),)))


def _since_text(paper: _Paper) -> tuple[str, ...]:
    return tuple(filter(None, (words.since_close(paper.prognosis, paper.facts.before),)))


def _ladder(paper: _Paper) -> Page | None:
    months = group_months(paper.prognosis, PLACEMENT_STEPS)
    steps = paper.visible("step", "stock_now")
    if months.empty or steps.empty:
        return None
    at = dict(zip(months["month"], months["expected"], strict=True))
    as_of = paper.prognosis.as_of
    now, before = at[str(as_of)], at.get(str(as_of - 12), float("nan"))
    series = [
        Series(fmt.month_year(as_of - 12), "previous", _cells(paper, steps["row"], "stock_before")),
        Series(fmt.month_year(as_of), "actual", _cells(paper, steps["row"], "stock_now")),
    ]
    labels = tuple(steps["label"])
    told = "; ".join(
        f"{label}: {fmt.number(one, 0)} mod {fmt.number(other, 0)} for et år siden"
        for label, one, other in zip(labels, series[1].values, series[0].values, strict=True)
    )
    table = _activity_table(paper)
    return Page(
        "Aktivitet og pris",
        CASE,
        words.ladder_title(now, before, as_of) if paper.shows_placements else words.ladder_heading(as_of),
        chart=Columns(labels, tuple(series), "i gang", f"Søjlediagram over indsatstrappen: {told}.", decimals=0),
        chart_title=f"Børn og forløb i gang på hvert trin, gennemsnit i {fmt.month_long(as_of)} og et år før",
        tables=(table,),
        notes=("Helårspersoner og enhedspris gælder hele året. Enhedspris er før central refusion.",
               *paper.blank_notes(table)),
    )  # fmt: skip


def _cells(paper: _Paper, rows: Sequence[str], column: str) -> tuple[float | None, ...]:
    cells = [paper.cell(row, column) for row in rows]
    return tuple(cell if isinstance(cell, float) else None for cell in cells)


def _activity_table(paper: _Paper) -> Table:
    budget = budgeted_types(paper.prognosis)
    types = paper.rows("type")
    types = types[types["person_years"].notna()]
    columns = (
        Column("label", "Type", "text"),
        Column("person_years0", "Helårspersoner, budget", "count"),
        Column("person_years", "Helårspersoner, forventet", "count"),
        Column("price0", "Enhedspris i kr., budget", "kroner"),
        Column("unit_price", "Enhedspris i kr., forventet", "kroner"),
    )
    lines = []
    for _, row in types.iterrows():
        planned = budget.loc[row["key"]] if row["key"] in budget.index else {"person_years0": None, "price0": None}
        lines.append(
            Line(
                (
                    row["label"],
                    _number(planned["person_years0"]),
                    paper.cell(row["row"], "person_years"),
                    _number(planned["price0"]),
                    paper.cell(row["row"], "unit_price") if paper.has_money else None,
                )
            )
        )
    return Table(f"Mængde og pris {paper.prognosis.year}", columns, tuple(lines))


def _number(value: float | None) -> float | None:
    return None if value is None or fmt.is_absent(float(value)) else float(value)


def _placements(paper: _Paper) -> Page | None:
    months = group_months(paper.prognosis, PLACEMENT_STEPS)
    if months.empty or not paper.shows_placements or paper.is_few(months["expected"]):
        return None
    known = int((months["kind"] == "actual").sum())
    budget = months["budget_person_years"]
    series = [Series("Anbragte", "actual", tuple(months["expected"].astype(float)), forecast_from=known)]
    if budget.notna().any():
        series.insert(0, Series("Budget", "budget", tuple(_number(value) for value in budget)))
    first, last = months.iloc[0], months.iloc[-1]
    return Page(
        "Anbragte pr. måned",
        CASE,
        words.placements_title(months),
        chart=Lines(
            categories=tuple(fmt.month_year(month) for month in months["month"]),
            series=tuple(series),
            unit="anbragte",
            alt=f"Linjediagram: {fmt.number(first['expected'], 1)} anbragte i {fmt.month_long(first['month'])}, "
            f"{fmt.number(last['expected'], 1)} i {fmt.month_long(last['month'])}.",
        ),
        chart_title="Anbragte børn og unge, gennemsnit pr. måned (trin 4–6)",
        notes=("Sene registreringer, som ventes, er talt med. Den stiplede del er forventet.",),
    )


def _outline(paper: _Paper) -> Page | None:
    years = paper.prognosis.outline_years
    years = years[years["level"] == "total"]
    if not paper.has_money or years.empty:
        return None
    total = paper.prognosis.total
    every = [(paper.prognosis.year, total["mean"], total["p10"], total["p90"])]
    every += list(years[["year", "mean", "p10", "p90"]].itertuples(index=False, name=None))
    names = tuple(str(int(year)) for year, *_ in every)
    means = tuple(float(mean) / fmt.MILLION for _, mean, _, _ in every)
    told = "; ".join(f"{name}: {fmt.number(mean, 1)}" for name, mean in zip(names, means, strict=True))
    table = Table(
        "Overslagsår i løbende priser",
        (
            Column("year", "År", "text"),
            Column("mean", "Forventet"),
            Column("p10", "80 % sikkerhed fra"),
            Column("p90", "til"),
        ),
        tuple(Line((name, *map(float, points))) for name, (_, *points) in zip(names, every, strict=True)),
    )
    return Page(
        "Overslagsår",
        CASE,
        words.outline_title(years, float(total["mean"])),
        chart=Columns(
            names,
            (Series("Forventet regnskab", "forecast", means, forecast_from=0),),
            MILLIONS,
            f"Søjlediagram i {MILLIONS}: {told}.",
        ),
        chart_title=f"Forventet regnskab i år og i overslagsårene, {MILLIONS} i løbende priser",
        tables=(table,),
        notes=("Uden nye beslutninger. Usikkerheden vokser, jo længere frem der ses.",),
    )


def _scenario(paper: _Paper) -> Page | None:
    found = paper.facts.scenario
    if found is None:
        return None
    first, *others = sentences_of(found)
    years = tuple(str(int(year)) for year in found.years["year"])
    values = tuple(value for value in _millions(found.years["difference_mean"]) if value is not None)
    told = "; ".join(f"{year} {fmt.number(value, 1, signed=True)}" for year, value in zip(years, values, strict=True))
    columns = (
        Column("year", "År", "text"),
        Column("baseline_mean", "Uden scenariet"),
        Column("scenario_mean", "Med scenariet"),
        Column("difference_mean", "Forskel", "signed", difference=("scenario_mean", "baseline_mean")),
        Column("gross_saving", "Sparet"),
        Column("programme_cost", "Programmets pris"),
        Column("refund_lost", "Tabt refusion"),
        Column("net", "Netto", "signed"),
    )
    lines = tuple(
        Line((year, *(float(row[column.key]) for column in columns[1:])))
        for year, (_, row) in zip(years, found.years.iterrows(), strict=True)
    )
    return Page(
        "Scenarie",
        CASE,
        f"»{found.scenario.name}«: {first[0].lower()}{first[1:]}".removesuffix("."),
        text=tuple(others),
        chart=Bars(years, values, MILLIONS, f"Søjlediagram over forskellen i {MILLIONS}: {told}."),
        chart_title=f"Med scenariet minus uden, pr. leveranceår, {MILLIONS}",
        tables=(Table("Scenariet år for år", columns, lines),),
        notes=("Forskel: − er en mindre udgift. Netto: + er en gevinst for kommunen.", *found.warnings),
    )


def _accounts(paper: _Paper) -> Page | None:
    if not paper.has_money:
        return None
    refund_row = f"account:{REFUND_FUNCTION}"
    columns = _money_columns(paper, "budget_original", "budget_revised", "actual_ytd", "mean", "deviation")
    rows = paper.rows("account")
    service = rows[rows["row"] != refund_row]
    lines = [_line(paper, row["label"], row["row"], columns) for _, row in service.iterrows()]
    lines.append(_line(paper, "Serviceudgifter i alt", SERVICE, columns, "sub", tuple(range(len(lines)))))
    parts = [len(lines) - 1]
    if refund_row in set(rows["row"]):
        label = rows.loc[rows["row"] == refund_row, "label"].iloc[0]
        lines.append(_line(paper, label, refund_row, columns))
        parts.append(len(lines) - 1)
    lines.append(_line(paper, "I alt", TOTAL, columns, "total", tuple(parts)))
    table = Table("Regnskab pr. konto", (Column("label", "Konto", "text"), *columns), tuple(lines))
    refund = paper.cell(refund_row, "mean")
    return Page(
        "Konti",
        ECONOMY,
        words.service_title(_seen(paper.cell(SERVICE, "mean")), _seen(refund), paper.prognosis.year),
        chart=_accounts_chart(paper, service),
        chart_title=f"Korrigeret budget og forventet regnskab pr. konto, {MILLIONS}",
        tables=(table,),
        notes=(
            "Central refusion for særligt dyre enkeltsager (5.22.07) er en indtægt uden for serviceudgifterne.",
            *paper.blank_notes(table),
        ),
    )


def _seen(cell: Value) -> float:
    return cell if isinstance(cell, float) else float("nan")


def _accounts_chart(paper: _Paper, rows: pd.DataFrame) -> Columns:
    seen = _where(rows, [isinstance(paper.cell(row, "mean"), float) for row in rows["row"]])
    mean = _millions(seen["mean"])
    series = [Series("Forventet regnskab", "forecast", mean, forecast_from=0)]
    if paper.has_budget:
        series.insert(0, Series("Korrigeret budget", "budget", _millions(seen["budget_revised"])))
    told = "; ".join(f"{key} {fmt.number(value, 1)}" for key, value in zip(seen["key"], mean, strict=True))
    alt = f"Søjlediagram over forventet regnskab i {MILLIONS}: {told}."
    return Columns(tuple(seen["key"]), tuple(series), MILLIONS, alt)


def _months(paper: _Paper) -> Page | None:
    if not paper.has_money:
        return None
    months = paper.prognosis.months
    months = months[months["level"] == "total"]
    numbers = [int(month.split("-")[1]) for month in months["month"]]
    last_year = paper.facts.last_year.reindex(numbers)
    year = paper.prognosis.year
    known = paper.prognosis.as_of.month
    series = [Series(f"{year}", "actual", _millions(months["mean"]), forecast_from=known)]
    columns = [Column("mean", f"{year}")]
    cells = [months["mean"]]
    if paper.has_budget:
        series.insert(0, Series("Periodiseret budget", "budget", _millions(months["budget"])))
        columns.insert(0, Column("budget", "Periodiseret budget"))
        cells.insert(0, months["budget"])
    if last_year.notna().any():
        series.insert(0, Series(f"{year - 1}", "previous", _millions(last_year)))
        columns.insert(0, Column("last_year", f"{year - 1}"))
        cells.insert(0, last_year)
    names = tuple(fmt.month_short(month) for month in months["month"])
    values = [[_number(value) for value in column] for column in cells]
    lines = [
        Line((name, "bogført" if at < known else "forventet", *(column[at] for column in values)))
        for at, name in enumerate(names)
    ]
    sums = [sum(value for value in column if value is not None) for column in values]
    lines.append(Line(("I alt", None, *sums), "total", tuple(range(len(lines)))))
    heads = (Column("month", "Måned", "text"), Column("kind", "Status", "text"))
    table = Table("Forbrug pr. måned", (*heads, *columns), tuple(lines))
    return Page(
        "Måneder",
        ECONOMY,
        words.months_title(paper.prognosis),
        chart=Columns(names, tuple(series), MILLIONS, _months_alt(paper.prognosis), labelled=False),
        chart_title=f"Forbrug pr. måned, {MILLIONS} (Supp er supplementsperioden)",
        tables=(table,),
        notes=("Regninger kommer senere end ydelsen, så forbruget halter efter i begyndelsen af året.",),
    )


def _months_alt(prognosis: Prognosis) -> str:
    return (
        f"Søjlediagram: forbrug måned for måned. Til og med {fmt.month_long(prognosis.as_of)} er der bogført "
        f"{fmt.mio(prognosis.total['actual_ytd'])}"
    )


def _annex_method(paper: _Paper) -> Page:
    return Page(
        "Metode",
        ANNEX,
        "Sådan er prognosen lavet",
        text=(*words.method(paper.prognosis), *words.hit_rate_words(paper.facts.hit_rate, paper.prognosis.as_of)),
    )


def _annex_data(paper: _Paper) -> Page:
    facts, prognosis = paper.facts, paper.prognosis
    stamp = Table(
        "Datastempel",
        (Column("name", "Hvad", "text"), Column("value", "Værdi", "text")),
        (
            Line(("Opgørelsesmåned", fmt.month_long(prognosis.as_of))),
            *(Line((name, _parted(value))) for name, value in sentences.papers(prognosis, facts.reference)),
        ),
    )
    tables = [stamp, *_comments_table(facts), *_estimates_table(facts.reference, prognosis.as_of)]
    return Page(
        "Grundlag",
        ANNEX,
        "Det hviler tallene på",
        text=tuple(_basis_text(paper)),
        tables=tuple(tables),
    )


def _parted(text: str) -> str:
    """Part a long hash in groups, so that it can be read aloud and broken over lines."""
    return text if " " in text or len(text) <= 32 else " ".join(text[at : at + 16] for at in range(0, len(text), 16))


def _basis_text(paper: _Paper) -> list[str]:
    facts = paper.facts
    amount = paper.prognosis.total["corrections"]
    known = [] if fmt.is_absent(amount) or not amount else [_known_cases(paper, float(amount))]
    if paper.audience == COMMITTEE:
        return [*facts.data_notes, *known]
    return [*facts.data_notes, *known, *facts.case_notes]


def _known_cases(paper: _Paper, amount: float) -> str:
    if paper.shown.is_hidden("bridge:corrections", BUDGET_TO_FORECAST):
        return "Prognosen regner også med kendte sager på vej, som er indtastet af forvaltningen; beløbet er skjult."
    return f"Prognosen regner også med kendte sager på vej, indtastet af forvaltningen: {fmt.mio(amount, signed=True)}"


def _comments_table(facts: PaperFacts) -> list[Table]:
    written = [one for one in facts.comments if one.text]
    if not written:
        return []
    columns = (Column("month", "Måned", "text"), Column("text", "Kommentar", "text"), Column("who", "Skrevet", "text"))
    lines = tuple(
        Line((fmt.month_year(one.month), one.text, f"{one.user}, {fmt.day(one.at)}")) for one in written
    )
    return [Table("Kommentarer ved månedsluk", columns, lines)]


def _estimates_table(reference: Reference, as_of: pd.Period) -> list[Table]:
    """Assumptions that nobody has confirmed: the reader must know that the forecast rests on them."""
    lines = [
        Line((f"Refusionsgrænser fra {fmt.month_year(rule.valid_from)}", rule.source))
        for rule in reference.refund_rules
        if rule.is_estimate and rule.valid_from.year >= as_of.year
    ]
    index = reference.indexation
    lines += [
        Line((f"Pris- og lønfremskrivning {int(row['year'])}: {fmt.percent(row['index'] - 1, 1)}", row["source"]))
        for _, row in index[(index["mark"] == ESTIMATE) & (index["year"] >= as_of.year)].iterrows()
    ]
    columns = (Column("name", "Forudsætning", "text"), Column("source", "Kilde", "text"))
    return [Table("Forudsætninger, der er skøn", columns, tuple(lines))] if lines else []


_PAGES: tuple[Callable[[_Paper], Page | None], ...] = (
    _resume,
    _proposal,
    _deviations,
    _bridge_page(BUDGET_TO_FORECAST, "Årsager", _why_text),
    _ladder,
    _placements,
    _bridge_page(LAST_CLOSE_TO_NOW, "Siden sidst", _since_text),
    _outline,
    _scenario,
    _accounts,
    _months,
    _annex_method,
    _annex_data,
)
