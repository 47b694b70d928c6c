"""Are amounts in kroner, expense positive, as they should be? Told from the same money known from elsewhere.

Another sign or another unit moves money by -1, or by a thousand, a million or a hundredth: far more than anything a
municipality does from one year to the next. So amounts that are off by such a factor are written otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.accounts import REFUND_FUNCTION, SERVICE
from cockpit.domain.months import SUPPLEMENT
from cockpit.domain.reference import Reference
from cockpit.domain.refund import RefundByMonth
from cockpit.domain.spells import monthly_cost

KRONER = 1.0
UNITS = {1e3: "1.000 kr.", 1e6: "mio. kr.", 0.01: "øre, eller decimaltegnet er gået tabt"}  # by kroner per unit
TWICE = 2.0  # the same money known twice agrees within this: late bills and staff of one's own are no more
MOST = 0.5  # a table is written otherwise where the functions that carry most of its money agree on it
SEVERAL = 3
FEW_ROWS = 10  # fewer amounts may well sum to anything


@dataclass(frozen=True)
class Writing:
    """How amounts are written: with the opposite sign or not, and how many kroner each unit is."""

    opposite: bool
    unit: float

    @property
    def words(self) -> str:
        """What the amounts look like, to follow »ser ud til at«."""
        said = ["have omvendt fortegn"] if self.opposite else []
        said += [f"være i {UNITS[self.unit]}"] if self.unit != KRONER else []
        return " og ".join(said)

    @property
    def remedy(self) -> str:
        """What to do about it."""
        unit = "Dan udtrækket i kroner" if self.unit != KRONER else "Vend fortegnet i udtrækket"
        sign = "Udgifter skal være positive og indtægter negative. " if self.opposite else ""
        both = " og med omvendt fortegn" if self.opposite and self.unit != KRONER else ""
        return f"{sign}{unit}{both}, og indlæs igen."


@dataclass(frozen=True)
class Beside:
    """The same money twice, kr. by function: as a table has it, and as it is known from elsewhere.

    `source` says where it is known from, to stand before »giver«.
    """

    amounts: pd.Series
    known: pd.Series
    source: str

    @classmethod
    def of(cls, amounts: pd.Series, known: pd.Series, source: str) -> "Beside":
        """Keep the functions that both know."""
        shared = amounts.index.intersection(known.index[known != 0])
        return cls(amounts[shared], known[shared], source)

    def __add__(self, other: "Beside") -> "Beside":
        """Add the same money of another year."""
        amounts = self.amounts.add(other.amounts, fill_value=0.0)
        return Beside(amounts, self.known.add(other.known, fill_value=0.0), self.source)

    def only(self, functions: Sequence[str]) -> "Beside":
        """Keep some functions."""
        return Beside(self.amounts[list(functions)], self.known[list(functions)], self.source)

    @property
    def words(self) -> str:
        """Both amounts, and where the second is from."""
        return (
            f"tilsammen {amount_words(self.amounts.sum())}, hvor {self.source} giver {amount_words(self.known.sum())} "
            "på de samme konti"
        )


def writing_of(amount: float, known: float) -> Writing | None:
    """Say how an amount is written that should be about `known`, kr.; None where it may be right or nothing fits."""
    if not known or not amount:
        return None
    ratio = amount / known
    fitting = [unit for unit in (KRONER, *UNITS) if 1 / TWICE <= abs(ratio) * unit <= TWICE]
    if not fitting or (fitting == [KRONER] and ratio > 0):
        return None
    return Writing(ratio < 0, fitting[0])


def writing_of_all(beside: Beside) -> Writing | None:
    """Say how a table is written where its total and the functions that carry most of the money agree on it."""
    whole = writing_of(beside.amounts.sum(), beside.known.sum())
    if whole is None:
        return None
    agree = [writing_of(beside.amounts[name], known) == whole for name, known in beside.known.items()]
    share = beside.known[agree].abs().sum() / beside.known.abs().sum()
    return whole if share > MOST else None


def is_certain(writing: Writing, beside: Beside) -> bool:
    """Say whether nothing else can explain it: a sign, or a unit that several functions agree on.

    A few interventions beside a whole ledger may be a hundredth of it, but hardly on each of several functions.
    """
    agree = [writing_of(beside.amounts[name], known) == writing for name, known in beside.known.items()]
    return writing.unit == KRONER or sum(agree) >= SEVERAL


def opposite_functions(beside: Beside) -> list[str]:
    """Return the functions whose sign alone is the wrong way round."""
    wrong = Writing(opposite=True, unit=KRONER)
    return [str(name) for name, known in beside.known.items() if writing_of(beside.amounts[name], known) == wrong]


# --- what is known ----------------------------------------------------------------------------------------------


def by_function(rows: pd.DataFrame) -> pd.Series:
    """Sum amounts by function, service expenditure alone: refund and other income have signs of their own."""
    own = rows[(rows["function"] != REFUND_FUNCTION) & (rows.get("dranst", SERVICE) == SERVICE)]
    return own.groupby("function")["amount"].sum()


def months_of(postings: pd.DataFrame) -> pd.PeriodIndex:
    """Return the months that postings are booked in; the supplement period counts as December."""
    pairs = postings[["year", "period"]].drop_duplicates()
    ordinals = (pairs["year"] - 1970) * 12 + pairs["period"].clip(upper=SUPPLEMENT - 1) - 1
    return pd.PeriodIndex.from_ordinals(sorted(set(ordinals.astype("int64"))), freq="M")


def activity_by_function(interventions: pd.DataFrame, months: pd.PeriodIndex) -> pd.Series:
    """Return what granted interventions cost in some months, kr. by function."""
    granted = interventions[(interventions["status"] == "granted") & interventions["rate"].notna()]
    cost = pd.Series(monthly_cost(granted, months).sum(axis=1), index=granted.index, dtype="float64")
    return cost.groupby(granted["function"]).sum()


def earlier_by_function(postings: pd.DataFrame, months: pd.PeriodIndex) -> pd.Series:
    """Return what as many months of other postings as `months` come to on average, kr. by function."""
    others = months_of(postings)
    return by_function(postings) * (len(months) / len(others)) if len(others) else pd.Series(dtype="float64")


def refund_by_rule(interventions: pd.DataFrame, months: pd.PeriodIndex, reference: Reference) -> float:
    """Return the central refund that the dated rule gives of granted interventions in some months, kr., positive."""
    granted = interventions[(interventions["status"] == "granted") & interventions["rate"].notna()]
    if granted.empty or not reference.refund_rules:
        return 0.0
    cost = pd.DataFrame(monthly_cost(granted, months)).groupby(granted["citizen"].to_numpy()).sum().to_numpy()
    rules = RefundByMonth.of([reference.refund_rule(month) for month in months])
    return float(rules.refund(cost.ravel(), np.tile(np.arange(len(months)), len(cost))).sum())


# --- in words ---------------------------------------------------------------------------------------------------


def writing_words(what: str, writing: Writing, beside: Beside) -> str:
    """Say how `what` (»Posteringerne«) is written, by what it is seen, and what to do."""
    return f"{what} ser ud til at {writing.words}: {beside.words}. {writing.remedy}"


def amount_words(amount: float) -> str:
    """Write an amount in mio. kr. where that shows it, else in kroner."""
    return fmt.mio(amount) if abs(amount) >= fmt.MILLION else f"{fmt.number(amount)} kr."
