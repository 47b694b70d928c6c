"""Control totals: what is booked on a type in a whole quarter, beside what its granted interventions cost.

Bills come late, and a quarter is held against what used to be booked by then: see `domain.invoice_delay`.
"""

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.allocation import allocate
from cockpit.domain.invoice_delay import known_from, least_booked
from cockpit.domain.months import SUPPLEMENT, month_range
from cockpit.domain.reference import UNALLOCATED, Reference
from cockpit.domain.spells import monthly_cost

MONTHS_IN_QUARTER = 3
COLUMNS = ("type_key", "quarter", "booked", "activity", "usual")
MISSING_COLUMNS = ("key", "label", "deviation", "missing", "overdue", "quarters", "awaited")


def control_totals(
    postings: pd.DataFrame, interventions: pd.DataFrame, reference: Reference, as_of: pd.Period
) -> pd.DataFrame:
    """Return COLUMNS for every type and quarter that both tables know in full and that has ended by `as_of`.

    `booked` and `activity` are kr. `usual` is the least share that earlier quarters had booked at the same age, 0 to 1;
    NaN where the type's history is too short to judge the quarter yet.
    """
    nothing = pd.DataFrame(columns=list(COLUMNS))
    if postings.empty or interventions.empty or interventions["rate"].isna().all():
        return nothing
    bills = _bills(postings, reference)
    booked = _by_quarter(_booked_by_month(bills), as_of)
    granted = interventions[interventions["status"] == "granted"]
    if booked.empty or granted.empty:
        return nothing
    first = pd.PeriodIndex(booked.columns).min().asfreq("M", "start")
    activity = _by_quarter(_cost_by_month(granted, month_range(first, as_of)), as_of)
    both = pd.concat([_long(booked, "booked"), _long(activity, "activity")], axis="columns").dropna()
    wait = int(reference.assumption("bills_in_months", as_of).value)
    usual = least_booked(bills, pd.PeriodIndex(booked.columns), as_of, wait)
    return both.join(_long(usual, "usual")).reset_index()[list(COLUMNS)]


def due(totals: pd.DataFrame) -> pd.Series:
    """Return what should be booked by now at the least, kr.: the usual share of what the interventions cost."""
    return totals["usual"] * totals["activity"]


def apart(totals: pd.DataFrame, reference: Reference, as_of: pd.Period) -> pd.DataFrame:
    """Return the control totals that differ by more than the tolerance of the assumptions.

    What usually comes later counts as booked: booked + (1 - usual) x activity is the quarter's total to be expected
    (Bornhuetter and Ferguson 1972). More than the interventions cost is too much at any age.
    """
    tolerance = reference.assumption("control_total_tolerance", as_of).value
    booked, activity = totals["booked"], totals["activity"]
    lacks = due(totals) - booked > tolerance * (booked + activity - due(totals)).abs()
    return totals[lacks | (booked - activity > tolerance * booked.abs())]


def awaits_bills(totals: pd.DataFrame, reference: Reference, as_of: pd.Period) -> pd.Series:
    """Say of each control total whether it differs by more than the tolerance and is not `apart`: bills come later."""
    told = totals.index.isin(apart(totals, reference, as_of).index)
    return ~told & totals.index.isin(apart(totals.assign(usual=1.0), reference, as_of).index)


