"""The table of rules: which fields each kind of extract has, how each is read, and which are required.

docs/input.md says the same for people; nothing else decides what a column means.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Form = Literal[
    "account", "age", "amount", "birth", "choice", "citizen", "count", "date", "end", "id", "month",
    "number", "period", "return", "service_month", "text", "type", "year",
]  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One column of the contract: its Danish name, how its text is read, and its column in the checked table."""

    name: str
    form: Form
    column: str = ""


@dataclass(frozen=True)
class Contract:
    """One kind of extract.

    `kind` is the key of `domain.dataset.COLUMNS` (empty for the children of a yearly return, which only lend their
    dates of birth); `required` holds groups of fields of which each row needs at least one.
    """

    danish: str
    kind: str
    fields: tuple[Field, ...]
    required: tuple[tuple[str, ...], ...]

    def field(self, name: str) -> Field:
        """Return the field of a name."""
        return next(each for each in self.fields if each.name == name)


VALUE_FIELDS = {"enhed", "status", "budgettype", "type"}

INTERVENTIONS = Contract(
    danish="indsatser",
    kind="interventions",
    fields=(
        Field("indsats_id", "id", "spell_id"),
        Field("borger_id", "citizen", "citizen"),
        Field("cpr", "citizen", "citizen"),
        Field("foedselsdato", "birth", "birth_month"),
        Field("type", "type", "type_key"),
        Field("lovhjemmel", "text", "law"),
        Field("leverandoer", "text", "provider"),
        Field("distrikt", "text", "district"),
        Field("startdato", "date", "start"),
        Field("forventet_slutdato", "end", "expected_stop"),
        Field("slutdato", "end", "stop"),
        Field("status", "choice", "status"),
        Field("takst", "number", "rate"),
        Field("enhed", "choice", "unit"),
        Field("antal", "number", "quantity"),
        Field("konto", "account", "account"),
        Field("registreret", "date", "registered"),
        Field("indberetning", "return"),
    ),
    required=(
        ("indsats_id",),
        ("borger_id", "cpr"),
        ("type", "lovhjemmel"),
        ("startdato",),
        ("takst",),
        ("enhed",),
    ),
)
POSTINGS = Contract(
    danish="posteringer",
    kind="postings",
    fields=(
        Field("periode", "period"),
        Field("bogfoert", "date", "booked"),
        Field("konto", "account", "account"),
        Field("beloeb", "amount", "amount"),
        Field("type", "type", "type_key"),
        Field("vedroerer", "service_month", "service_month"),
        Field("leverandoer", "text", "provider"),
        Field("indsats_id", "id", "spell_id"),
        Field("bilag", "text", "voucher"),
        Field("tekst", "text", "text"),
    ),
    required=(("periode", "bogfoert"), ("konto",), ("beloeb",)),
)
BUDGET = Contract(
    danish="budget",
    kind="budget",
    fields=(
        Field("aar", "year", "year"),
        Field("konto", "account", "account"),
        Field("budgettype", "choice", "budget_type"),
        Field("beloeb", "amount", "amount"),
        Field("type", "type", "type_key"),
        Field("helaarspersoner", "number", "person_years"),
        Field("enhedspris", "number", "unit_price"),
        Field("maaned", "month", "month"),
        Field("vedtaget", "date", "adopted"),
        Field("tekst", "text", "text"),
    ),
    required=(("aar",), ("konto",), ("budgettype",), ("beloeb",)),
)
POPULATION = Contract(
    danish="folketal",
    kind="population",
    fields=(Field("aar", "year", "year"), Field("alder", "age", "age"), Field("antal", "count", "count")),
    required=(("aar",), ("alder",), ("antal",)),
)
CHILDREN = Contract(
    danish="stamdata",
    kind="",
    fields=(
        Field("borger_id", "citizen", "citizen"),
        Field("foedselsdato", "birth", "birth_month"),
        Field("indberetning", "return"),
    ),
    required=(("borger_id",), ("foedselsdato",)),
)
CONTRACTS: Mapping[str, Contract] = {
    contract.danish: contract for contract in (INTERVENTIONS, POSTINGS, BUDGET, POPULATION, CHILDREN)
}
