"""Past forecasts against what happened, worked by hand; what they say in words; the bridge since the last close."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain import hit_rate, sentences
from cockpit.domain.bridge import close_bridge
from cockpit.domain.methods import chosen_at
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import Reference
from tests.tables import table
from tests.unit.test_sentences import prognosis, said

MIO = 1_000_000


def origin(year: int, to_go: int, mean: float, outturn: float, committed: float = 90.0, **more: object) -> dict:
    """A forecast of mean +- 2 (80 %) and +- 4 (95 %), mio. kr., beside three rules of thumb."""
    points = {"mean": mean, "p2_5": mean - 4, "p10": mean - 2, "p90": mean + 2, "p97_5": mean + 4, "outturn": outturn}
    rules = {"last_year": outturn - 10, "run_rate": outturn + 20, "last_share": np.nan, "committed": committed}
    money = {name: value * MIO for name, value in {**points, **rules}.items()}
    papers = {"as_of": f"{year}-{12 - to_go:02d}", "year": year, "months_to_go": to_go, "source": "reconstructed"}
    return {**papers, "level": "total", "key": "total", "label": "I alt", **money, **more}


def origins(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(hit_rate.ORIGIN_COLUMNS))


@pytest.mark.parametrize(
    ("known", "month", "expected"),
    [
        # 30 booked in three months; last year 100, of which 20 by then; 95 committed
        ((30, 100, 20, 95), 3, {"last_year": 100, "run_rate": 120, "last_share": 150, "committed": 95}),
        ((30, None, 20, 95), 3, {"run_rate": 120, "committed": 95}),
        ((30, 100, 0, 95), 6, {"last_year": 100, "run_rate": 60, "committed": 95}),
        ((-8, -24, -6, -8), 3, {"last_year": -24, "run_rate": -32, "last_share": -32, "committed": -8}),
        ((8, -24, 6, 8), 3, {"last_year": -24, "run_rate": 32, "committed": 8}),
        ((0, 0, 0, 0), 9, {"last_year": 0, "run_rate": 0, "committed": 0}),
    ],
    ids=["all", "no last year", "nothing booked by then", "income", "pattern changes sign", "nothing at all"],
)
def test_the_rules_of_thumb(known: tuple, month: int, expected: dict[str, float]) -> None:
    """Each rule as somebody does it by hand; where it has nothing to go by it says nothing."""
    names = ("booked", "last_year", "last_year_early", "committed")
    given_known = {name: value for name, value in zip(names, known, strict=True) if value is not None}
    found = hit_rate.rivals(given_known, month)
    assert {name: value for name, value in found.items() if np.isfinite(value)} == pytest.approx(expected)


def test_a_year_is_closed_when_its_supplement_period_is_over() -> None:
    ledger = table("postings", *({"year": 2024, "period": month, "amount": 1.0} for month in range(1, 13)))
    after = {month: hit_rate.closed_years(ledger, pd.Period(month, "M")) for month in ("2025-01", "2025-02")}
    assert after == {"2025-01": [], "2025-02": [2024]}
    assert hit_rate.closed_years(ledger.iloc[1:], pd.Period("2025-02", "M")) == []


def test_errors_bias_and_coverage_by_hand() -> None:
    """Misses of +1, -3 and +5 mio. of 100: error 3, bias 1; the 80 % band holds once and the 95 % band twice."""
    found = hit_rate.overall(origins(*(origin(2023 + at, 3, 100 + miss, 100) for at, miss in enumerate((1, -3, 5)))))
    assert (found["error"], found["bias"]) == pytest.approx((3 * MIO, 1 * MIO))
    assert (found["error_share"], found["bias_share"]) == pytest.approx((0.03, 0.01))
    assert (found["count"], found["inside_80"], found["inside_95"]) == (3, 1, 2)
    assert found["width_80"] == pytest.approx(4 * MIO)
    assert (found["best_rival"], found["last_year"]) == ("last_year", 10 * MIO)
    assert np.isnan(found["last_share"])


def test_a_rule_that_once_has_no_answer_is_not_held_against_the_forecast() -> None:
    """Else it would be judged on its easier years: last year's outturn is 10 mio. off where it answers."""
    rows = origin(2023, 3, 100, 100), origin(2024, 3, 100, 100, committed=88, last_year=np.nan)
    found = hit_rate.overall(origins(*rows))
    assert np.isnan(found["last_year"])
    assert (found["best_rival"], found["best_rival_error"]) == ("committed", 11 * MIO)


