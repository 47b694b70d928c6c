"""What the ladder and the dearest cases say in words: pure text from the frames of a prognosis."""

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import UNALLOCATED, Reference

TOP = 5


def ladder_stock(prognosis: Prognosis, reference: Reference) -> pd.DataFrame:
    """Return the stock of each step, the highest first: a year ago, now, and at the end of the year.

    Returns:
        key, label, before (NaN where the extract does not show it in full), now (late registrations included), ahead
        (NaN where the year is over), budget (person-years), price (kr. per person-year) and price_before.
    """
    steps = prognosis.activity[(prognosis.activity["level"] == "step") & (prognosis.activity["key"] != UNALLOCATED)]
    rows = [_stock_of(str(key), months, reference) for key, months in steps.groupby("key", sort=True)]
    columns = ["key", "label", "before", "now", "ahead", "budget", "price", "price_before"]
    return pd.DataFrame(rows[::-1], columns=columns)


def _stock_of(key: str, months: pd.DataFrame, reference: Reference) -> dict:
    actual = months[months["kind"] == "actual"]
    now, last = actual.iloc[-1], months.iloc[-1]
    before = actual.iloc[-13] if len(actual) > 12 and actual.iloc[-13]["complete"] else None
    return {
        "key": key,
        "label": reference.label("step", key),
        "before": float("nan") if before is None else before["expected"],
        "now": now["expected"],
        "ahead": last["expected"] if last["kind"] == "forecast" else float("nan"),
        "budget": now["budget_person_years"],
        "price": now["price"],
        "price_before": float("nan") if before is None else before["price"],
    }


def ladder_title(moves: pd.DataFrame) -> str:
    """Say how many moved up and down the ladder over the last twelve months."""
    up, down = (int(moves.loc[which, "moves"].sum()) for which in (_up(moves), _down(moves)))
    if not up and not down:
        return "Ingen har skiftet trin på indsatstrappen det seneste år"
    return f"Det seneste år gik {fmt.number(down)} skift ned ad indsatstrappen og {fmt.number(up)} op"


def ladder_note(moves: pd.DataFrame, prognosis: Prognosis) -> str:
    """Say what is expected of the whole year; empty where nothing is."""
    if moves["expected"].isna().all():
        return ""
    up, down = (moves.loc[which, "expected"].sum() for which in (_up(moves), _down(moves)))
    return (
        f"I hele {prognosis.year} ventes {fmt.number(down)} skift ned og {fmt.number(up)} op. Ned er til et mindre "
        "indgribende trin. Et skift tælles, når den nye indsats begynder inden for en måned efter den gamle."
    )


def _up(moves: pd.DataFrame) -> pd.Series:
    return moves["to_step"] > moves["from_step"]


def _down(moves: pd.DataFrame) -> pd.Series:
    return moves["to_step"] < moves["from_step"]


def ladder_matrix(moves: pd.DataFrame, value: str) -> tuple[list[str], pd.DataFrame]:
    """Return the steps, ascending, and a row per step moved from: `from_step`, a column per step moved to, `total`."""
    steps = sorted({*moves["from_step"], *moves["to_step"]})
    table = moves.pivot_table(index="from_step", columns="to_step", values=value, aggfunc="sum", fill_value=0)
    table = table.reindex(index=steps, columns=steps, fill_value=0)
    return steps, table.assign(total=table.sum(axis=1)).reset_index()


def ladder_alt(stock: pd.DataFrame) -> str:
    """Describe the bars of the ladder."""
    listed = "; ".join(
        f"{row['label']}: {fmt.number(row['now'], 1)} nu"
        + ("" if fmt.is_absent(row["before"]) else f", {fmt.number(row['before'], 1)} for et år siden")
        + ("" if fmt.is_absent(row["ahead"]) else f", {fmt.number(row['ahead'], 1)} ventet ved årets udgang")
        for _, row in stock.iterrows()
    )
    return f"Liggende søjler, øverste trin først. Antal i kraft: {listed}."


