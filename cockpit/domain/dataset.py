"""What the cockpit knows at an as-of month: four tidy tables with declared columns.

Intervals are half-open: `stop` and `expected_stop` are the first day on which the intervention is no longer in
force (an extract's "slutdato", the last day, plus one). Absent dates are NaT, absent text is None/NA.
Amounts are kroner as float64; each is exact to the oere, so a sum rounded to two decimals is too.
"""

from dataclasses import dataclass, field

import pandas as pd

INTERVENTION_COLUMNS = {
    "spell_id": "text",  # indsats_id; rows with the same id are one spell
    "citizen": "text",  # keyed pseudonym
    "birth_month": "date",  # first day of the month of birth, NaT where unknown
    "type_key": "text",
    "law": "text",  # lovhjemmel as written
    "provider": "text",
    "district": "text",
    "start": "date",
    "stop": "date",  # exclusive; NaT while running
    "expected_stop": "date",  # exclusive; NaT where none is set
    "status": "text",  # granted | expected
    "rate": "number",  # kr. per unit; NaN where the extract has no prices
    "unit": "text",  # day | week | month | year | once
    "quantity": "number",
    "account": "text",  # nine digits or function, as in the extract; NA where absent
    "function": "text",  # 5.28.22: from the account, else the type's own
    "registered": "date",  # NaT where unknown
}
POSTING_COLUMNS = {
    "year": "integer",
    "period": "integer",  # 1-12, 13 = supplement period
    "booked": "date",
    "account": "text",
    "function": "text",
    "dranst": "integer",
    "type_key": "text",  # only where the extract has a type; see `allocate`
    "service_month": "date",  # first day of the month the posting concerns (vedroerer), NaT where unknown
    "provider": "text",
    "spell_id": "text",
    "voucher": "text",
    "text": "text",
    "amount": "number",  # expense positive, income negative
}
BUDGET_COLUMNS = {
    "year": "integer",
    "account": "text",
    "function": "text",
    "budget_type": "text",  # original | supplementary | reallocation | carry_over
    "amount": "number",
    "type_key": "text",
    "person_years": "number",
    "unit_price": "number",  # kr. per person-year
    "month": "number",  # 1-12 where the line is phased explicitly, else NaN
    "adopted": "date",
    "text": "text",
}
POPULATION_COLUMNS = {"year": "integer", "age": "integer", "count": "number"}
COLUMNS: dict[str, dict[str, str]] = {
    "interventions": INTERVENTION_COLUMNS,
    "postings": POSTING_COLUMNS,
    "budget": BUDGET_COLUMNS,
    "population": POPULATION_COLUMNS,
}
_EMPTY = {"text": "str", "date": "datetime64[us]", "number": "float64", "integer": "int64"}


# Whole numbers up to this are exact in a float64.
_EXACT = 2**53
_OERE, _OTHER_DECIMALS = 2, 4


def decimals(column: str) -> int:
    """Return how many decimals are kept of a number: amounts to the oere, everything else to four."""
    return _OERE if column == "amount" else _OTHER_DECIMALS


def largest(column: str) -> float:
    """Return the largest number that is exact in the smallest unit of its column."""
    return _EXACT / 10 ** decimals(column)


def empty_table(kind: str) -> pd.DataFrame:
    """Return a table of a kind with the declared columns and dtypes and no rows."""
    return pd.DataFrame({name: pd.Series(dtype=_EMPTY[form]) for name, form in COLUMNS[kind].items()})


@dataclass(frozen=True)
class Source:
    """Which load a table was read from: shown wherever a number says where it comes from.

    `reconstructed`: nothing had been loaded by the as-of month, so a later extract was cut back to what was known.
    """

    kind: str
    loaded_as_of: pd.Period
    reconstructed: bool
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """All that is known at `as_of`; `data_id` is a hash of contents. Treat the frames as read-only."""

    as_of: pd.Period
    data_id: str
    interventions: pd.DataFrame
    postings: pd.DataFrame
    budget: pd.DataFrame
    population: pd.DataFrame
    sources: tuple[Source, ...] = field(default=())

    @property
    def activity_month(self) -> pd.Period:
        """The month that the interventions tell of: their extract's, or `as_of` where they are cut back to it."""
        months = (one.loaded_as_of for one in self.sources if one.kind == "interventions" and not one.reconstructed)
        return min(months, default=self.as_of)
