"""Volume, mix and price add up to the deviation, and mean what they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.deviation import split_difference, to_the_oere

VOLUME = st.one_of(st.just(0.0), st.floats(0.01, 500))
TYPES = st.lists(st.tuples(VOLUME, st.floats(0, 3e6), VOLUME, st.floats(0, 3e6)), min_size=1, max_size=6)


@given(TYPES)
def test_the_three_effects_add_up_to_the_difference(types: list[tuple[float, float, float, float]]) -> None:
    volume0, price0, volume1, price1 = (np.array(column) for column in zip(*types, strict=True))
    cost0, cost1 = volume0 * price0, volume1 * price1
    split = split_difference(volume0, cost0, volume1, cost1)
    assert split.total == pytest.approx(cost1.sum() - cost0.sum(), abs=0.01, rel=1e-9)


@pytest.mark.parametrize(
    ("now", "volume", "mix", "price"),
    [
        ({"volume": [12, 12], "price": [1.0, 2.0]}, 6.0, 0.0, 0.0),  # a fifth more children of each type
        ({"volume": [5, 15], "price": [1.0, 2.0]}, 0.0, 5.0, 0.0),  # five children moved to the dear type
        ({"volume": [10, 10], "price": [1.1, 2.0]}, 0.0, 0.0, 1.0),  # ten children a tenth dearer
    ],
)
def test_each_effect_alone(now: dict, volume: float, mix: float, price: float) -> None:
    before = np.array([10.0, 10.0])
    after = np.array(now["volume"], dtype=float)
    split = split_difference(before, before * [1.0, 2.0], after, after * now["price"])
    assert (split.volume, split.mix, split.price) == pytest.approx((volume, mix, price))


def test_without_volume_before_everything_is_volume() -> None:
    split = split_difference(np.zeros(2), np.zeros(2), np.array([3.0, 0.0]), np.array([9.0, 0.0]))
    assert (split.volume, split.mix, split.price) == (9.0, 0.0, 0.0)


def test_cost_without_volume_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the split"):
        split_difference(np.zeros(1), np.ones(1), np.ones(1), np.ones(1))


@given(st.dictionaries(st.sampled_from("abc"), st.floats(-1e9, 1e9), min_size=1), st.floats(-1e9, 1e9))
def test_rounded_parts_still_add_up_to_the_oere(parts: dict[str, float], total: float) -> None:
    exact = to_the_oere({**parts, "rest": 0.0}, total, "rest")
    assert sum(round(amount * 100) for amount in exact.values()) == round(total * 100)
