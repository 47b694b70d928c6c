"""What lies ahead: the outline years, a scenario, and how well earlier forecasts did."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain import paper_words as words
from cockpit.domain import rounding, sentences
from cockpit.domain.explanation_words import FIXED, basis_sentence, growth_sentence, years_of
from cockpit.domain.hit_rate import BANDS, nearest
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.scenario_assumptions import assumptions, assumptions_title, in_a_line
from cockpit.domain.scenario_result import ScenarioResult, gain
from cockpit.domain.scenario_sentences import (
    baseline_apart,
    baseline_reason,
    chance,
    sentences_of,
    side_by_side,
    success_needed,
)
from cockpit.domain.scenario_words import AFTER_FILLED, OWN_COSTS, PITFALLS, costs_beside, has_cost, own_costs
from cockpit.reports.report import Bars, Column, Columns, Line, Page, Series, Table
from cockpit.reports.view import CASE, MILLIONS, View, millions, number_or_none, where

WHISKERS = "stregerne viser, hvor 8 ud af 10 ender"


def outline(view: View) -> Page | None:
    """The expected outturn of the year and the outline years, in current and in fixed prices."""
    years = view.prognosis.outline_years
    years = years[years["level"] == "total"]
    if not view.has_money or years.empty:
        return None
    points = ["year", "mean", "p10", "p90"]
    total = view.prognosis.total
    this_year = pd.DataFrame([{"year": view.prognosis.year, **total[points[1:]]}])
    every = pd.concat([this_year, years[points]], ignore_index=True)
    every = every.astype({"year": int, **dict.fromkeys(points[1:], float)})
    at_fixed = years_of(view.prognosis, "total", "total", FIXED).set_index("year")["mean"]
    every["fixed"] = at_fixed.reindex(every["year"]).to_numpy(float)
    return Page(
        "Overslagsår",
        CASE,
        words.outline_title(years, float(total["mean"]), float(every["fixed"].iloc[-1])),
        text=tuple(filter(None, (growth_sentence(_of_seen_types(view), "total", "total", view.reference),))),
        charts=(_outline_chart(every, view.prognosis.year),),
        tables=(_outline_table(every, view.prognosis.year),),
        notes=(
            "Uden nye beslutninger. Usikkerheden vokser, jo længere frem der ses.",
            *filter(None, (basis_sentence(view.prognosis, view.reference),)),
        ),
    )


def _of_seen_types(view: View) -> Prognosis:
    """The prognosis without the years of types that readers may not see: no sentence may name what they come to."""
    years = view.prognosis.years
    seen = set(view.visible("type", "mean")["key"]) & set(view.visible("type", "person_years")["key"])
    return replace(view.prognosis, years=where(years, ((years["level"] != "type") | years["key"].isin(seen)).tolist()))


def _outline_chart(every: pd.DataFrame, year: int) -> Columns:
    names, means = tuple(every["year"].astype(str)), millions(every["mean"])
    series = [Series("Løbende priser", "forecast", means, forecast_from=0)]
    if every["fixed"].notna().any():
        series.append(Series(f"Faste {year}-priser", "previous", millions(every["fixed"]), forecast_from=0))
    told = "; ".join(f"{name}: {fmt.number(mean, 1)}" for name, mean in zip(names, means, strict=True))
    return Columns(
        names,
        tuple(series),
        MILLIONS,
        f"Søjlediagram i {MILLIONS} i løbende priser: {told}.",
        title=f"Forventet regnskab i år og i overslagsårene, {MILLIONS}",
    )


def _outline_table(every: pd.DataFrame, year: int) -> Table:
    columns = (
        Column("year", "År", "text"),
        Column("mean", "Løbende priser"),
        Column("p10", f"80{fmt.NBSP}% fra"),
        Column("p90", f"80{fmt.NBSP}% til"),
        Column("fixed", f"Faste {year}-priser"),
    )
    lines = [
        Line((str(row["year"]), *(number_or_none(row[column.key]) for column in columns[1:])))
        for row in every.to_dict("records")
    ]
    return Table("Overslagsår", columns, tuple(lines))


def scenarios(view: View) -> list[Page]:
    """The pages of the scenarios that are asked for: side by side where there are several, then each with its levers.

    What is the same for all of them is said once: why their year is not the prognosis', with the first; what to
    remember before anything is decided, with the last.
    """
    every = view.facts.scenarios
    reach = _reach(every)
    pages = [_beside(every)] if len(every) > 1 else []
    with_levers = [found for found in every if found.scenario.levers]
    for at, found in enumerate(every):
        number = f" {at + 1}" if len(every) > 1 else ""
        apart = baseline_apart(found, view.prognosis) if at == 0 else ""
        pages.append(_scenario(view, found, f"Scenarie{number}", reach, apart))
        if found.scenario.levers:
            pages.append(_levers(view, found, f"Scenariets greb{number}", is_last=found is with_levers[-1]))
    return pages


def _beside(every: Sequence[ScenarioResult]) -> Page:
    """Several scenarios side by side, over the same years."""
    first, last = every[0].years["year"].iloc[[0, -1]]
    values = tuple(found.net / fmt.MILLION for found in every)
    names = tuple(found.scenario.name for found in every)
    told = "; ".join(f"{name} {fmt.number(value, 1, signed=True)}" for name, value in zip(names, values, strict=True))
    return Page(
        "Scenarier side om side",
        CASE,
        side_by_side(every),
        charts=(
            Bars(
                names,
                values,
                MILLIONS,
                f"Søjlediagram over scenariernes gevinst i {MILLIONS}: {told}.",
                name="Gevinst",
                more_is_better=True,
                bands=tuple((low / fmt.MILLION, high / fmt.MILLION) for low, high in (one.net_band for one in every)),
                title=f"Gevinst i alt {first}–{last}, {MILLIONS} (+ er mindre udgift); {WHISKERS}",
            ),
        ),
        tables=(_beside_table(every),),
        notes=(
            *((rounding.NOTE,) if any(_drifts(_whole(found)) for found in every) else ()),
            *filter(None, (costs_beside([found.scenario for found in every]),)),
            "Scenarierne er regnet hver for sig. Gevinsterne kan ikke lægges sammen: de kan regne med de samme børn.",
        ),
    )


def _beside_table(every: Sequence[ScenarioResult]) -> Table:
    columns = (
        Column("name", "Scenarie", "text"),
        Column("gross_saving", "Sparet"),
        Column("programme_cost", OWN_COSTS),
        Column("refund_lost", "Tabt refusion"),
        Column("net", "Gevinst", "signed"),
        Column("p10", f"80{fmt.NBSP}% fra", "signed"),
        Column("p90", f"80{fmt.NBSP}% til", "signed"),
        Column("paid", "Tjent hjem", "text"),
        Column("chance", "Betaler sig", "text"),
    )
    lines = []
    for found in every:
        (sums,) = _whole(found).to_dict("records")
        amounts = (sums["gross_saving"], sums["programme_cost"], sums["refund_lost"], sums["net"], *found.net_band)
        lines.append(Line((found.scenario.name, *map(float, amounts), *_pays(found))))
    return Table("Scenarierne i alt", columns, tuple(lines))


def _whole(found: ScenarioResult) -> pd.DataFrame:
    """One row: what a scenario saves and spends over all its years, kr."""
    return found.years[["gross_saving", "programme_cost", "refund_lost", "net"]].sum().to_frame().T


def _pays(found: ScenarioResult) -> tuple[str, str]:
    """When it is paid back, and how likely it pays; neither where nothing is spent on it first."""
    if not has_cost(found.scenario) or found.pays_probability is None:
        return fmt.ABSENT, fmt.ABSENT
    month = found.break_even_month
    return fmt.ABSENT if month is None else fmt.month_year(month), chance(found.pays_probability)


def _reach(every: Sequence[ScenarioResult]) -> tuple[float, float]:
    """The lowest and the highest that a year's band of any scenario reaches, mio. kr.: their charts share a scale."""
    gains = [gain(found) for found in every]
    low = min((float(frame["p10"].min()) for frame in gains), default=0.0)
    high = max((float(frame["p90"].max()) for frame in gains), default=0.0)
    return low / fmt.MILLION, high / fmt.MILLION


