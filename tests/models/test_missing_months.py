"""Months of the year without any posting: estimated, named and uncertain, never counted as nothing."""

import numpy as np
import pytest

from cockpit.domain import sentences
from cockpit.domain.explanation_words import movement_parts, phased_title
from cockpit.domain.phased_bridge import PHASED_TO_ACTUAL
from cockpit.domain.statement import build_prognosis
from tests.models.test_outturn import PRICE, bills, forecast, foster, known_by, months, posting
from tests.tables import dataset

A_MONTH = 20 * PRICE


def without(postings, *lacking):
    """What is left where nothing was loaded for some months."""
    gone = {(month.year, month.month) for one in lacking for month in months(one, one)}
    return [posting for posting in postings if (posting["year"], posting["period"]) not in gone]


def at(outturn, month):
    """Kr. on each path in an open booking period."""
    year, period = map(int, month.split("-"))
    return outturn.paths[:, :, outturn.periods.index((year, period))].sum(axis=1)


@pytest.fixture(scope="module")
def young(reference):
    """A ledger that begins in March beside children who have been there for years, with a budget; and its outturn."""
    every = bills(20, "2025-03", "2025-08")
    budget = [{"year": 2025, "amount": 12 * A_MONTH, "type_key": "foster_care"}]
    data = dataset("2025-08", interventions=foster(), postings=every, budget=budget)
    return data, forecast(data, reference)


@pytest.fixture(scope="module")
def prognosis(young, reference):
    return build_prognosis(*young, reference, seed=1, versions={})


def test_a_ledger_that_begins_within_the_year_still_gives_a_whole_year(young):
    _, outturn = young
    assert outturn.booked.sum() == 6 * A_MONTH
    assert outturn.months_lacking == [1, 2]
    assert at(outturn, "2025-01").mean() == pytest.approx(A_MONTH, rel=0.02)
    assert outturn.year_end.sum(axis=1).mean() == pytest.approx(12 * A_MONTH, rel=0.03)
    assert at(outturn, "2025-01").std() > 0  # months that look all alike say nothing of those nobody has seen


def test_every_level_and_month_adds_up_with_what_is_estimated(prognosis):
    rows, total = prognosis.rows, prognosis.total
    for level in ("step", "type", "account"):
        assert rows.loc[rows["level"] == level, "mean"].sum() == pytest.approx(total["mean"], abs=0.005)
    year = prognosis.months[prognosis.months["level"] == "total"].set_index("month")
    assert year["mean"].sum() == pytest.approx(total["mean"], abs=0.005)
    assert list(year["kind"][:9]) == ["forecast"] * 2 + ["actual"] * 6 + ["forecast"]
    assert (year["p10"].notna() == (year["kind"] == "forecast")).all()
    parts = total[["committed", "expected_inflow", "expected_changes", "corrections"]].sum()
    assert parts == pytest.approx(total["mean"], abs=0.005)
    assert total["actual_ytd"] == 6 * A_MONTH
    assert total["committed"] == pytest.approx(12 * A_MONTH)


def test_what_is_summed_up_through_the_year_is_unsure_from_the_first_month_that_lacks(prognosis):
    assert set(prognosis.fan["kind"]) == {"forecast"}
    width = prognosis.fan["p90"] - prognosis.fan["p10"]
    assert (width > 0).all()
    assert prognosis.fan["mean"].iloc[-1] == pytest.approx(prognosis.total["mean"], abs=0.005)


def test_the_year_so_far_is_no_saving_where_nothing_is_booked(prognosis):
    """From the phased budget to what is booked, two months lie in a part of their own; the parts add up to the oere."""
    parts = movement_parts(prognosis, PHASED_TO_ACTUAL)
    found = parts.set_index("label")["amount"]
    assert round(found.sum(), 2) == round(parts["to_amount"].iloc[0] - parts["from_amount"].iloc[0], 2)
    assert found["Måneder uden bogføring"] == pytest.approx(-2 * A_MONTH, rel=0.03)
    assert abs(found["Forsinkede regninger"]) < 0.05 * A_MONTH
    assert "måneder uden bogføring er anslået til 1,6" in phased_title(prognosis, parts)


def test_the_months_are_named_with_their_amount(young, prognosis):
    assert any(note.startswith("Måneder uden bogføring: jan.\xa02025 og feb.\xa02025") for note in young[1].notes)
    assert "jan.\xa02025 og feb.\xa02025; i prognosen indgår et skøn på 1,6" in sentences.months_lacking(prognosis)
    assert sentences.basis(prognosis).startswith("Opgjort med udgangen af august\xa02025; 4\xa0måneder")
    assert sentences.basis(prognosis).endswith(sentences.months_lacking(prognosis))
    spent = next(note for label, _, note, _ in sentences.key_figures(prognosis) if label == "Forbrug år til dato")
    assert "2\xa0måneder mangler" in spent


