"""Disponeret: booked, plus the not yet booked cost of granted interventions to their expected stop in the year.

Not yet booked, per leaf, up to the as-of month and after it alike: the cost of the spell-months that no posting names,
less the postings that concern the same months without naming a known spell-month. Where the ledger names every spell
this is exact per spell; where it names none it is the leaf's cost less what is booked for it.
"""

import numpy as np
import pandas as pd

from cockpit.domain.allocation import LEAF
from cockpit.domain.months import SUPPLEMENT, day_after, year_months
from cockpit.domain.spells import monthly_cost

GRANTED = "granted"


def granted_to_expected_stop(interventions: pd.DataFrame, as_of: pd.Period) -> pd.DataFrame:
    """Return the granted rows with `stop` as far as they are granted: an open row stops at its expected stop.

    An expected stop that has passed (or is absent) binds nothing: the spell then counts to the year's end.
    """
    granted = interventions[(interventions["status"] == GRANTED) & interventions["rate"].notna()]
    still_ahead = granted["expected_stop"].where(granted["expected_stop"] > day_after(as_of))
    return granted.assign(stop=granted["stop"].fillna(still_ahead))


def unbooked_by_leaf(interventions: pd.DataFrame, postings: pd.DataFrame, as_of: pd.Period) -> pd.DataFrame:
    """Cost of granted interventions in the as-of year that is not booked yet.

    Args:
        interventions: price periods known at `as_of`.
        postings: allocated postings known at `as_of`.

    Returns:
        Index (type_key, function); columns `late` (months up to as-of) and `ahead` (later months), kr., never negative.
    """
    months = year_months(as_of.year)
    rows = granted_to_expected_stop(interventions, as_of)
    concerned = _concerned_months(postings[postings["year"] == as_of.year])
    concerned = concerned[concerned["concerns"].isin(months)]
    invoices = concerned[concerned["amount"] > 0]
    named = set(zip(invoices["spell_id"], invoices["concerns"], strict=True))
    cost = _unnamed_cost(rows, months, named)
    known = _spell_months(rows, months)
    loose = concerned[[pair not in known for pair in zip(concerned["spell_id"], concerned["concerns"], strict=True)]]
    parts = {}
    for part, in_part in {"late": months <= as_of, "ahead": months > as_of}.items():
        booked = loose[loose["concerns"].isin(months[in_part])].groupby(LEAF)["amount"].sum()
        open_cost = cost.loc[:, months[in_part]].sum(axis=1)
        parts[part] = (open_cost - booked.reindex(open_cost.index, fill_value=0.0).clip(lower=0.0)).clip(lower=0.0)
    return pd.DataFrame(parts).round(2)


def _concerned_months(postings: pd.DataFrame) -> pd.DataFrame:
    """The month each posting concerns: its service month, else the month it is booked in (supplement: December)."""
    month = postings["period"].clip(upper=SUPPLEMENT - 1)
    booked_in = pd.to_datetime({"year": postings["year"], "month": month, "day": 1})
    return postings.assign(concerns=postings["service_month"].fillna(booked_in).dt.to_period("M"))


def _unnamed_cost(rows: pd.DataFrame, months: pd.PeriodIndex, named: set) -> pd.DataFrame:
    cost = monthly_cost(rows, months)
    unnamed = np.array([[(spell, month) not in named for month in months] for spell in rows["spell_id"]], dtype=bool)
    table = pd.DataFrame(np.where(unnamed.reshape(cost.shape), cost, 0.0), columns=months)
    return table.groupby([rows["type_key"].to_numpy(), rows["function"].to_numpy()]).sum().rename_axis(LEAF)


def _spell_months(rows: pd.DataFrame, months: pd.PeriodIndex) -> set:
    active = monthly_cost(rows, months) != 0
    spells = rows["spell_id"].to_numpy()
    return {(spells[row], months[column]) for row, column in np.argwhere(active)}
