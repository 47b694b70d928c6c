"""A quarter is held against what earlier quarters had booked at the same age: late bills are no lack, and a lack is."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from cockpit.domain.control_totals import apart, both_sides, control_totals, difference_words, due
from cockpit.domain.dataset import Dataset
from cockpit.domain.invoice_delay import QUARTERS_BACK
from cockpit.domain.months import month_range
from cockpit.domain.reference import Reference
from tests.tables import dataset
from tests.unit.test_sentences import said

FIRST, LAST = pd.Period("2023-10", "M"), pd.Period("2026-08", "M")
COST = 300_000.0  # a month of each type
LATE = {"institution": (0.2, 0.3, 0.5), "residential_home": (0.0, 0.0, 0.0, 1.0), "foster_care": (0.9, 0.1)}
SPELLS = [
    {"spell_id": key, "type_key": key, "start": "2020-01-01", "rate": COST, "unit": "month", "registered": "2020-01-01"}
    for key in LATE
]
QUARTER = pd.Period("2026Q2", "Q")


def bills(as_of: pd.Period, lost: float, first: pd.Period, key: str = "institution") -> Iterator[dict]:
    """Every month's cost, booked 0, 1, 2 ... months later in the shares of LATE, a little more or less each month.

    Of one type the share `lost` of the second quarter of 2026 never comes.
    """
    noise = np.random.default_rng(3)
    for type_key, shares in LATE.items():
        for month in month_range(FIRST - 3, LAST):
            early = noise.uniform(0.0, 0.05)
            kept = 1 - lost if type_key == key and month.asfreq("Q") == QUARTER else 1.0
            for lag, share in enumerate(shares):
                moved = early * (lag == 0) - early * (lag == len(shares) - 1)
                booked = month + lag
                if first <= booked <= as_of:
                    yield {
                        "year": booked.year, "period": booked.month, "booked": booked.start_time, "type_key": type_key,
                        "service_month": month.start_time, "amount": COST * (share + moved) * kept,
                    }  # fmt: skip


def known(as_of: str, lost: float = 0.0, first: pd.Period = FIRST) -> Dataset:
    month = pd.Period(as_of, "M")
    return dataset(as_of, postings=list(bills(month, lost, first)), interventions=SPELLS)


def totals_of(data: Dataset, reference: Reference) -> pd.DataFrame:
    return control_totals(data.postings, data.interventions, reference, data.as_of)


def told(data: Dataset, reference: Reference) -> list[tuple[str, str]]:
    found = apart(totals_of(data, reference), reference, data.as_of)
    return [(str(row["type_key"]), str(row["quarter"])) for _, row in found.iterrows()]


@pytest.mark.parametrize("as_of", ["2026-06", "2026-07", "2026-08"])
def test_bills_that_usually_come_later_are_no_lack_and_those_that_should_have_come_are(
    reference: Reference, as_of: str
) -> None:
    """At the half-year follow-up a residential home has nothing booked of its last quarter, and that is as usual."""
    assert told(known(as_of), reference) == []
    assert told(known(as_of, lost=0.7), reference) == [("institution", "2026Q2")]


def test_what_is_expected_by_now_is_the_least_of_the_quarters_before(reference: Reference) -> None:
    """A plain count, posting by posting, says the same."""
    data = known("2026-07", lost=0.7)
    lines = [
        (bill["type_key"], pd.Period(bill["service_month"], "M"), pd.Period(bill["booked"], "M"), bill["amount"])
        for bill in bills(data.as_of, 0.7, FIRST)
    ]
    for _, total in totals_of(data, reference).iterrows():
        quarter = total["quarter"]
        age, shares = (data.as_of - quarter.asfreq("M", "end")).n, []
        for earlier in pd.period_range(max(FIRST.asfreq("Q"), quarter - QUARTERS_BACK), quarter - 1, freq="Q"):
            first, last = earlier.asfreq("M", "start"), earlier.asfreq("M", "end")
            own = [line for line in lines if line[0] == total["type_key"] and first <= line[1] <= last]
            in_all = sum(amount for *_, amount in own)
            shares.append(sum(amount for *_, booked, amount in own if booked <= last + age) / in_all)
        assert total["usual"] == pytest.approx(min(shares, default=1.0))


def test_a_young_ledger_waits_for_its_bills_and_no_longer(reference: Reference) -> None:
    """It cannot know how late they come; a ledger that shows no late bills is compared at once."""
    young = pd.Period("2026-04", "M")
    assert told(known("2026-06", lost=0.7, first=young), reference) == []
    at_once = dataset(
        "2026-06",
        postings=[
            {"year": 2026, "period": month, "type_key": "institution", "amount": COST / 2} for month in (4, 5, 6)
        ],
        interventions=SPELLS,
    )
    assert told(at_once, reference) == [("institution", "2026Q2")]
    waited = dataset(
        "2026-09", postings=list(bills(pd.Period("2026-09", "M"), 0.7, young)), interventions=SPELLS
    )
    assert ("institution", "2026Q2") in told(waited, reference)


def test_too_much_is_too_much_at_any_age(reference: Reference) -> None:
    data = known("2026-06")
    twice = data.postings["amount"].where(data.postings["service_month"] < "2026-04-01", 4 * data.postings["amount"])
    doubled = control_totals(data.postings.assign(amount=twice), data.interventions, reference, data.as_of)
    found = apart(doubled, reference, data.as_of)
    assert ("foster_care", QUARTER) in set(found[["type_key", "quarter"]].itertuples(index=False, name=None))


def test_the_words_tell_what_was_to_be_expected_by_now_unless_all_was(reference: Reference) -> None:
    line = pd.DataFrame(
        {"type_key": "institution", "quarter": QUARTER, "booked": [2e6], "activity": [10e6], "usual": [0.4]}
    )
    assert due(line).tolist() == [4e6]
    assert said(both_sides(line)) == (
        "bogført 2,0; på denne tid plejer mindst 40 % af indsatsernes 10,0 at være bogført, altså 4,0 mio. kr."
    )
    assert said(difference_words(line.iloc[0], reference)) == (
        "Døgninstitution, 2. kvartal 2026: bogført 2.000.000 kr., mens indsatserne giver 10.000.000 kr. På denne tid "
        "plejer mindst 40 % at være bogført, altså 4.000.000 kr."
    )
    ripe = line.assign(usual=0.999)
    assert said(both_sides(ripe)) == "bogført 2,0, indsatserne giver 10,0 mio. kr."
    assert said(difference_words(ripe.iloc[0], reference)).endswith("indsatserne giver 10.000.000 kr.")
