"""The baseline of scenarios as frames and plain values, so that the result cache can keep it on disk."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cockpit.domain.refund import RefundByMonth
from cockpit.store.result_cache import CachedResult

if TYPE_CHECKING:
    from models.scenario import ScenarioBase

SPELL_COLUMNS = (
    "path", "kind", "begins", "ends", "price", "curve", "adult", "entered", "source", "child",
)  # fmt: skip


def base_parts(base: "ScenarioBase") -> tuple[dict[str, pd.DataFrame], dict]:
    """The frames and the document that `base_from` rebuilds the baseline from, bit for bit."""
    record = base.recording
    arrays = {
        **{name: getattr(record, name) for name in ("curves", "children", "growth", "renegotiated", "level", "block")},
        **{
            f"kroner_{name}": getattr(base.kroner, name)
            for name in ("per_krone", "booked", "refund_booked", "baseline")
        },
        **{f"refund_{name}": getattr(base.refund, name) for name in ("limits", "steps")},
        **{name: getattr(base, name) for name in ("placed", "index", "person_years")},
    }
    kinds = np.repeat(np.arange(len(record.donors)), [len(prices) for prices in record.donors])
    frames = {name: pd.DataFrame({"value": array.ravel()}) for name, array in arrays.items()}
    frames["spells"] = pd.DataFrame({name: getattr(record, name) for name in SPELL_COLUMNS})
    frames["donors"] = pd.DataFrame({"kind": kinds, "price": np.concatenate([*record.donors, np.zeros(0)])})
    meta = {
        "shapes": {name: list(array.shape) for name, array in arrays.items()},
        "as_of": str(base.as_of),
        "last": str(base.months[-1]),
        "types": list(base.types),
        "per_refund": base.kroner.per_refund,
        "adult_age": base.adult_age,
        "seed": base.seed,
    }
    return frames, meta


def base_from(kept: CachedResult) -> "ScenarioBase":
    """Rebuild the baseline."""
    from models.activity.record import Recording
    from models.scenario import ScenarioBase
    from models.scenario.kroner import Kroner

    meta, shapes = kept.meta, kept.meta["shapes"]
    arrays = {name: kept.frames[name]["value"].to_numpy().reshape(shape) for name, shape in shapes.items()}
    as_of = pd.Period(meta["as_of"], "M")
    donors = kept.frames["donors"]
    prices = tuple(donors["price"][donors["kind"] == kind].to_numpy() for kind in range(len(meta["types"])))
    spells = {name: kept.frames["spells"][name].to_numpy() for name in SPELL_COLUMNS}
    own = {name: arrays[name] for name in ("curves", "children", "growth", "renegotiated", "level", "block")}
    kroner = {name: arrays[f"kroner_{name}"] for name in ("per_krone", "booked", "refund_booked", "baseline")}
    return ScenarioBase(
        as_of=as_of,
        months=pd.period_range(as_of - as_of.month + 1, meta["last"], freq="M"),
        types=tuple(meta["types"]),
        recording=Recording(**spells, **own, donors=prices),
        refund=RefundByMonth(arrays["refund_limits"], arrays["refund_steps"]),
        kroner=Kroner(**kroner, per_refund=meta["per_refund"]),
        adult_age=meta["adult_age"],
        seed=meta["seed"],
        **{name: arrays[name] for name in ("placed", "index", "person_years")},
    )