def missing_bills(totals: pd.DataFrame, rows: pd.DataFrame, reference: Reference, as_of: pd.Period) -> pd.DataFrame:
    """Return the types whose expected underspend may only be bills that are missing: less booked than activity gives.

    Args:
        totals: COLUMNS.
        rows: the rows of the types in the prognosis: `key`, `label` and `deviation`, and `awaited`, what the forecast
            still expects booked for the months that are gone; kr.

    Returns:
        MISSING_COLUMNS, one row per type: what is missing in kr. and what of it usually is booked by now, in which
        quarters of the as-of year, and what of the months gone is awaited.
    """
    short = apart(of_year(totals, as_of.year), reference, as_of)
    short = short[short["booked"] < short["activity"]]
    under = rows[rows["deviation"].map(lambda amount: not fmt.is_absent(amount) and _shown(amount) < 0).astype(bool)]
    lines = []
    for row in under.to_dict("records"):
        own = short[short["type_key"] == row["key"]]
        if len(own):
            missing = float((own["activity"] - own["booked"]).sum())
            overdue = float((due(own) - own["booked"]).sum())
            quarters = tuple(quarter.quarter for quarter in own["quarter"])
            lines.append((row["key"], row["label"], row["deviation"], missing, overdue, quarters, row["awaited"]))
    return pd.DataFrame(lines, columns=list(MISSING_COLUMNS))


