"""Whose money a booked amount is: the children that its bills name, or that were in force where they name nobody."""

import pandas as pd
import pytest

from cockpit.domain.people import people_behind, people_booked
from cockpit.domain.reference import Reference
from tests.tables import table

AS_OF = pd.Period("2026-01", "M")
HOMES = "residential_home", "5.28.20"


def in_force(count: int, kind: tuple[str, str] = HOMES, **own: object) -> list[dict]:
    type_key, function = kind
    plain = {"type_key": type_key, "function": function, "start": "2025-01-01", "rate": 3000.0, "provider": "Bakken"}
    return [{**plain, "spell_id": f"{type_key}-{at}", "citizen": f"{type_key} {at}", **own} for at in range(count)]


def bill(amount: float, spell: str | None = None, kind: tuple[str, str] = HOMES, **own: object) -> dict:
    type_key, function = kind
    plain = {"year": 2026, "period": 1, "service_month": "2025-12-01", "type_key": type_key, "function": function}
    return {**plain, "spell_id": spell, "amount": amount, **own}


def booked(reference: Reference, bills: list[dict], spells: list[dict]) -> pd.DataFrame:
    return people_booked(table("postings", *bills), table("interventions", *spells), reference)


NAMED = [bill(90_000.0, f"residential_home-{at}") for at in range(3)]
CASES = {
    "one bill": ([bill(24_210.0, "residential_home-0")], in_force(20), 1, 1.0),
    "bills of one child": ([bill(90_000.0, "residential_home-0")] * 3, in_force(20), 1, 1.0),
    "two spells of one child": (NAMED[:2], in_force(20, citizen="barn"), 1, 1.0),
    "three children": (NAMED, in_force(20), 3, 1 / 3),
    "a credited bill": ([*NAMED, bill(-90_000.0, "residential_home-2")], in_force(20), 2, 1 / 2),
    "a refund of VAT hides nobody": ([*NAMED, bill(-20_000.0)], in_force(20), 3, 1 / 3),
    "one bill for all": ([bill(900_000.0)], in_force(20), 20, 0.0),
    "one bill for all and one of a child": ([bill(900_000.0), bill(100_000.0, "residential_home-0")], in_force(20),
                                            20, 0.1),
    "a bill of a provider": ([bill(90_000.0, provider="Bakken")],
                             [*in_force(2), *in_force(20, ("residential_home", "5.28.23"), provider="Dalen")], 2, 0.0),
    "a bill of an unknown provider": ([bill(90_000.0, provider="Nord")], in_force(20), 20, 0.0),
    "a child who has left": ([bill(90_000.0)], in_force(2, stop="2026-01-01"), 2, 0.0),
    "a service before the child": ([bill(90_000.0, service_month="2024-12-01")], in_force(20), None, None),
    "an unknown spell": ([bill(90_000.0, "lukket sag")], in_force(20), 1, 1.0),
}  # fmt: skip


@pytest.mark.parametrize(("bills", "spells", "children", "largest"), CASES.values(), ids=CASES)
def test_children_are_counted_from_the_bills(
    reference: Reference, bills: list[dict], spells: list[dict], children: int | None, largest: float | None
) -> None:
    """Twenty in force are no shield for the money of two."""
    found = booked(reference, bills, spells)
    if children is None:
        assert found.empty
        return
    for row in (("total", "total"), ("step", "6"), ("type", "residential_home"), ("account", "5.28.20")):
        assert found.loc[row, "children"] == children
        assert found.loc[row, "largest"] == pytest.approx(largest)


def test_money_without_type_is_nobodys_unless_it_is_mostly_bills_of_children(reference: Reference) -> None:
    grant = bill(5e6, kind=HOMES, type_key=None)
    named = bill(90_000.0, "residential_home-0", type_key=None)
    assert ("type", "unallocated") not in booked(reference, [grant, named], in_force(20)).index
    assert booked(reference, [named], in_force(20)).loc[("type", "unallocated"), "children"] == 1


def test_refund_is_that_of_the_quarters_claimed(reference: Reference) -> None:
    """Six dear children now, of whom two were so in the quarter that the refund is of."""
    spells = [*in_force(2, rate=6000.0), *in_force(4, ("secure", "5.28.24"), rate=9000.0, start="2026-01-01")]
    claim = bill(-400_000.0, kind=(None, "5.22.07"), service_month="2025-12-01")
    assert booked(reference, [claim], spells).loc[("account", "5.22.07"), "children"] == 2
    now = people_behind(table("interventions", *spells), reference, AS_OF)
    assert now.loc[("account", "5.22.07"), "children"] == 6


def test_no_bills_are_nobodys(reference: Reference) -> None:
    assert booked(reference, [], in_force(20)).empty