def test_an_archived_forecast_goes_before_the_reconstructed_one_of_its_month_and_is_said() -> None:
    """March is in both and June only reconstructed: two count, March as it was frozen."""
    again = origins(origin(2024, 9, 104, 100), origin(2024, 6, 101, 100))
    made = hit_rate.HitRate(pd.Period("2025-08", "M"), 1, 500, {}, again)
    frozen = origins(origin(2024, 9, 93, 100, source="archived"))
    both = made.with_archive(frozen)
    assert both.total[["as_of", "source", "mean"]].to_numpy().tolist() == [
        ["2024-03", "archived", 93 * MIO], ["2024-06", "reconstructed", 101 * MIO],
    ]  # fmt: skip
    words = "(2024); 1 som de blev gemt ved lukningen, 1 regnet forfra."
    assert words in said(sentences.hit_rate_basis(both))
    assert "gemt" not in sentences.hit_rate_basis(made)
    alone = replace(made, origins=frozen)
    assert "(2024), som de blev gemt ved lukningen." in said(sentences.hit_rate_basis(alone))
    assert made.with_archive(origins()).total["mean"].tolist() == [104 * MIO, 101 * MIO]


def test_each_past_forecast_says_what_it_was_made_by() -> None:
    """Activity, and by name the types that something else was used for; a month closed before it was kept says so."""
    kinds = [
        {"level": "type", "key": key, "label": label, "method": method}
        for key, label, method in (
            ("a", "Plejefamilie", "activity"), ("b", "Sikret", "last_year"), ("unallocated", "Uden type", "ledger"),
        )
    ]  # fmt: skip
    first = [origin(2023, 3, 100, 100, **kind) for kind in kinds]
    second = [origin(2024, 3, 100, 100, **{**kind, "method": None}) for kind in kinds]
    third = [origin(2025, 3, 100, 100, **{**kind, "method": "activity"}) for kind in kinds]
    assert chosen_at(origins(origin(2023, 3, 100, 100), *first, *second, *third)) == {
        "2023-09": "aktivitet; Sikret: samme som sidste år", "2024-09": "ikke gemt", "2025-09": "aktivitet",
    }  # fmt: skip


def test_months_to_go_stand_apart_and_the_nearest_answers() -> None:
    """Of two equally near, the one with more to go: it promises less."""
    found = hit_rate.by_months_to_go(origins(origin(2024, 3, 101, 100), origin(2024, 9, 107, 100)))
    assert list(found["months_to_go"]) == [9, 3]
    assert [hit_rate.nearest(found, now)["months_to_go"] for now in (0, 4, 6, 11)] == [3, 3, 9, 9]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            origin(2024, 4, 102, 100),
            "Med 4 måneder igen har prognosen i gennemsnit ramt inden for 2,0 mio. kr. (2,0 %); den bedste håndregel, "
            "samme som sidste år, inden for 10,0 mio. kr.",
        ),
        (
            origin(2024, 1, 102, 100, committed=101),
            "Med 1 måned igen har prognosen i gennemsnit ramt inden for 2,0 mio. kr. (2,0 %); en håndregel har ramt "
            "bedre: disponeret alene, inden for 1,0 mio. kr.",
        ),
        (
            origin(2024, 6, 102, 100, last_year=np.nan, run_rate=np.nan, committed=np.nan),
            "Med 6 måneder igen har prognosen i gennemsnit ramt inden for 2,0 mio. kr. (2,0 %)",
        ),
        (
            origin(2024, 6, 1, 0, last_year=np.nan, run_rate=np.nan, committed=np.nan),
            "Med 6 måneder igen har prognosen i gennemsnit ramt inden for 1,0 mio. kr.",
        ),
    ],
    ids=["forecast wins", "rule wins", "no rule", "nothing was spent"],
)
def test_the_headline_says_how_near_and_what_a_rule_of_thumb_does(row: dict, expected: str) -> None:
    (found,) = (one for _, one in hit_rate.by_months_to_go(origins(row)).iterrows())
    assert said(sentences.hit_rate_answer(found)) == expected