def of_year(totals: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the control totals of one year."""
    return totals[totals["quarter"].map(lambda quarter: quarter.year == year).astype(bool)]


def _shown(amount: float) -> float:
    """An amount as it is written, mio. kr. with one decimal."""
    return round(amount / fmt.MILLION, 1)


def missing_words(row: pd.Series) -> str:
    """Say that an underspend is not to be trusted, and by how much the bills fall short."""
    return (
        f"{row['label']}: ventet mindreforbrug på {fmt.mio(-row['deviation'])} er usikkert. Der er bogført "
        f"{fmt.mio(row['missing'])} mindre i {_span(row['quarters'])}, end indsatserne giver{_overdue_words(row)}. "
        f"{_awaited_amount(row)} Undersøg manglende regninger."
    )


def _overdue_words(row: pd.Series) -> str:
    """Say what of the missing should have come by now; empty where all of it should."""
    if fmt.mio(row["overdue"]) == fmt.mio(row["missing"]):
        return ""
    return f", og {fmt.mio(row['overdue'])} mindre, end der plejer at være på denne tid"


def _awaited_amount(row: pd.Series) -> str:
    """Say how much of the past the forecast still expects, which is what it reckons of the missing bills with."""
    amount = max(float(row["awaited"]), 0.0)
    if fmt.rounds_to_zero(amount / fmt.MILLION, 1):
        return "Prognosen regner ikke med, at de kommer."
    return f"Prognosen regner med, at der stadig bogføres {fmt.mio(amount)} for de måneder, der er gået."


def _awaited_words(row: pd.Series) -> str:
    """Say the same without amounts."""
    if fmt.rounds_to_zero(max(float(row["awaited"]), 0.0) / fmt.MILLION, 1):
        return "Prognosen regner ikke med, at de kommer."
    if row["awaited"] < row["missing"]:
        return "Prognosen regner kun med en del af dem."
    return "Prognosen regner med, at de kommer."


def missing_note(row: pd.Series) -> str:
    """Say the same without what is booked in single quarters, which no table of a committee holds."""
    measure = "der plejer at være på denne tid" if _overdue_words(row) else "indsatserne giver"
    return (
        f"{row['label']}: det ventede mindreforbrug er usikkert, for der er bogført mindre i {_span(row['quarters'])}, "
        f"end {measure}. Der kan mangle regninger. {_awaited_words(row)}"
    )


def missing_notes(rows: pd.DataFrame) -> list[str]:
    """Say it once of all types that the same is to be said of."""
    told: dict[str, list[str]] = {}
    for _, row in rows.iterrows():
        told.setdefault(missing_note(row).removeprefix(f"{row['label']}: "), []).append(str(row["label"]))
    return [
        f"{fmt.enumeration([first, *map(fmt.lower_first, others)])}: {said}" for said, (first, *others) in told.items()
    ]


def _span(quarters: tuple[int, ...]) -> str:
    halves: dict[tuple[int, ...], str] = {(1, 2): "1. halvår", (3, 4): "2. halvår"}
    return halves.get(quarters) or f"{fmt.enumeration([f'{quarter}.' for quarter in quarters])} kvartal"


def difference_words(total: pd.Series, reference: Reference) -> str:
    """Write one control total: type, quarter, both amounts, and what usually is booked by now where that is less."""
    text = (
        f"{type_and_quarter(total, reference)}: bogført {fmt.number(total['booked'])} kr., mens indsatserne giver "
        f"{fmt.number(total['activity'])} kr."
    )
    expected = float(total["usual"] * total["activity"])
    if not _lacks_some(total["booked"], expected, total["activity"]):
        return text
    share = fmt.percent(total["usual"])
    return f"{text} På denne tid plejer mindst {share} at være bogført, altså {fmt.number(expected)} kr."


def both_sides(totals: pd.DataFrame) -> str:
    """Write booked and activity of some quarters of a type, mio. kr., with what usually is booked by now, if less."""
    booked, activity, expected = (float(one.sum()) for one in (totals["booked"], totals["activity"], due(totals)))
    if not _lacks_some(booked, expected, activity):
        return f"bogført {fmt.millions(booked)}, indsatserne giver {fmt.mio(activity)}"
    share = fmt.percent(expected / activity)
    return (
        f"bogført {fmt.millions(booked)}; på denne tid plejer mindst {share} af indsatsernes {fmt.millions(activity)} "
        f"at være bogført, altså {fmt.mio(expected)}"
    )


def _lacks_some(booked: float, expected: float, activity: float) -> bool:
    """Whether bills lack, and not all that the interventions cost should be booked yet, as far as a percent shows."""
    return booked < activity and bool(activity) and not fmt.rounds_to_zero(100 * (1 - expected / activity), 0)


def type_and_quarter(total: pd.Series, reference: Reference) -> str:
    """Name what a control total is of."""
    quarter = total["quarter"]
    return f"{reference.types[total['type_key']].name}, {quarter.quarter}. kvartal {quarter.year}"


def _bills(postings: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Return the postings of types: type_key, service (the month it is for), known (when it became known) and amount.

    The month is the service month where it is known, else the booking period. Money of the supplement period belongs
    to the old year: without a service month it counts as December's.
    """
    regular = postings["period"].clip(upper=SUPPLEMENT - 1)
    own = allocate(postings.assign(known=known_from(postings)), reference)
    booked = pd.to_datetime(pd.DataFrame({"year": own["year"], "month": regular, "day": 1}).astype("int64"))
    service = own["service_month"].fillna(booked).dt.to_period("M")
    # A bill for a month before the ledger begins says nothing about that month's total.
    typed = (own["type_key"] != UNALLOCATED) & (service >= booked.min().to_period("M"))
    return own.assign(service=service).loc[typed, ["type_key", "service", "known", "amount"]]


def _booked_by_month(bills: pd.DataFrame) -> pd.DataFrame:
    """Return kroner per type and month that the bills are for."""
    return bills.pivot_table(index="type_key", columns="service", values="amount", aggfunc="sum")


def _cost_by_month(rows: pd.DataFrame, months: pd.PeriodIndex) -> pd.DataFrame:
    """Return kroner per type and month of all price periods."""
    cost = pd.DataFrame(np.nan_to_num(monthly_cost(rows, months)), columns=months)
    return cost.groupby(rows["type_key"].to_numpy()).sum()


def _by_quarter(table: pd.DataFrame, as_of: pd.Period) -> pd.DataFrame:
    """Return sums of the quarters that the table holds in full and that have ended by the as-of month."""
    months = pd.PeriodIndex(table.columns, freq="M")
    quarters = months.asfreq("Q")
    whole = [quarter for quarter in quarters.unique() if (quarters == quarter).sum() == MONTHS_IN_QUARTER]
    ended = [quarter for quarter in whole if quarter.asfreq("M", "end") <= as_of]
    return table.T.groupby(quarters).sum().T[ended]


def _long(table: pd.DataFrame, name: str) -> pd.Series:
    """Return a table of types and quarters as one column."""
    named = table.rename_axis(index="type_key", columns="quarter")
    return named.melt(ignore_index=False, value_name=name).set_index("quarter", append=True)[name]
