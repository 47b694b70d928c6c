"""What the parts of a bridge are called, and what they say together: why the year ends beside its budget."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.bridge import BUDGET_TO_FORECAST, METHOD_CHOICE
from cockpit.domain.prognosis import Prognosis

WORTH_NAMING = 0.25  # a pull the other way is named from a quarter of the largest pull


class Part(NamedTuple):
    """A part's name, its cause where it costs more and where it costs less, and what it covers."""

    name: str
    more: str
    less: str
    covers: str


PARTS = {
    "volume": Part(
        "Mængde",
        "større mængde",
        "mindre mængde",
        "Helårspersoner i forhold til dem, der er regnet med; anbringelser og forebyggelse hver for sig",
    ),
    "mix": Part(
        "Sammensætning",
        "en dyrere sammensætning",
        "en billigere sammensætning",
        "Fordelingen mellem dyre og billige typer, inden for anbringelser og inden for forebyggelse",
    ),
    "price": Part(
        "Pris",
        "højere enhedspriser",
        "lavere enhedspriser",
        "Kroner pr. helårsperson inden for hver type",
    ),
    "late_invoices": Part(
        "Forsinkede regninger",
        "regninger fra tidligere år",
        "udskudte regninger",
        "Regninger, der bogføres i et andet år end det, ydelsen er leveret i",
    ),
    METHOD_CHOICE: Part(
        "Metodevalg",
        "metoder, der venter mere end aktiviteten",
        "metoder, der venter mindre end aktiviteten",
        "Forskellen, hvor en anden metode end aktiviteten har ramt klart bedre i tidligere år og derfor bruges",
    ),
    "refund": Part(
        "Refusion",
        "mindre refusion",
        "mere refusion",
        "Central refusion for særligt dyre enkeltsager",
    ),
    "corrections": Part(
        "Kendte sager på vej",
        "kendte sager på vej",
        "kendte sager på vej",
        "Sager, som I har skrevet ind, fordi udtrækkene ikke kender dem endnu",
    ),
    "not_activity_determined": Part(
        "Ikke aktivitetsbestemt",
        "højere øvrige udgifter",
        "lavere øvrige udgifter",
        "Udgifter og budget, der ikke kan henføres til indsatser",
    ),
}


def named_parts(prognosis: Prognosis, bridge: str = BUDGET_TO_FORECAST) -> pd.DataFrame:
    """Return one bridge with its words: `label`, `cause` and `meaning` beside `part` and `amount`."""
    return with_words(prognosis.bridge[prognosis.bridge["name"] == bridge].reset_index(drop=True), {})


def with_words(parts: pd.DataFrame, own: Mapping[str, Part]) -> pd.DataFrame:
    """Put words beside the parts of a bridge; `own` ones before those that most bridges share."""
    words = [own.get(part) or PARTS.get(part, Part(part, part, part, "")) for part in parts["part"]]
    causes = [word.more if amount > 0 else word.less for word, amount in zip(words, parts["amount"], strict=True)]
    return parts.assign(label=[word.name for word in words], cause=causes, meaning=[word.covers for word in words])


def why(prognosis: Prognosis) -> str:
    """Answer in one sentence why the year ends beside its budget; empty where there is no bridge."""
    parts = named_parts(prognosis)
    parts = parts[~parts["amount"].map(is_nothing).astype(bool)]
    deviation = prognosis.total["deviation"]
    up, down = parts[parts["amount"] > 0], parts[parts["amount"] < 0]
    along, against = (up, down) if deviation > 0 else (down, up)
    if parts.empty or along.empty:
        return ""
    if is_nothing(deviation):
        return "" if against.empty else _balanced(largest(up), largest(down))
    first = largest(along)
    text = f"Det skyldes især {_with_amount(first)}"
    if against.empty or abs(largest(against)["amount"]) < WORTH_NAMING * abs(first["amount"]):
        return f"{text}."
    return f"{text}, mens {_with_amount(largest(against))} trækker den anden vej."


def largest(parts: pd.DataFrame) -> pd.Series:
    """Return the part that moves the result most."""
    return parts.loc[parts["amount"].abs().idxmax()]


def is_nothing(amount: float) -> bool:
    """Say whether an amount is written as zero millions."""
    return fmt.rounds_to_zero(amount / fmt.MILLION, 1)


def _balanced(up: pd.Series, down: pd.Series) -> str:
    text = f"{_with_amount(up)} og {_with_amount(down)} trækker hver sin vej."
    return text[0].upper() + text[1:]


def _with_amount(part: pd.Series) -> str:
    return f"{part['cause']} ({fmt.mio(part['amount'], signed=True)})"