def test_the_words_say_how_few_cases_there_are_and_where_a_rule_wins() -> None:
    total = [origin(2023, 3, 102, 100), origin(2024, 3, 97, 100, committed=99)]
    one = {"level": "type", "key": "a", "label": "Plejefamilie"}
    types = [origin(2023, 3, 102, 100, **one), origin(2023, 3, 108, 100, 101, **{**one, "key": "b", "label": "Sikret"})]
    types += [origin(2023, 3, 108, 100, 101, **{**one, "key": "unallocated", "label": "Uden type"})]  # is no type
    found = hit_rate.HitRate(pd.Period("2026-08", "M"), 1, 500, {}, origins(*total, *types))
    assert said(sentences.hit_rate_basis(found)).startswith("Målt på 2 tidligere prognoser fra 2 afsluttede år (2023")
    assert "Så få tilfælde" in sentences.hit_rate_basis(found)
    assert "i 1 af 2 tilfælde" in sentences.coverage(hit_rate.overall(found.total))
    assert "i 1 af 2 tidligere prognoser (2023–2024, med 3 måneder igen)" in sentences.measured_coverage(found)
    in_january = found.known_at(pd.Period("2025-01", "M"))  # 2024 still has its supplement period
    assert "i 1 af 1 tidligere prognoser (2023, med" in sentences.measured_coverage(in_january)
    assert sentences.measured_coverage(found.known_at(pd.Period("2024-01", "M"))) == ""
    (near,) = [row for _, row in hit_rate.by_months_to_go(found.total).iterrows()]
    whole = hit_rate.overall(found.total)
    own = "Med 3 måneder igen har prognosen i gennemsnit ligget 0,5 mio. kr. under regnskabet"
    assert said(sentences.bias(near, whole)) == f"{own}."
    more = whole.copy()
    more["count"], more["bias"] = 9, 900_000.0
    assert said(sentences.bias(near, more)) == f"{own}; over alle 9 tilfælde har den ligget 0,9 mio. kr. over."
    words = sentences.rivals_that_win(hit_rate.by_months_to_go(found.total), hit_rate.by_row(found.origins, "type"))
    assert words[0].startswith("Ingen håndregel har ramt totalen bedre")
    assert said(words[1]) == (
        "Målt på prognoser med 3 måneder igen har en håndregel ramt bedre for 1 af 2 typer: sikret (disponeret alene)."
    )
    lost = hit_rate.by_months_to_go(origins(origin(2024, 6, 105, 100, committed=99)))
    assert said(sentences.rivals_that_win(lost, hit_rate.by_row(found.origins, "type").iloc[:0])[0]) == (
        "Med 6 måneder igen har disponeret alene ramt totalen bedre end prognosen: inden for 1,0 mod 5,0 mio. kr."
    )


TYPES = ("foster_care", "residential_home", "family_treatment", "unallocated")
KRONER = st.floats(-5e7, 2e8)
STATE = st.fixed_dictionaries(
    {
        "person_years": st.tuples(*[st.one_of(st.just(np.nan), st.just(0.0), st.floats(0.01, 200))] * len(TYPES)),
        "unit_price": st.tuples(*[st.floats(0, 3e6)] * len(TYPES)),
        "rest": KRONER,
        "refund": KRONER,
        "corrections": st.one_of(st.just(0.0), KRONER),
        "method_choice": st.one_of(st.just(0.0), st.just(np.nan), KRONER),
    }
)