def cases_title(cases: pd.DataFrame, prognosis: Prognosis, name: str = "") -> str:
    """Say what the dearest cases cost, of the whole forecast.

    Args:
        name: of what they are the dearest; empty where they are of everything.
    """
    years = prognosis.years
    own = years[(years["level"] == "total") & (years["year"] == prognosis.year)]
    cost, gross = cases["cost"].sum(), float(own["gross"].sum())
    dearest = f"{_the_dearest_a_month(len(cases))} ved udgangen af {fmt.month_long(prognosis.as_of)}"
    text = f"{f'{name}: {dearest.lower()}' if name else dearest} koster {fmt.mio(cost)} i år"
    if not gross > 0:
        return text
    return f"{text}, {fmt.percent(cost / gross)} af {'hele områdets bruttoudgift' if name else 'bruttoudgiften'}"


def cases_note(cases: pd.DataFrame) -> str:
    """Say what stopping or going on of the very dearest would mean: a few cases can change the picture."""
    top, more = cases.head(TOP), float(cases["if_continues"].sum())
    text = (
        f"Få dyre enkeltsager kan ændre billedet markant: stopper {fmt.lower_first(_the_dearest(len(top)))} med "
        f"måneden, bliver årets nettoudgift {_amount(-top['if_stops'].sum())} lavere end disponeret"
    )
    if fmt.rounds_to_zero(more, 0):
        return f"{text}. Alle på listen er allerede regnet med året ud."
    return f"{text}; løber alle på listen året ud, bliver den {_amount(more)} højere."


def _amount(amount: float) -> str:
    """In millions, or in kroner where millions would be written as nothing."""
    return fmt.kroner(amount) if fmt.rounds_to_zero(amount / fmt.MILLION, 1) else fmt.mio(amount)


def passed_note(cases: pd.DataFrame) -> str:
    """Say how many of the list run on past the stop that was expected; empty where none does."""
    count = int(cases["passed"].sum())
    if not count:
        return ""
    one = "sag på listen har passeret sin forventede slutdato og løber videre: luk den i fagsystemet"
    many = "sager på listen har passeret deres forventede slutdato og løber videre: luk dem i fagsystemet"
    return f"{fmt.plural(count, one, many)}, eller sæt en ny dato."


def passed_title(passed: pd.DataFrame, year: int, name: str = "") -> str:
    """Say how many run on past their expected end, and what the rest of the year of them costs.

    Args:
        passed: `domain.passed.PASSED_COLUMNS`, not empty.
        name: of what they are; empty where they are of everything.
    """
    one, many = "indsats er løbet forbi sin forventede slutdato", "indsatser er løbet forbi deres forventede slutdato"
    text, rest = fmt.plural(len(passed), one, many), float(passed["rest"].sum())
    if not fmt.rounds_to_zero(rest, 0):
        text += f" og koster {_amount(rest)} i resten af {year}"
    return f"{name}: {text}" if name else text


def _the_dearest(count: int) -> str:
    return "Den dyreste sag" if count == 1 else f"De {fmt.number(count)} dyreste sager"


def _the_dearest_a_month(count: int) -> str:
    """What the list is sorted by: what a case costs in all follows from when it began as well."""
    return "Sagen med højeste månedspris" if count == 1 else f"De {fmt.number(count)} sager med højeste månedspris"


def expected_stop_words(case: pd.Series) -> str:
    """Write the last day a case is expected to be in force."""
    stop = case["expected_stop"]
    if fmt.is_absent(stop):
        return "ingen dato"
    last = last_day_words(stop)
    return f"{last} (passeret)" if case["passed"] else last


def last_day_words(stop: pd.Timestamp) -> str:
    """Write the last day before a stop, which is the first day out of force."""
    return fmt.day(stop - pd.Timedelta(days=1))
