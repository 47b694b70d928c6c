"""Where simulated spells are added up: volume and cost by kind, flows and refund, on all paths."""

from dataclasses import dataclass

import numpy as np

from models.activity.districts import Districts, DistrictSums
from models.activity.record import Recorder

KNOWN, NEW, MOVED = range(3)
N_KINDS = 3
ENTRIES, EXITS, MOVES_IN, MOVES_OUT = range(4)


@dataclass(frozen=True)
class Sums:
    """Accumulators, filled block by block of paths.

    `volume`, `cost`: (N_KINDS, n_paths, n_types, m). `flows`: (4, n_paths, n_types, m + 1), slot 0 is what happened
    before the first month. `refund`: (n_paths, m). `recorder` takes down the spells themselves where asked to,
    `districts` what each district takes of them.
    """

    volume: np.ndarray
    cost: np.ndarray
    flows: np.ndarray
    refund: np.ndarray
    recorder: Recorder | None = None
    districts: DistrictSums | None = None

    @classmethod
    def zeros(
        cls,
        n_paths: int,
        n_types: int,
        n_months: int,
        recorder: Recorder | None = None,
        districts: Districts | None = None,
    ) -> "Sums":
        """Start from nothing."""
        shape = (n_paths, n_types, n_months)
        return cls(
            np.zeros((N_KINDS, *shape)),
            np.zeros((N_KINDS, *shape)),
            np.zeros((4, n_paths, n_types, n_months + 1), dtype=np.int32),
            np.zeros((n_paths, n_months)),
            recorder,
            None if districts is None else DistrictSums.zeros(districts, n_paths, n_types),
        )

    def block(self, paths: slice) -> "Sums":
        """A view of some paths."""
        recorder = None if self.recorder is None else self.recorder.from_path(paths.start)
        districts = None if self.districts is None else self.districts.block(paths)
        by_path = (self.volume[:, paths], self.cost[:, paths], self.flows[:, paths], self.refund[paths])
        return Sums(*by_path, recorder, districts)

    def add_flow(self, flow: int, path: np.ndarray, kind: np.ndarray, month: np.ndarray, sign: int = 1) -> None:
        """Count events at months relative to the first (earlier ones in slot 0; later ones are dropped)."""
        n_paths, n_types, slots = self.flows.shape[1:]
        flat = (path * n_types + kind) * (slots + 1) + np.clip(month + 1, 0, slots)
        counts = np.bincount(flat, minlength=n_paths * n_types * (slots + 1)).reshape(n_paths, n_types, slots + 1)
        self.flows[flow] += sign * counts[:, :, :slots].astype(np.int32)

    def stock(self) -> np.ndarray:
        """Spells in force after each month's ends, (n_paths, n_types, m)."""
        change = self.flows[ENTRIES] + self.flows[MOVES_IN] - self.flows[EXITS] - self.flows[MOVES_OUT]
        return np.cumsum(change, axis=2)[:, :, 1:]
