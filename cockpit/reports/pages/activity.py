"""Activity and price: the ladder, the types, and the placements month by month."""

from dataclasses import replace

import pandas as pd

from cockpit.domain import activity_words, case_words
from cockpit.domain import format as fmt
from cockpit.domain import paper_words as words
from cockpit.domain.drill_down import Row, cases_of
from cockpit.domain.paper import COMMITTEE, budgeted_types, group_months
from cockpit.domain.reference import PLACEMENT_STEPS
from cockpit.reports.report import Column, Columns, Line, Lines, Page, Series, Table
from cockpit.reports.view import CASE, View, cells_of, number_or_none, step_key


def ladder(view: View) -> Page | None:
    months = group_months(view.prognosis, PLACEMENT_STEPS)
    steps = view.visible("step", "stock_now")
    if months.empty or steps.empty:
        return None
    at = dict(zip(months["month"], months["expected"], strict=True))
    as_of = view.prognosis.as_of
    now, before = at[str(as_of)], at.get(str(as_of - 12), float("nan"))
    series = [
        Series(fmt.month_year(as_of - 12), "previous", cells_of(view, steps["row"], "stock_before")),
        Series(fmt.month_year(as_of), "actual", cells_of(view, steps["row"], "stock_now")),
    ]
    labels = tuple(steps["label"])
    told = "; ".join(
        f"{label}: {fmt.number(one, 0)} mod {fmt.number(other, 0)} for et år siden"
        for label, one, other in zip(labels, series[1].values, series[0].values, strict=True)
    )
    table = _activity_table(view)
    return Page(
        "Aktivitet og pris",
        CASE,
        words.ladder_title(now, before, as_of) if view.shows_placements else words.ladder_heading(as_of),
        text=tuple(filter(None, (words.more_than_budgeted(view.placements),) if len(view.placements) else ())),
        charts=(
            Columns(
                labels,
                tuple(series),
                "i gang",
                f"Søjlediagram over indsatstrappen: {told}.",
                decimals=0,
                title=f"Børn og forløb i gang på hvert trin, gennemsnit i {fmt.month_long(as_of)} og et år før",
            ),
        ),
        tables=(table,),
        notes=(*_unseen_note(view),
               "Helårspersoner og enhedspris gælder hele året. Enhedspris er før central refusion.",
               *filter(None, (activity_words.counts_note(view.told),)),
               *view.blank_notes(table)),
    )  # fmt: skip


def _unseen_note(view: View) -> tuple[str, ...]:
    rows = view.rows("step")
    unseen = [row["label"] for _, row in rows.iterrows() if view.shown.is_hidden(row["row"], "stock_now")]
    return (f"Ikke i diagrammet, fordi de er skjult: {fmt.enumeration(unseen)}.",) if unseen else ()


def _activity_table(view: View) -> Table:
    budget = budgeted_types(view.prognosis)
    types = view.rows("type")
    ladder = {row["key"]: at for at, (_, row) in enumerate(view.rows("step").iterrows())}
    steps = types["key"].map(lambda key: ladder.get(step_key(key, view.reference), len(ladder)))
    types = types.loc[steps.sort_values(kind="stable").index]
    types = types[types["person_years"].notna()]
    columns = (
        Column("label", "Type", "text"),
        Column("person_years0", "Helårspersoner, budgettets antal", "count"),
        Column("person_years", "Helårspersoner, forventet", "count"),
        Column("price0", "Enhedspris i kr., budgettets", "kroner"),
        Column("unit_price", "Enhedspris i kr., forventet", "kroner"),
    )
    lines = []
    for _, row in types.iterrows():
        planned = budget.loc[row["key"]] if row["key"] in budget.index else {"person_years0": None, "price0": None}
        lines.append(
            Line(
                (
                    row["label"],
                    number_or_none(planned["person_years0"]),
                    view.cell(row["row"], "person_years"),
                    number_or_none(planned["price0"]),
                    view.cell(row["row"], "unit_price") if view.has_money else None,
                )
            )
        )
    return _without_empty(Table(f"Helårspersoner og enhedspris {view.prognosis.year}", columns, tuple(lines)))


