"""Yearly returns: each repeats what was open in the year before, and a file of children gives the dates of birth.

Nothing vanishes: a row that a later return supersedes, and a row of a child that no return describes, is left out with
its reason.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cockpit.intake.extract import Extract
from cockpit.intake.numbers_and_dates import Unreadable, read_date

SUPERSEDED = "Rækken er afløst af en senere indberetning af det samme. Det er ikke en fejl."
REPEATED = "Rækken gentager en anden række om samme barn. Det er ikke en fejl."
NO_CHILD = (
    "Barnet har ingen række i header-filen (stamdata), så fødselsdatoen er ukendt. "
    "Tag barnet med i header-filen, og indlæs begge filer igen."
)


def settle(episodes: Sequence[Extract], children: Sequence[Extract]) -> None:
    """Leave out superseded rows and rows without their child, before anything is converted."""
    _supersede(episodes, ["borger_id", "startdato"])
    described = {text for extract in children for text in extract.cells("borger_id")}
    for extract in episodes:
        if not children:
            extract.tell_file(
                "error",
                "Header-filen med børnene mangler i indlæsningen. Vælg header og episodes sammen.",
            )
            continue
        known = np.array([text in described for text in extract.cells("borger_id")], dtype=bool)
        extract.drop(NO_CHILD, ~known, "borger_id")
    _supersede(children, ["borger_id", "foedselsdato"])
    for extract in children:
        if not episodes:
            extract.tell_file("error", "Børnene (stamdata) kan ikke indlæses alene. Vælg header og episodes sammen.")
        keys = pd.Series(extract.cells("borger_id")) + "\0" + pd.Series(extract.cells("foedselsdato"))
        extract.drop(REPEATED, keys.duplicated().to_numpy(), "borger_id")


def _supersede(extracts: Sequence[Extract], names: Sequence[str]) -> None:
    """Leave out every row whose key stands in a later return, in whichever file that is."""
    rows = pd.concat(
        [_keys(extract, names).assign(file=number) for number, extract in enumerate(extracts)], ignore_index=True
    ) if extracts else pd.DataFrame(columns=["key", "year", "file"])  # fmt: skip
    newest = rows.groupby("key")["year"].transform("max")
    late = rows["year"] < newest
    for number, extract in enumerate(extracts):
        extract.drop(SUPERSEDED, late[rows["file"] == number].to_numpy(dtype=bool))


def _keys(extract: Extract, names: Sequence[str]) -> pd.DataFrame:
    parts = [pd.Series([_comparable(text) for text in extract.cells(name)], dtype=object) for name in names]
    years = pd.to_numeric(pd.Series(extract.cells("indberetning"), dtype=object), errors="coerce")
    return pd.DataFrame({"key": pd.Series(list(zip(*parts, strict=True)), dtype=object), "year": years})


def _comparable(text: str) -> str:
    """Return one text for the ways of writing one day; an unreadable one stays and is told when it is converted."""
    try:
        return read_date(text).isoformat() if len(text) >= 8 else text
    except Unreadable:
        return text


def lend_births(episodes: Sequence[Extract], children: Sequence[Extract]) -> None:
    """Give every episode the date of birth that the file of children has for its child."""
    frames = [extract.frame for extract in children if len(extract.frame)]
    if not frames:
        return
    births = pd.concat(frames).dropna(subset=["citizen"]).drop_duplicates("citizen").set_index("citizen")["birth_date"]
    for extract in episodes:
        born = extract.frame["citizen"].map(births).astype("datetime64[us]")
        extract.frame["birth_date"] = born
        extract.frame["birth_month"] = born.dt.to_period("M").dt.to_timestamp().astype("datetime64[us]")


def check_children(children: Sequence[Extract]) -> None:
    """Tell a child with two dates of birth."""
    for extract in children:
        frame = extract.frame
        first = frame.groupby("citizen")["birth_date"].transform("first")
        wrong = frame["birth_date"].notna() & (frame["birth_date"] != first)
        message = "Barnet har en anden fødselsdato i en tidligere række. Ret den forkerte."
        extract.tell("error", message, wrong.to_numpy(), "foedselsdato")
