"""A municipality of its own parameters, drawn around those of its mechanics; and what it is without one feature."""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.world.exits import Exits, LatentExits, PlannedExits, WeibullExits
from cockpit.domain.reference import Reference, RefundRule

SETTINGS = Path(__file__).with_name("settings.toml")
MECHANICS = ("latent", "planned", "seasonal")
MAJORITY, LAST_AGE = 18 * 12, 23 * 12
PRICE_YEAR = 2024
FEATURES = (
    "late_invoices", "registration", "ageing_out", "prices", "inflow", "refund", "closing", "lumps", "moves", "extras",
)  # fmt: skip


@dataclass(frozen=True)
class Lump:
    """Money beside the activity, booked in its month: a log walk of spread and memory around a share of all cost."""

    name: str
    account: str
    share: float
    spread: float
    memory: float
    months: tuple[int, ...]


@dataclass(frozen=True)
class Team:
    """A type whose children a salaried team cares for: what it costs to what their prices add up to, and its walk."""

    kind: int
    level: float
    spread: float
    memory: float


@dataclass(frozen=True)
class Town:
    """Everything that does not depend on chance in a municipality's life; arrays are per type unless said otherwise.

    starts: families a month in January of `year`; trend: log a year; season: per calendar month; inflow_strength: of
    the Gamma (mean one) of a year's level; price: kr. a month at the level of 2024; ages: months at start, lowest and
    highest; index: factor of each year; lags: share booked 0, 1 ... months after the bill's month, per supplier;
    registration: share registered 0, 1 ... months after the start, (types, lags); moves: chance that an end is a
    move, for a child and at 18, (types, 2); destination: from prevention, from placements, at 18, (3, types).
    """

    mechanics: str
    seed: int
    year: int
    inhabitants: float
    window_years: int
    burn_in_years: int
    types: tuple[str, ...]
    placement: np.ndarray
    account: tuple[str, ...]
    per_day: np.ndarray
    starts: np.ndarray
    trend: float
    season: np.ndarray
    inflow_strength: float
    families: np.ndarray
    price: np.ndarray
    sigma: np.ndarray
    ages: np.ndarray
    index: dict[int, float]
    index_month: int
    contract_spread: float
    renegotiation: tuple[float, float, float]
    net_factor: np.ndarray
    extra_spread: float
    registration: np.ndarray
    suppliers: np.ndarray
    lags: tuple[np.ndarray, ...]
    closing_share: float
    closing_strength: float
    refund_share: float
    refund_offset: int
    refund_rules: tuple[RefundRule, ...]
    moves: np.ndarray
    destination: np.ndarray
    exits: Exits
    missing_expected_end: float
    typed: bool
    identified: bool
    aggregated: bool
    lumps: tuple[Lump, ...]
    team: Team | None

    @property
    def n_types(self) -> int:
        """Number of types."""
        return len(self.types)

    @property
    def longest_registration(self) -> int:
        """Months after which every start is on record."""
        return self.registration.shape[1] - 1

    def month(self, year: int, month: int) -> int:
        """Ordinal of a calendar month."""
        return (year - 1970) * 12 + month - 1

    @property
    def window(self) -> int:
        """First month that the extracts show."""
        return self.month(self.year - self.window_years, 1)

    @property
    def begin(self) -> int:
        """First month lived."""
        return self.window - 12 * self.burn_in_years

    @property
    def end(self) -> int:
        """December of the year that is forecast."""
        return self.month(self.year, 12)

    def rate(self, month: int) -> np.ndarray:
        """Expected new families per type in a month of a year of usual inflow."""
        years = (month - self.month(self.year, 1)) / 12
        return self.starts * self.season[month % 12] * np.exp(self.trend * years)

    def rise(self, month: int) -> float:
        """Factor by which prices rise at the beginning of a month."""
        return self.index[1970 + month // 12] if month % 12 + 1 == self.index_month else 1.0

    def first_level(self) -> float:
        """Price level of the first month against that of 2024."""
        later = [self.rise(month) for month in range(self.begin + 1, self.month(PRICE_YEAR, 12) + 1)]
        return 1 / float(np.prod(later))

    def refund_rule(self, month: int) -> RefundRule:
        """The rule in force."""
        period = pd.Period(ordinal=month, freq="M")
        return max((rule for rule in self.refund_rules if rule.valid_from <= period), key=lambda rule: rule.valid_from,
                   default=self.refund_rules[0])  # fmt: skip


def read_settings() -> dict:
    """The settings file."""
    return tomllib.loads(SETTINGS.read_text())


def draw_town(mechanics: str, seed: int, reference: Reference, *, settings: dict | None = None) -> Town:
    """Draw a municipality of a mechanics; the same seed gives the same one.

    What is drawn stays in this order: in another the same seed would be another municipality.
    """
    known = settings or read_settings()
    common, own, types = known["common"], known["mechanics"][mechanics], known["types"]
    rng = np.random.default_rng([seed, 0])
    of = {name: np.array([record.get(name, 0) for record in types.values()]) for name in next(iter(types.values()))}
    placement = np.array([bool(record.get("placement")) for record in types.values()])
    low, high = np.log(common["inhabitants"])
    inhabitants = float(np.exp(rng.uniform(low, high)))
    spread = np.exp(common["start_spread"] * rng.standard_normal(len(types)))
    year = int(rng.choice(common["years"]))
    index = _index(year, common, reference, rng)
    registration = np.stack([_dirichlet(common[f"registration_{'placement' if one else 'prevention'}"],
                                        common["registration_strength"], rng) for one in (False, True)])  # fmt: skip
    return Town(
        mechanics=mechanics,
        seed=seed,
        year=year,
        inhabitants=inhabitants,
        window_years=common["window_years"],
        burn_in_years=common["burn_in_years"],
        types=tuple(types),
        placement=placement,
        account=tuple(of["account"]),
        per_day=of["unit"] == "day",
        ages=np.array([record["age"] for record in types.values()]) * 12,
        registration=registration[placement.astype(int)],
        **_inflow(of["starts"] * inhabitants / 10_000 * spread, common, own, rng),
        **_prices(of, index, common, own, rng),
        **_books(common, own, reference, rng),
        moves=_moves(placement, common, rng),
        destination=_destination(types),
        exits=_exits(mechanics, own, tuple(types), rng),
        missing_expected_end=0.0 if mechanics == "planned" else common["missing_expected_end"],
        typed=bool(rng.random() < common["typed_ledger"]),
        identified=bool(rng.random() < common["identified_ledger"]),
        aggregated=own.get("aggregated", False),
        lumps=tuple(_lump(name, record) for name, record in known["lumps"].items()),
        team=_team(own, list(types), rng),
    )


def _index(year: int, common: dict, reference: Reference, rng: np.random.Generator) -> dict[int, float]:
    """By what prices rise into each year lived, a little otherwise than the reference table has it."""
    years = range(year - common["window_years"] - common["burn_in_years"], year + 2)
    wobble = {y: np.exp(common["index_spread"] * rng.standard_normal()) for y in years}
    return {y: reference.index_between(y - 1, y) * wobble[y] for y in years}


def _inflow(starts: np.ndarray, common: dict, own: dict, rng: np.random.Generator) -> dict:
    """`starts`: children a month per type."""
    families = np.array(own["families"])
    return {
        "starts": starts / (families @ (1 + np.arange(len(families)))),
        "trend": common["trend_spread"] * rng.standard_normal(),
        "season": np.array(own["season"]),
        "inflow_strength": own["inflow_strength"],
        "families": families,
    }


def _prices(
    of: dict[str, np.ndarray], index: dict[int, float], common: dict, own: dict, rng: np.random.Generator
) -> dict:
    n = len(of["price"])
    return {
        "price": of["price"] * np.exp(common["price_spread"] * rng.standard_normal(n)),
        "sigma": of["sigma"].astype(float),
        "index": index,
        "index_month": own["index_month"],
        "contract_spread": own.get("contract_spread", 0.0),
        "renegotiation": tuple(own["renegotiation"]),
        "net_factor": np.where(rng.random(n) < common["private_share"], common["private_factor"], 1.0),
        "extra_spread": common["extra_spread"],
    }


def _books(common: dict, own: dict, reference: Reference, rng: np.random.Generator) -> dict:
    """When cost is booked, and what of it comes back."""
    kinds = ("monthly", "quarterly", "intermunicipal")
    return {
        "suppliers": np.array(own["suppliers"]),
        "lags": tuple(_dirichlet(common[f"lag_{kind}"], common["lag_strength"], rng) for kind in kinds),
        "closing_share": rng.uniform(*common["closing_share"]),
        "closing_strength": common["closing_strength"],
        "refund_share": rng.uniform(*common["refund_share"]),
        "refund_offset": own["refund_offset"],
        "refund_rules": reference.refund_rules,
    }


def _team(own: dict, types: list[str], rng: np.random.Generator) -> Team | None:
    if not (name := own.get("team")):
        return None
    return Team(types.index(name), rng.uniform(*own["team_level"]), own["team_spread"], own["team_memory"])


def _dirichlet(shares: list[float], strength: float, rng: np.random.Generator) -> np.ndarray:
    """Shares of a municipality's own; none that are zero."""
    weights = np.array(shares) * strength
    drawn = rng.gamma(np.maximum(weights, 1e-9)) * (weights > 0)
    return drawn / drawn.sum()


def _moves(placement: np.ndarray, common: dict, rng: np.random.Generator) -> np.ndarray:
    child = np.where(placement, common["moves_placement"], common["moves_prevention"])
    return np.column_stack([child * rng.uniform(0.7, 1.3), placement * rng.uniform(*common["aftercare"])])


def _destination(types: dict) -> np.ndarray:
    names = ("to_prevention", "to_placement", "to_adult")
    weights = np.array([[record.get(name, 0.0) for record in types.values()] for name in names])
    return weights / weights.sum(axis=1, keepdims=True)


def _exits(mechanics: str, own: dict, types: tuple[str, ...], rng: np.random.Generator) -> Exits:
    """The mechanics' durations, each type's a little longer or shorter than elsewhere."""
    first, second, *rest = np.array([own["exits"][key] for key in types], dtype=float).T
    longer = np.exp(0.15 * rng.standard_normal(len(types)))
    if mechanics == "latent":
        return LatentExits(first, np.maximum(second * longer, 1.5), rest[0] * longer)
    if mechanics == "planned":
        return PlannedExits(first * longer, second, rest[0])
    return WeibullExits(first * longer, second, np.array(own["end_season"]))


def _lump(name: str, record: dict) -> Lump:
    months = tuple(record.get("months", range(1, 13)))
    return Lump(name, record["account"], record["share"], record["spread"], record["memory"], months)


def without(town: Town, feature: str, reference: Reference) -> Town:
    """The same municipality with one feature of the world switched off: what an error is made of.

    Raises:
        KeyError: there is no such feature.
    """
    at_once = np.zeros_like(town.registration)
    at_once[:, 0] = 1.0
    changes = {
        "late_invoices": {"lags": (np.ones(1),) * 3, "suppliers": np.array([1.0, 0.0, 0.0])},
        "registration": {"registration": at_once},
        "ageing_out": {"ages": np.minimum(town.ages, 12)},
        "prices": {
            "renegotiation": (0.0, 0.0, 0.0),
            "contract_spread": 0.0,
            "index_month": 1,
            "index": {y: reference.index_between(y - 1, y) for y in town.index},
        },
        "inflow": {"inflow_strength": 1e7, "trend": 0.0, "families": np.ones(1)},
        "refund": {"refund_share": 0.0},
        "closing": {"closing_strength": 1e7},
        "lumps": {"lumps": (), "team": None},
        "moves": {"moves": np.zeros_like(town.moves)},
        "extras": {"extra_spread": 0.0, "net_factor": np.ones(town.n_types)},
    }
    return replace(town, **changes[feature])
