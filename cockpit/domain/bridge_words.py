"""What the parts of a bridge are called, and what they say together: why the year ends beside its budget.

"More" alone would mislead: there may be fewer interventions than budgeted and yet more of the dear ones. So volume is
named by who there are more of, and why the year ends beside its budget by the type that drives it.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.bridge import BUDGET_BASIS, BUDGET_CHANGES, BUDGET_TO_FORECAST, METHOD_CHOICE, REST
from cockpit.domain.effects import BUDGET
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import PLACEMENT_STEPS, PREVENTION_STEPS, Reference
from cockpit.domain.sentences import deviation_interval, verdict

VOLUME_AND_MIX = ["volume", "mix"]
OF_ACTIVITY = (*VOLUME_AND_MIX, "price", "late_invoices", "phasing")  # nought, each of them, without activity
BOTH = "mængde og sammensætning tilsammen"
UNMOVED = "ingen nævneværdig virkning"
WORTH_NAMING = 1 / 6  # a pull the other way is named from a sixth of the largest pull


class Part(NamedTuple):
    """A part's name, its cause where it costs more and where it costs less, and what it covers."""

    name: str
    more: str
    less: str
    covers: str


PARTS = {
    "volume": Part(
        "Mængde",
        "mere aktivitet",
        "mindre aktivitet",
        "Flere eller færre helårspersoner; anbringelser og forebyggelse hver for sig",
    ),
    "mix": Part(
        "Sammensætning",
        "en større andel i dyrere typer",
        "en større andel i billigere typer",
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
        "Sager, der er skrevet ind, fordi udtrækkene ikke kender dem endnu",
    ),
    BUDGET_CHANGES: Part(
        "Budgetændringer uden antal",
        "penge taget fra budgettet i årets løb",
        "penge lagt til budgettet i årets løb",
        "Tillægsbevillinger, omplaceringer og overførsler til typer, uden at det er sagt, hvor mange "
        "helårspersoner flere eller færre de er til",
    ),
    BUDGET_BASIS: Part(
        "Budgettets grundlag",
        "et budget, der er lavere end sit grundlag",
        "et budget, der er højere end sit grundlag",
        "Budgettet mod det, dets egne antal og priser koster; har det ingen, mod sidste års aktivitet i årets priser",
    ),
    REST: Part(
        "Ikke aktivitetsbestemt",
        "højere øvrige udgifter",
        "lavere øvrige udgifter",
        "Udgifter og budget, der ikke følger indsatserne: uden type, eller på typer uden aktivitet",
    ),
}


BUDGET_PARTS = {  # against a budget the rest may as well be budget
    REST: PARTS[REST]._replace(
        more="udgifter eller budget uden for indsatserne", less="udgifter eller budget uden for indsatserne"
    )
}


def named_parts(prognosis: Prognosis, reference: Reference, bridge: str = BUDGET_TO_FORECAST) -> pd.DataFrame:
    """Return one bridge with its words: `label`, `cause` and `meaning` beside `part` and `amount`."""
    own = BUDGET_PARTS if bridge == BUDGET_TO_FORECAST else {}
    parts = with_words(prognosis.bridge[prognosis.bridge["name"] == bridge].reset_index(drop=True), own)
    volume = parts["part"] == "volume"
    if bridge != BUDGET_TO_FORECAST or not volume.any():
        return parts
    found = _volume_cause(prognosis.effects, float(parts.loc[volume, "amount"].iloc[0]), reference)
    return parts.assign(cause=parts["cause"].mask(volume, found)) if found else parts


def _volume_cause(effects: pd.DataFrame, amount: float, reference: Reference) -> str:
    """Say who there are more or fewer of; empty where that is not known or points the other way."""
    steps = np.array([reference.step_of(key) for key in effects["key"]])
    groups = {"anbragte": PLACEMENT_STEPS, "forebyggende indsatser": PREVENTION_STEPS}
    moved = {name: _average_volume_effect(effects[np.isin(steps, group)]) for name, group in groups.items()}
    if np.isnan(list(moved.values())).any():
        return ""
    name = max(moved, key=lambda one: moved[one] * np.sign(amount))
    return f"{_more(moved[name])} {name}" if moved[name] * amount > 0 else ""


def _average_volume_effect(effects: pd.DataFrame) -> float:
    """More person-years than before times what one cost on average, kr.; NaN where a type's may not be told."""
    years = effects[["person_years0", "person_years1"]].astype(float).sum(skipna=False)
    cost = float((effects["person_years0"] * effects["price0"].fillna(0.0)).sum())
    if effects.empty or not years["person_years0"]:
        return 0.0
    return float(years["person_years1"] - years["person_years0"]) * cost / float(years["person_years0"])


def _more(amount: float) -> str:
    return "flere" if amount > 0 else "færre"