@pytest.fixture(scope="module")
def uneven(reference):
    """Bills of uneven months, one month late, all of them loaded; and the outturn."""
    rng = np.random.default_rng(3)
    every = known_by("2025-08", bills(20, "2023-01", "2025-08", lag=1, closing=False))
    size = {(p["year"], p["period"]): rng.uniform(0.9, 1.1) for p in every}
    every = [p | {"amount": p["amount"] * size[p["year"], p["period"]]} for p in every]
    return every, forecast(dataset("2025-08", interventions=foster(), postings=every), reference, n_paths=200)


@pytest.mark.parametrize("lacking", [["2025-05"], ["2025-02", "2025-08"], ["2025-07", "2025-08"]])
def test_a_hole_is_filled_by_what_activity_books_around_it(reference, uneven, lacking):
    """The year ends where it would have with all of it loaded, and is less sure."""
    every, whole = uneven
    left = dataset("2025-08", interventions=foster(), postings=without(every, *lacking))
    hole = forecast(left, reference, n_paths=200)
    truth = sum(p["amount"] for p in every) - sum(p["amount"] for p in without(every, *lacking))
    low, high = np.quantile(sum(at(hole, month) for month in lacking), [0.025, 0.975])
    assert low < truth < high
    assert high - low < truth / 2
    ends = [one.year_end.sum(axis=1) for one in (whole, hole)]
    assert ends[1].mean() == pytest.approx(ends[0].mean(), rel=0.02)
    assert ends[1].std() > ends[0].std()


def test_bills_that_the_old_year_took_are_not_expected_again(reference):
    """December's bills came in January and were booked in the supplement period: nothing lacks in January's kroner."""
    every = known_by("2025-08", bills(20, "2023-01", "2025-08", lag=1))
    outturn = forecast(dataset("2025-08", interventions=foster(), postings=every), reference)
    assert outturn.months_lacking == [1]
    assert at(outturn, "2025-01").mean() == pytest.approx(0, abs=0.02 * A_MONTH)


def test_an_account_without_activity_has_its_own_season(reference):
    """A contribution paid each January, and another paid evenly; the ledger of January is not loaded."""
    rows = [posting(month, 100_000.0, function="5.28.25") for month in months("2021-01", "2025-06")]
    january = [month for month in months("2021-01", "2025-06") if month.month == 1]
    rows += [posting(month, 900_000.0, function="5.28.21") for month in january]
    outturn = forecast(dataset("2025-06", postings=without(rows, "2025-01")), reference)
    by_account = dict(zip(outturn.leaves["function"], outturn.paths[:, :, 0].mean(axis=0), strict=True))
    assert by_account["5.28.25"] == pytest.approx(100_000, rel=0.02)
    assert by_account["5.28.21"] == pytest.approx(900_000, rel=0.1)


def test_a_year_of_which_nothing_is_loaded_is_a_forecast_of_all_of_it(reference):
    every = bills(20, "2023-01", "2024-12")
    outturn = forecast(dataset("2025-04", interventions=foster(), postings=every), reference)
    assert outturn.months_lacking == [1, 2, 3, 4]
    assert outturn.booked.sum() == 0
    assert outturn.year_end.sum(axis=1).mean() == pytest.approx(12 * A_MONTH, rel=0.05)


def test_a_ledger_that_stopped_last_year_knows_what_its_months_would_have_held(reference):
    """A year without bookings is no year in which the children cost nothing."""
    every = bills(20, "2022-01", "2024-06")
    outturn = forecast(dataset("2025-06", interventions=foster(), postings=every), reference)
    assert outturn.months_lacking == [1, 2, 3, 4, 5, 6]
    assert outturn.year_end.sum(axis=1).mean() == pytest.approx(12 * A_MONTH, rel=0.05)
    assert any(note.startswith("Måneder uden bogføring: jan.\xa02025 til jun.\xa02025. ") for note in outturn.notes)


@pytest.mark.parametrize(
    "postings",
    [
        [posting(months("2024-12", "2024-12")[0], 90_000.0, period13=True, type_key="foster_care")],
        bills(20, "2021-01", "2021-12"),
    ],
    ids=["only last year's supplement", "bookings of long ago"],
)
def test_a_ledger_that_tells_nothing_of_these_months_leaves_them_to_activity(reference, postings):
    outturn = forecast(dataset("2025-06", interventions=foster(), postings=postings), reference)
    assert outturn.year_end.sum(axis=1).mean() == pytest.approx(12 * A_MONTH, rel=0.05)


def test_a_single_posting_is_unsure_and_a_whole_year_is_told_nothing_of(reference):
    one = forecast(dataset("2025-03", postings=[posting(months("2025-03", "2025-03")[0], 500_000.0)]), reference)
    assert at(one, "2025-01").mean() == pytest.approx(500_000, rel=0.02)
    assert at(one, "2025-01").std() > 0.02 * 500_000
    whole = [posting(month, 500_000.0) for month in months("2024-01", "2025-03")]
    assert not any("uden bogføring" in note for note in forecast(dataset("2025-03", postings=whole), reference).notes)
