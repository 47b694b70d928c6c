"""Which leaf (type x function) a krone belongs to: the type the row says, else the one its account implies."""

import pandas as pd

from cockpit.domain.reference import UNALLOCATED, Reference

LEAF = ["type_key", "function"]


def allocate(rows: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Return the rows with `type_key` filled in on every row.

    A type on the row wins; else the account's grouping decides where the dated accounts table knows one type for it;
    else the key is `unallocated`. Rows need the columns type_key, account and year.
    """
    untyped = rows.loc[rows["type_key"].isna(), ["account", "year"]].drop_duplicates()
    implied = {
        (account, year): reference.type_from_account(account, pd.Timestamp(year=int(year), month=12, day=31))
        for account, year in untyped.itertuples(index=False)
    }
    if not implied:
        return rows
    pairs = pd.MultiIndex.from_frame(rows[["account", "year"]])
    filled = pd.Series(pairs.map(implied), index=rows.index, dtype="str")
    return rows.assign(type_key=rows["type_key"].fillna(filled).fillna(UNALLOCATED))


def sum_by_leaf(rows: pd.DataFrame, column: str) -> pd.Series:
    """Sum a column of kroner by leaf, exact to the oere; index (type_key, function)."""
    return rows.groupby(LEAF)[column].sum().round(2)