def _scenario(view: View, found: ScenarioResult, key: str, reach: tuple[float, float], apart: str) -> Page:
    """What a scenario changes, year by year."""
    first, *others = sentences_of(found)
    needed = success_needed(found)
    reason = baseline_reason(found, view.prognosis, view.reference) if apart else ""
    years = tuple(str(int(year)) for year in found.years["year"])
    gains = gain(found)
    values = tuple(gains["mean"] / fmt.MILLION)
    told = "; ".join(f"{year} {fmt.number(value, 1, signed=True)}" for year, value in zip(years, values, strict=True))
    return Page(
        key,
        CASE,
        f"»{found.scenario.name}«: {fmt.lower_first(first)}".removesuffix("."),
        text=tuple(filter(None, (_what_it_is(view, found), " ".join(one for one in others if one not in needed)))),
        aside=tuple(filter(None, (*needed, reason))),
        figures=_price(found),
        charts=(
            Bars(
                years,
                values,
                MILLIONS,
                f"Søjlediagram over gevinsten pr. ydelsesår i {MILLIONS}: {told}.",
                name="Gevinst",
                more_is_better=True,
                bands=tuple(zip(gains["p10"] / fmt.MILLION, gains["p90"] / fmt.MILLION, strict=True)),
                beside=reach,
                title=f"Gevinst pr. ydelsesår, {MILLIONS} (+ er mindre udgift); {WHISKERS}",
            ),
        ),
        tables=(_scenario_table(found, found.years.assign(p10=gains["p10"], p90=gains["p90"])),),
        notes=(
            *filter(None, (apart,)),
            *((rounding.NOTE,) if _drifts(found.years) else ()),
            *(one for one in found.warnings if one != AFTER_FILLED),  # the figures say so
        ),
    )