def at_close(
    person_years: tuple, unit_price: tuple, rest: float, refund: float, corrections: float, method_choice: float = 0.0
) -> Prognosis:
    """A prognosis whose total is its activity, refund, corrections and a rest; the first type's method is chosen."""
    rows = pd.DataFrame({"level": "type", "key": TYPES, "person_years": person_years, "unit_price": unit_price})
    rows["method_choice"] = [method_choice, 0.0, 0.0, 0.0]
    rows.loc[~(rows["person_years"] > 0), "unit_price"] = np.nan
    cost = float((rows["person_years"] * rows["unit_price"]).sum())
    empty = prognosis()
    account = {"level": "account", "key": "5.22.07", "mean": refund, "corrections": 0.0}
    total = {"level": "total", "key": "total", "mean": cost + rest + refund + corrections, "corrections": corrections}
    total["method_choice"] = method_choice
    frame = pd.concat([pd.DataFrame([total, account]), rows], ignore_index=True)
    return Prognosis(**{**empty.__dict__, "rows": frame})


@given(before=STATE, now=STATE)
def test_the_bridge_since_the_last_close_adds_up_to_the_oere(before: dict, now: dict, reference: Reference) -> None:
    old, new = at_close(**before), at_close(**now)
    steps = close_bridge(old, new, reference)
    moved = new.total["mean"] - old.total["mean"]
    assert sum(round(step["amount"] * 100) for step in steps) == round(moved * 100)
    amounts = {step["part"]: step["amount"] for step in steps}
    assert amounts["refund"] == pytest.approx(now["refund"] - before["refund"], abs=0.01)


@pytest.mark.parametrize(
    ("change", "part", "amount"),
    [
        ({"person_years": (12.0, 5.0, 20.0, np.nan)}, "volume", 1e6),
        ({"unit_price": (5.5e5, 1e6, 1e5, 0.0)}, "price", 5e5),
        ({"refund": -4e6}, "refund", -1e6),
        ({"corrections": 7e5}, "corrections", 7e5),
        ({"rest": 3e6}, "not_activity_determined", 1e6),
    ],
)
def test_each_move_since_the_last_close_stands_where_it_belongs(
    change: dict, part: str, amount: float, reference: Reference
) -> None:
    """One thing changes, one step moves; more children of the cheaper type is volume at the mean price, and mix."""
    base = {
        "person_years": (10.0, 5.0, 20.0, np.nan), "unit_price": (5e5, 1e6, 1e5, 0.0), "rest": 2e6, "refund": -3e6,
        "corrections": 0.0,
    }  # fmt: skip
    steps = close_bridge(at_close(**base), at_close(**{**base, **change}), reference)
    amounts = {step["part"]: step["amount"] for step in steps}
    if part == "volume":
        # two more at 500.000; the mean price is (10 x 0,5 + 5 x 1,0) / 15 mio.
        assert amounts["volume"] == pytest.approx(2 * 1e7 / 15, abs=0.01)
        assert amounts["volume"] + amounts["mix"] == pytest.approx(1e6, abs=0.02)
    else:
        assert amounts[part] == pytest.approx(amount, abs=0.01)
        others = {name: value for name, value in amounts.items() if name != part}
        assert all(abs(value) <= 0.01 for value in others.values())


@pytest.mark.parametrize(
    ("closed_at", "in_time"),
    [
        ("2026-02-28 22:59:59+00:00", True),  # a second to midnight in Denmark
        ("2026-02-28 23:00:00+00:00", False),  # the first of March in Denmark, still February in UTC
        ("2026-03-01 02:00:00+05:00", True),
        ("2026-02-28 22:59:59", True),  # the store's own: without a zone, in UTC
        ("2026-02-28 23:00:00", False),
        ("2025-03-15 08:00:00+00:00", True),
        ("2027-01-15 08:00:00+00:00", False),
    ],
)
def test_a_forecast_is_in_time_until_march_by_the_danish_calendar(closed_at: str, in_time: bool) -> None:
    """The supplement period of 2025 is over with February 2026."""
    assert hit_rate.is_in_time(2025, datetime.fromisoformat(closed_at)) is in_time