def with_words(parts: pd.DataFrame, own: Mapping[str, Part]) -> pd.DataFrame:
    """Put words beside the parts of a bridge; `own` ones before those that most bridges share.

    What activity explains is left out where none is known: noughts would say that volume and price move nothing.
    """
    by_activity = parts["part"].isin(OF_ACTIVITY)
    if not parts.loc[by_activity, "amount"].any():
        parts = parts[~by_activity].reset_index(drop=True)
    words = [own.get(part) or PARTS.get(part, Part(part, part, part, "")) for part in parts["part"]]
    causes = [_cause(word, amount) for word, amount in zip(words, parts["amount"], strict=True)]
    return parts.assign(label=[word.name for word in words], cause=causes, meaning=[word.covers for word in words])


def _cause(word: Part, amount: float) -> str:
    """What is written as nothing goes no way."""
    if is_nothing(amount):
        return UNMOVED
    return word.more if amount > 0 else word.less


def why(prognosis: Prognosis, reference: Reference) -> str:
    """Answer in one sentence why the year ends beside its budget; empty where there is no bridge."""
    parts = _causes(prognosis, reference)
    parts = parts[~parts["amount"].map(is_nothing).astype(bool)]
    deviation = prognosis.total["deviation"]
    up, down = parts[parts["amount"] > 0], parts[parts["amount"] < 0]
    along, against = (up, down) if deviation > 0 else (down, up)
    if set(parts["part"]) <= {REST, "refund"} or along.empty:  # without activity nothing tells why
        return ""
    if is_nothing(deviation) or verdict(deviation_interval(prognosis.total)) == "balance":
        return "" if against.empty else _balanced(largest(up), largest(down))
    first, types = largest(along), _type_causes(prognosis, reference)
    if first["part"] == "volume":
        # Where volume is the reason, the types in it that pull the other way count beside the other parts.
        first = largest(_by_type(along[along["part"] == "volume"], types))
        against = pd.concat([against, types[types["amount"] * deviation < 0]], ignore_index=True)
    elif (against["part"] == "volume").any():
        against = _by_type(against, types)
    text = f"Det skyldes især {_with_amount(first)}"
    if against.empty or abs(largest(against)["amount"]) < WORTH_NAMING * abs(first["amount"]):
        return f"{text}."
    return f"{text}, mens {_with_amount(largest(against))} trækker den anden vej."


def _causes(prognosis: Prognosis, reference: Reference) -> pd.DataFrame:
    """The bridge's parts as causes: volume and mix are one, what more or fewer of each type cost."""
    parts = named_parts(prognosis, reference)
    amount = float(parts.loc[parts["part"].isin(VOLUME_AND_MIX), "amount"].sum())
    cause = "flere eller dyrere indsatser" if amount > 0 else "færre eller billigere indsatser"
    return volume_with_mix(parts, cause)


def volume_with_mix(parts: pd.DataFrame, cause: str) -> pd.DataFrame:
    """Draw the parts volume and mix, where both are there, together as one of a cause: part, cause and amount."""
    if not set(VOLUME_AND_MIX) <= set(parts["part"]):
        return parts
    inside = parts["part"].isin(VOLUME_AND_MIX)
    amount = float(parts.loc[inside, "amount"].sum())
    both = pd.DataFrame([{"part": "volume", "cause": cause, "amount": amount}])
    return pd.concat([both, parts.loc[~inside, ["part", "cause", "amount"]]], ignore_index=True)


def _by_type(parts: pd.DataFrame, types: pd.DataFrame) -> pd.DataFrame:
    """Put the types that pull the same way in the place of volume; without any it keeps its common name."""
    own = types[types["amount"] * float(parts["amount"].iloc[0]) > 0]
    return parts if own.empty else pd.concat([parts[parts["part"] != "volume"], own], ignore_index=True)


def _type_causes(prognosis: Prognosis, reference: Reference) -> pd.DataFrame:
    """What more or fewer of each type cost: `flere børn i plejefamilie: 118,9 helårspersoner mod budgettets antal`."""
    known = prognosis.effects.dropna(subset=["person_years0", "person_years1", "volume_effect"])
    causes = [_type_cause(row, reference) for row in known.to_dict("records")]
    return pd.DataFrame({"part": "volume", "cause": causes, "amount": known["volume_effect"].to_numpy(float)})


def _type_cause(row: dict, reference: Reference) -> str:
    who = "børn" if reference.step_of(row["key"]) in PLACEMENT_STEPS else "forløb"
    before = fmt.number(row["person_years0"], 1)
    against = f"{before} i budgettet" if row["basis"] == BUDGET else f"{before} sidste år"
    return (
        f"{_more(row['person_years1'] - row['person_years0'])} {who} {reference.where_within(row['key'])}: "
        f"{fmt.number(row['person_years1'], 1)} helårspersoner mod {against}"
    )


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