def _without_empty(table: Table) -> Table:
    """Leave out the columns that nothing stands in, as the budget's where none is loaded."""
    kept = [at for at in range(len(table.columns)) if any(line.cells[at] is not None for line in table.lines)]
    lines = tuple(replace(line, cells=tuple(line.cells[at] for at in kept)) for line in table.lines)
    return Table(table.title, tuple(table.columns[at] for at in kept), lines)


def placements(view: View) -> Page | None:
    months = view.placements
    if months.empty:
        return None
    known = int((months["kind"] == "actual").sum())
    budget = months["budget_person_years"]
    series = [Series("Anbragte", "actual", tuple(months["expected"].astype(float)), forecast_from=known)]
    if budget.notna().any():
        series.insert(0, Series("Budgettets antal", "budget", tuple(number_or_none(value) for value in budget)))
    first, last = months.iloc[0], months.iloc[-1]
    return Page(
        "Anbragte pr. måned",
        CASE,
        words.placements_title(months),
        charts=(
            Lines(
                categories=tuple(fmt.month_year(month) for month in months["month"]),
                series=tuple(series),
                unit="anbragte",
                steps=True,
                alt=f"Linjediagram: {fmt.number(first['expected'], 1)} anbragte i {fmt.month_long(first['month'])}, "
                f"{fmt.number(last['expected'], 1)} i {fmt.month_long(last['month'])}.",
                title="Anbragte børn og unge, gennemsnit pr. måned (trin 4–6)",
            ),
        ),
        tables=(_placements_table(view, months),),
        notes=("Sene registreringer, som ventes, er talt med. Den stiplede del er forventet.",),
    )


def _placements_table(view: View, months: pd.DataFrame) -> Table:
    """The year's months beside those of the year before, and the budget where there is one."""
    year = view.prognosis.year
    own, before = (months[months["month"].str[:4] == str(one)].set_index("month") for one in (year, year - 1))
    lines = []
    for month, row in own.iterrows():
        earlier = before["expected"].get(f"{year - 1}{str(month)[4:]}")
        status = "kendt" if row["kind"] == "actual" else "forventet"
        counts = (earlier, row["expected"], row["budget_person_years"])
        lines.append(Line((fmt.month_short(str(month)), status, *map(number_or_none, counts))))
    columns = (
        Column("month", "Måned", "text"),
        Column("kind", "Status", "text"),
        Column("before", f"{year - 1}", "count"),
        Column("expected", f"{year}", "count"),
        Column("budget", "Budget", "count"),
    )
    return _without_empty(Table(f"Anbragte pr. måned {year}, gennemsnit", columns, tuple(lines)))


def dear_cases(view: View) -> Page | None:
    """The dearest running cases by pseudonym; never for a committee."""
    cases = cases_of(view.prognosis, Row("total", "total"), view.reference)
    if view.audience == COMMITTEE or cases.empty:
        return None
    columns = (
        Column("citizen", "Barn (pseudonym)", "text"),
        Column("type", "Type", "text"),
        Column("months", "Mdr. i gang", "whole"),
        Column("price", "Pr. måned", "kroner"),
        Column("cost", "Udgift i år", "kroner"),
        Column("refund", "Heraf refusion", "kroner"),
        Column("stop", "Sidste dag", "text"),
        Column("if_stops", "Stopper nu", "change"),
        Column("if_continues", "Løber ud", "change"),
    )
    lines = tuple(
        Line(
            (
                case["citizen"],
                view.reference.type_name(case["type_key"]),
                float(case["months_in_force"]),
                *(number_or_none(case[name]) for name in ("price", "cost", "refund")),
                case_words.expected_stop_words(case),
                *(number_or_none(case[name]) for name in ("if_stops", "if_continues")),
            )
        )
        for _, case in cases.iterrows()
    )
    note = (
        "Kun sager, der er i gang ved månedens udgang, er med: en dyrere sag kan være stoppet tidligere på året. "
        "Pr. måned er prisen nu, Udgift i år det bevilgede til den forventede slutdato. »Stopper nu« og »Løber ud« er, "
        "hvad årets nettoudgift efter refusion ændrer sig med. Kun til intern brug."
    )
    return Page(
        "Dyreste sager",
        CASE,
        case_words.cases_title(cases, view.prognosis),
        tables=(Table("De dyreste sager, kr.", columns, lines),),
        notes=tuple(filter(None, (case_words.cases_note(cases), note))),
    )
