"""The simulated spells themselves, kept spell by spell where somebody asks for them: what scenarios are computed on.

Times are positions on the clock of the simulation: month m lasts from m to m + 1, so a spell in force from `begins` to
`ends` is in force for the part of each month that the interval covers.
"""

from dataclasses import dataclass, field, replace

import numpy as np

NONE = -1
NEVER_ADULT = 10.0**6  # position of the 18th birthday of a child of unknown age
SHORTEST = 1 / 31  # a day of a long month: no spell is shorter
_COLUMNS = ("path", "kind", "begins", "ends", "price", "curve", "adult", "entered", "source", "child")
_TYPES = {
    "path": np.int32, "kind": np.int32, "begins": np.float64, "ends": np.float64, "price": np.float64,
    "curve": np.int32, "adult": np.float64, "entered": np.bool_, "source": np.int64, "child": np.int32,
}  # fmt: skip


def interval(
    start: np.ndarray, start_share: np.ndarray, end: np.ndarray, end_share: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """When spells begin and end, from the months of start and end and the part of each in force (broadcast).

    A spell within one month is in force for what both leave of it, never less than a day.
    """
    within = np.equal(start, end)
    begins = np.where(within, np.minimum(start + 1 - start_share, start + 1 - SHORTEST), start + 1 - start_share)
    ends = np.where(within, np.maximum(end + end_share, begins + SHORTEST), end + end_share)
    return begins, ends


@dataclass(frozen=True)
class Recording:
    """Simulated spells, sorted by type and within it by path.

    Attributes (all shape (n,) unless said otherwise):
        path; kind: type code; begins, ends: see the module; a spell on record that runs begins just after the as-of
        month, one that nobody sees the end of ends far beyond the clock.
        price: kr. per whole month at the prices of the as-of month, of spells that are on no record.
        curve: row of `curves` of spells on record, -1 for others.
        adult: position of the month of the 18th birthday, `NEVER_ADULT` where the age is unknown.
        entered: whether it came from outside and is not granted yet. source: the spell it continues, -1 for none.
        child: row of `children`, -1 for a child on no record or with nothing else.
        curves: kr. per whole month of spells on record without renegotiation, (n_curves, m).
        children: kr. in each month of a child on record with several expenses, (n_children, m); see `several_expenses`.
        growth: growth from the prices of the as-of month, renegotiated: growth beyond the index; (blocks, types, m).
        level: factor on the price of new spells, (blocks, types).
        block: of each path, (n_paths,).
        donors: recent starts' prices, one array per type.
    """

    path: np.ndarray
    kind: np.ndarray
    begins: np.ndarray
    ends: np.ndarray
    price: np.ndarray
    curve: np.ndarray
    adult: np.ndarray
    entered: np.ndarray
    source: np.ndarray
    child: np.ndarray
    curves: np.ndarray
    children: np.ndarray
    growth: np.ndarray
    renegotiated: np.ndarray
    level: np.ndarray
    block: np.ndarray
    donors: tuple[np.ndarray, ...]

    def __len__(self) -> int:
        return len(self.path)


@dataclass
class Recorder:
    """Takes down every spell of a simulation, block by block of paths."""

    first_path: int = 0
    _parts: dict[str, list[np.ndarray]] = field(default_factory=lambda: {name: [] for name in _COLUMNS})
    _children: list[np.ndarray] = field(default_factory=list)
    _worlds: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=list)
    _block: list[np.ndarray] = field(default_factory=list)
    _count: list[int] = field(default_factory=lambda: [0, 0])  # spells, children with several expenses
    curves: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    donors: tuple[np.ndarray, ...] = ()

    def from_path(self, first: int) -> "Recorder":
        """The same record, for a block whose paths count from `first`."""
        return replace(self, first_path=first)

    def begin_block(self, n_paths: int, growth: np.ndarray, renegotiated: np.ndarray, level: np.ndarray) -> None:
        """Take down what a block of paths shares."""
        self._block.append(np.full(n_paths, len(self._worlds)))
        self._worlds.append((growth, renegotiated, level))

    def add_children(self, expense: np.ndarray) -> np.ndarray:
        """Take down what children cost altogether, (n, m), and return the rows."""
        self._children.append(expense)
        self._count[1] += len(expense)
        return np.arange(self._count[1] - len(expense), self._count[1])

    def add(self, path: np.ndarray, **columns: np.ndarray | float) -> np.ndarray:
        """Take down spells and return their numbers, shape (n,); absent columns say nothing."""
        n = len(path)
        given = {"price": 0.0, "curve": NONE, "entered": False, "source": NONE, "child": NONE, **columns}
        given["path"] = path + self.first_path
        for name, values in given.items():
            self._parts[name].append(np.broadcast_to(np.asarray(values, dtype=_TYPES[name]), n))
        self._count[0] += n
        return np.arange(self._count[0] - n, self._count[0])

    def recording(self, n_months: int, n_paths: int) -> Recording:
        """Everything so far, sorted; a simulation without any activity has paths without spells."""
        columns = {
            name: np.concatenate(parts) if parts else np.zeros(0, dtype=_TYPES[name])
            for name, parts in self._parts.items()
        }
        order = np.lexsort((columns["path"], columns["kind"]))
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        source = columns["source"]
        columns["source"] = np.where(source >= 0, place[np.maximum(source, 0)], NONE) if len(order) else source
        nothing = (np.ones((0, n_months)), np.ones((0, n_months)), np.ones(0))
        growth, renegotiated, level = (np.stack(parts) for parts in zip(*(self._worlds or [nothing]), strict=True))
        return Recording(
            **{name: values[order] for name, values in columns.items()},
            curves=self.curves if self.curves.size else np.zeros((0, n_months)),
            children=np.concatenate([*self._children, np.zeros((0, n_months))]),
            growth=growth,
            renegotiated=renegotiated,
            level=level,
            block=np.concatenate(self._block) if self._block else np.zeros(n_paths, dtype=np.int64),
            donors=self.donors,
        )
