"""What each type's volume and price mean for the year: the budget bridge's volume, mix and price, type by type.

Per leaf i: volume effect = (M1_i - M0_i) x P0_i, price effect = M1_i x (P1_i - P0_i). Summed over the leaves the volume
effects are the bridge's volume and mix together: M1 s1_i P0_i - M0 s0_i P0_i = (M1_i - M0_i) P0_i.
"""

import numpy as np
import pandas as pd

from cockpit.domain.bridge import forecast_activity, reference_activity
from cockpit.domain.deviation import split_difference
from cockpit.domain.paths import OutturnPaths
from cockpit.domain.prognosis import EFFECT_COLUMNS
from cockpit.domain.reference import PLACEMENT_STEPS, PREVENTION_STEPS, Reference

BUDGET, LAST_YEAR = "budget", "last_year"


def type_effects(outturn: OutturnPaths, budget: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Compare the year's expected volume and price of each type with the budget's, else with last year's, indexed.

    Args:
        budget: `domain.budget.budget_by_leaf` of the as-of year.

    Returns:
        EFFECT_COLUMNS, one row per type with activity on either side: `basis` says what 0 is (`budget` where any of
        the type's budget assumes a volume, else `last_year`); prices in kr. per person-year, NaN without volume.
    """
    if budget.empty:
        return pd.DataFrame(columns=list(EFFECT_COLUMNS))
    by_leaf = budget.reindex(pd.MultiIndex.from_frame(outturn.leaves))
    leaves = _leaves(outturn, by_leaf, reference)
    summed = leaves.groupby("key", sort=False).sum()
    return pd.DataFrame(
        {
            "key": summed.index,
            "basis": np.where(summed["assumed"] > 0, BUDGET, LAST_YEAR),
            "person_years0": summed["volume0"].to_numpy(),
            "price0": _price(summed["cost0"], summed["volume0"]),
            "person_years1": summed["volume1"].to_numpy(),
            "price1": _price(summed["cost1"], summed["volume1"]),
            "volume_effect": summed["volume_effect"].to_numpy(),
            "price_effect": summed["price_effect"].to_numpy(),
        }
    )[list(EFFECT_COLUMNS)]


def _leaves(outturn: OutturnPaths, budget: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    volume0, cost0 = reference_activity(outturn, budget, reference)
    volume1, cost1 = forecast_activity(outturn)
    types = outturn.leaves["type_key"]
    on_ladder = np.array([reference.step_of(key) in PLACEMENT_STEPS + PREVENTION_STEPS for key in types])
    inside = np.flatnonzero(((volume1 > 0) | (volume0 > 0)) & on_ladder)
    splits = [split_difference(*(side[at : at + 1] for side in (volume0, cost0, volume1, cost1))) for at in inside]
    return pd.DataFrame(
        {
            "key": types.to_numpy()[inside],
            "assumed": budget["person_years"].notna().to_numpy()[inside].astype(int),
            "volume0": volume0[inside],
            "cost0": cost0[inside],
            "volume1": volume1[inside],
            "cost1": cost1[inside],
            "volume_effect": [split.volume + split.mix for split in splits],
            "price_effect": [split.price for split in splits],
        }
    )


def _price(cost: pd.Series, volume: pd.Series) -> np.ndarray:
    return (cost / volume.where(volume > 0)).to_numpy()