def _price(found: ScenarioResult) -> tuple[tuple[str, str, str], ...]:
    """What the scenario saves, at what price, over all its years; nothing where it has no levers."""
    if not found.scenario.levers:
        return ()
    first, last = found.years["year"].iloc[[0, -1]]
    (sums,) = _whole(found).to_dict("records")
    saved, spent, lost = (float(sums[name]) for name in ("gross_saving", "programme_cost", "refund_lost"))
    low, high = (fmt.millions(end, signed=True) for end in found.net_band)
    band = f"80{fmt.NBSP}%: fra {low} til {high}"
    name, holds = own_costs(found.scenario)
    return (
        ("Sparet", fmt.mio(saved), f"i alt {first}–{last}"),
        (name, fmt.mio(spent), holds),
        ("Tabt refusion", fmt.mio(lost), "falder væk sammen med udgiften"),
        ("Gevinst", fmt.mio(found.net, signed=True), band),
    )


def _what_it_is(view: View, found: ScenarioResult) -> str:
    return in_a_line(found.scenario, view.reference) if found.scenario.levers else ""


def _drifts(years: pd.DataFrame) -> bool:
    """Whether what is saved and spent does not add up to the gain as it is written, in any year."""
    parts = years[["gross_saving", "programme_cost", "refund_lost"]].mul([1.0, -1.0, -1.0])
    return any(
        rounding.drifts(list(row), net, unit=fmt.MILLION)
        for row, net in zip(parts.to_numpy(float), years["net"], strict=True)
    )


def _levers(view: View, found: ScenarioResult, key: str, *, is_last: bool) -> Page:
    """What a scenario assumes, with ranges and sources, and last what to remember before anything is decided on."""
    columns = (
        Column("lever", "Greb", "text"),
        Column("reckoned", "Sådan er det regnet", "text"),
        Column("source", "Kilde", "text"),
    )
    levers = tuple(Line(told) for told in assumptions(found.scenario, view.reference))
    tables = (Table("Hvad scenariet går ud på", columns, levers),)
    return Page(
        key,
        CASE,
        assumptions_title(found.scenario),
        tables=(*tables, _pitfalls()) if is_last else tables,
    )


def _pitfalls() -> Table:
    return Table(
        "Husk, før der besluttes",
        (Column("name", "Faldgrube", "text"), Column("text", "Hvad den betyder", "text")),
        tuple(Line((name, f"{meaning[0].upper()}{meaning[1:]}.")) for name, meaning in PITFALLS),
    )


def _scenario_table(found: ScenarioResult, years: pd.DataFrame) -> Table:
    columns = (
        Column("year", "År", "text"),
        Column("baseline_mean", "Uden scenariet"),
        Column("scenario_mean", "Med scenariet"),
        Column("gross_saving", "Sparet"),
        Column("programme_cost", own_costs(found.scenario)[0]),
        Column("refund_lost", "Tabt refusion"),
        Column("net", "Gevinst", "signed"),
        Column("p10", f"80{fmt.NBSP}% fra", "signed"),
        Column("p90", f"80{fmt.NBSP}% til", "signed"),
    )
    lines = tuple(
        Line((str(int(row["year"])), *(float(row[column.key]) for column in columns[1:])))
        for row in years.to_dict("records")
    )
    return Table("Scenariet år for år", columns, lines)


def hit_rate(view: View) -> Page | None:
    """How far earlier forecasts of the total were from what the years became, beside the best rule of thumb."""
    found = view.facts.hit_rate
    if found is None or found.total.empty:
        return None
    steps = found.by_months
    now = nearest(steps, 12 - view.prognosis.as_of.month)
    names = tuple(f"{int(step)} mdr. igen" for step in steps["months_to_go"])
    own, rival = millions(steps["error"]), millions(steps["best_rival_error"])
    told = "; ".join(
        f"{name}: prognosen {fmt.number(one, 1)}, bedste håndregel {fmt.number(other, 1)}"
        for name, one, other in zip(names, own, rival, strict=True)
    )
    return Page(
        "Træfsikkerhed",
        CASE,
        sentences.hit_rate_answer(now),
        text=(sentences.held(found.overall), sentences.bias(now, found.overall)),
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
