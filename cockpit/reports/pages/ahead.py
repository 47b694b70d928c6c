"""What lies ahead: the outline years, a scenario, and how well earlier forecasts did."""

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain import paper_words as words
from cockpit.domain import sentences
from cockpit.domain.explanation_words import FIXED, basis_sentence, years_of
from cockpit.domain.hit_rate import BANDS, by_months_to_go, nearest, overall
from cockpit.domain.scenario_result import gain
from cockpit.domain.scenario_sentences import baseline_note, sentences_of
from cockpit.reports.report import Bars, Column, Columns, Line, Page, Series, Table
from cockpit.reports.view import CASE, MILLIONS, View, millions, number_or_none


def outline(view: View) -> Page | None:
    years = view.prognosis.outline_years
    years = years[years["level"] == "total"]
    if not view.has_money or years.empty:
        return None
    total = view.prognosis.total
    every = [(view.prognosis.year, total["mean"], total["p10"], total["p90"])]
    every += list(years[["year", "mean", "p10", "p90"]].itertuples(index=False, name=None))
    names = tuple(str(int(year)) for year, *_ in every)
    means = tuple(float(mean) / fmt.MILLION for _, mean, _, _ in every)
    at_fixed = years_of(view.prognosis, "total", "total", FIXED).set_index("year")["mean"]
    fixed = [number_or_none(at_fixed.get(int(year))) for year, *_ in every]
    series = [Series("Løbende priser", "forecast", means, forecast_from=0)]
    if any(value is not None for value in fixed):
        in_millions = tuple(None if value is None else value / fmt.MILLION for value in fixed)
        series.append(Series(f"Faste {view.prognosis.year}-priser", "previous", in_millions))
    told = "; ".join(f"{name}: {fmt.number(mean, 1)}" for name, mean in zip(names, means, strict=True))
    table = Table(
        "Overslagsår",
        (
            Column("year", "År", "text"),
            Column("mean", "Løbende priser"),
            Column("p10", f"80{fmt.NBSP}% fra"),
            Column("p90", f"80{fmt.NBSP}% til"),
            Column("fixed", f"Faste {view.prognosis.year}-priser"),
        ),
        tuple(
            Line((name, *map(float, points), level))
            for name, (_, *points), level in zip(names, every, fixed, strict=True)
        ),
    )
    return Page(
        "Overslagsår",
        CASE,
        words.outline_title(years, float(total["mean"])),
        charts=(
            Columns(
                names,
                tuple(series),
                MILLIONS,
                f"Søjlediagram i {MILLIONS} i løbende priser: {told}.",
                title=f"Forventet regnskab i år og i overslagsårene, {MILLIONS}",
            ),
        ),
        tables=(table,),
        notes=(
            "Uden nye beslutninger. Usikkerheden vokser, jo længere frem der ses.",
            *filter(None, (basis_sentence(view.prognosis, view.reference),)),
        ),
    )


def scenario(view: View) -> Page | None:
    found = view.facts.scenario
    if found is None:
        return None
    first, *others = sentences_of(found)
    years = tuple(str(int(year)) for year in found.years["year"])
    gains = gain(found)
    values = tuple(gains["mean"] / fmt.MILLION)
    told = "; ".join(f"{year} {fmt.number(value, 1, signed=True)}" for year, value in zip(years, values, strict=True))
    columns = (
        Column("year", "År", "text"),
        Column("baseline_mean", "Uden scenariet"),
        Column("scenario_mean", "Med scenariet"),
        Column("gross_saving", "Sparet"),
        Column("programme_cost", "Programmets pris"),
        Column("refund_lost", "Tabt refusion"),
        Column("net", "Gevinst", "signed"),
        Column("p10", f"80{fmt.NBSP}% fra", "signed"),
        Column("p90", f"80{fmt.NBSP}% til", "signed"),
    )
    known = found.years.assign(p10=gains["p10"], p90=gains["p90"])
    lines = tuple(
        Line((year, *(float(row[column.key]) for column in columns[1:])))
        for year, (_, row) in zip(years, known.iterrows(), strict=True)
    )
    return Page(
        "Scenarie",
        CASE,
        f"»{found.scenario.name}«: {first[0].lower()}{first[1:]}".removesuffix("."),
        text=tuple(others),
        charts=(
            Bars(
                years,
                values,
                MILLIONS,
                f"Søjlediagram over gevinsten pr. ydelsesår i {MILLIONS}: {told}.",
                name="Gevinst",
                more_is_better=True,
                bands=tuple(zip(gains["p10"] / fmt.MILLION, gains["p90"] / fmt.MILLION, strict=True)),
                title=f"Gevinst pr. ydelsesår, {MILLIONS} (+ er mindre udgift); stregerne viser, hvor 8 ud af 10 ender",
            ),
        ),
        tables=(Table("Scenariet år for år", columns, lines),),
        notes=(
            *filter(None, (baseline_note(found, view.prognosis, view.reference),)),
            "Gevinst: + er en mindre udgift for kommunen, − er en merudgift.",
            *found.warnings,
        ),
    )


def hit_rate(view: View) -> Page | None:
    """How far earlier forecasts of the total were from what the years became, beside the best rule of thumb."""
    found = view.facts.hit_rate
    if found is None or found.total.empty:
        return None
    steps = by_months_to_go(found.total).sort_values("months_to_go", ascending=False)
    names = tuple(f"{int(step)} mdr. igen" for step in steps["months_to_go"])
    own, rival = millions(steps["error"]), millions(steps["best_rival_error"])
    told = "; ".join(
        f"{name}: prognosen {fmt.number(one, 1)}, bedste håndregel {fmt.number(other, 1)}"
        for name, one, other in zip(names, own, rival, strict=True)
    )
    return Page(
        "Træfsikkerhed",
        CASE,
        sentences.hit_rate_answer(nearest(steps, 12 - view.prognosis.as_of.month)),
        text=(sentences.held(overall(found.total)), sentences.bias(overall(found.total))),
        charts=(
            Columns(
                names,
                (Series("Prognosen", "forecast", own, forecast_from=0), Series("Bedste håndregel", "previous", rival)),
                MILLIONS,
                f"Søjlediagram over afstanden til regnskabet i {MILLIONS}: {told}.",
                title=f"Afstand til regnskabet i gennemsnit, {MILLIONS}; kort er godt",
            ),
        ),
        tables=(_steps_table(steps),),
        notes=(sentences.hit_rate_basis(found), sentences.coverage_meaning()),
    )


def _steps_table(steps: pd.DataFrame) -> Table:
    columns = (
        Column("step", "Måneder igen", "text"),
        Column("error", "Prognosen"),
        Column("rival", "Bedste håndregel"),
        Column("which", "Hvilken", "text"),
        Column("held_80", f"80{fmt.NBSP}% holdt", "text"),
        Column("held_95", f"95{fmt.NBSP}% holdt", "text"),
    )
    lines = tuple(
        Line(
            (
                fmt.number(row["months_to_go"]),
                number_or_none(row["error"]),
                number_or_none(row["best_rival_error"]),
                sentences.RIVAL_NAMES.get(row["best_rival"], fmt.ABSENT),
                *(f"{row[name]} af {row['count']}" for name in BANDS),
            )
        )
        for _, row in steps.iterrows()
    )
    return Table("Tidligere prognoser mod regnskabet", columns, lines)
