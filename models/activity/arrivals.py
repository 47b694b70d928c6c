"""New spells: a Poisson regression of monthly starts per type, with season, damped trend and overdispersion.

    log E[starts registered by now] = type + month of the year + slope_step * years + log F(lag) + e log(population)

F is the share registered by now (`registration`), so the last months speak with the weight they have. Prior
observations, as in `hazard`, pull slopes towards zero, and season and the types' parts of all starts towards those of
the whole history, whatever window is used. The slope is damped: each further year adds `TREND_DAMPING` of the one
before. Variance = dispersion x mean (siblings); the level of each type wanders from year
to year beyond that, estimated by moments. A known event (`Change`) adds a step
from its month on, pulled towards none by prior observations; one still to come adds a draw of that prior.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import gammaincinv, ndtr
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM

from cockpit.domain.reference import Reference
from models.activity.draws import Draw
from models.activity.glm import fit_glm, symmetric_root
from models.activity.history import History
from models.activity.registration import Registration

MONTHS = 12
PRIOR_TYPE, PRIOR_SEASON, PRIOR_TREND = 0.25, 10.0, 60.0
PRIOR_CHANGE = 16.0  # a known event moves inflow by a quarter, give or take: prior standard deviation 1 / sqrt(16)
TREND_DAMPING = 0.7
# Levels move: from one year to the next English authorities miss children in care by 6 %, spending by 9 %. Four or five
# years cannot tell such a spread from none, so it leans on that with the weight of two pairs of years.
PRIOR_WANDER, PRIOR_PAIRS = 0.08, 2.0
LONGEST_AVERAGE = 36  # months; longer windows are only chosen where the level has been steady
SMALLEST_SPREAD = 1e-6  # of a variance: nobody's mean is known better
LEAST_WEIGHT = 0.1  # of the best candidate's, below which a candidate need not be fitted again
SMALLEST_SHARE = 1e-6  # of a month's starts registered so far: the month then says nothing
ORIGINS, ORIGINS_PER_YEAR = 8, 4  # past forecasts that decide, a quarter apart; a year ahead they overlap
SHORTEST_TREND = 36  # months of history up to which a trend of all of it is not asked for
CANDIDATES: tuple[tuple[int | None, bool], ...] = (
    (6, False),
    (12, False),
    (24, False),
    (36, False),
    (36, True),
    (None, False),
    (None, True),
)


ArrivalWeights = dict[tuple[int | None, bool], float]


@dataclass(frozen=True)
class Change:
    """A known event's touch on inflow: from a month on, for the types of one step of the ladder, (n_types,) of bool."""

    month: int
    types: np.ndarray

    def on(self, months: np.ndarray) -> np.ndarray:
        """One where it is in force, shape (n_types, n_months)."""
        return self.types[:, None] * (months >= self.month)


@dataclass(frozen=True)
class ArrivalFit:
    """Fitted arrivals.

    Attributes:
        coefficients: types, then twelve months, then one slope per step (if `trend`), then one per change.
        window: months used, None for all; trend: whether the slope was allowed.
        dispersion: variance / mean of monthly starts, >= 1.
        wander: standard deviation per year of a type's own log level beyond Poisson chance.
        common: the same of the level that all types share.
        level, level_error: that shared level at the origin against the fit's average, log, and its standard error.
        changes: known events within the months used; coming: those after them.
    """

    coefficients: np.ndarray
    covariance: np.ndarray
    groups: np.ndarray
    window: int | None
    trend: bool
    origin: int
    dispersion: float
    wander: float
    common: float
    starts: int
    converged: bool
    changes: tuple[Change, ...] = ()
    coming: tuple[Change, ...] = ()
    level: float = 0.0
    level_error: float = 0.0

    @cached_property
    def root(self) -> np.ndarray:
        """The square root of the covariance, for drawing."""
        return symmetric_root(self.covariance * self.dispersion)

    def draw(self, months: np.ndarray, log_size: np.ndarray, draw: Draw) -> np.ndarray:
        """Draw the mean number of starts per type and month, shape (n_types, n_months).

        Args:
            months: ordinals; `log_size`: elasticity x log population of each, shape (n_months,).
            draw: of which block.
        """
        design = self._design(months)
        error = self._error(design, draw).reshape(len(self.groups), len(months))
        drawn = self._mean(design, log_size) * error * np.exp(self._wandering(months, draw))
        spread = 1 / np.sqrt(PRIOR_CHANGE)
        for at, change in enumerate(self.coming):
            drawn *= np.exp((draw.normal(f"event {at} to come") - spread / 2) * spread * change.on(months))
        return drawn

    def _error(self, design: np.ndarray, draw: Draw) -> np.ndarray:
        """Factors of mean one for what is not known of the means, one per row of the design, all from one draw.

        Gamma, not log-normal: it is what a Poisson count says of its mean. Both agree where a type has many starts;
        where it has next to none, a log-normal's mean is many times the estimate and its tail has no end.
        """
        roots = design @ self.root
        spread = np.sqrt(np.maximum(np.sum(roots**2, axis=1), SMALLEST_SPREAD))
        normal = roots @ draw.normal("inflow", roots.shape[1]) / spread
        shape = 1 / spread**2
        return np.asarray(gammaincinv(shape, ndtr(normal)) / shape)

    def _wandering(self, months: np.ndarray, draw: Draw) -> np.ndarray:
        """A random walk of log levels from year to year with mean one, shape (n_types, n_months).

        Over the first year ahead the walk has half a step behind it on average. The shared one begins where the filter
        stands, a type's own a third of a step for every year that its level was averaged over: the mean of a walk lies
        that far from its end.
        """
        year = np.maximum((months - self.origin + MONTHS - 1) // MONTHS, 0)
        averaged = min(self.window or LONGEST_AVERAGE, LONGEST_AVERAGE) / MONTHS / 3
        ahead = np.arange(year.max(initial=0) + 1)
        half = np.where(ahead > 0, ahead - 0.5, 0.0)
        own = self.wander**2 * np.where(ahead > 0, half + averaged, 0.0)
        shared = self.common**2 * half + self.level_error**2
        n = len(self.groups), len(ahead)
        each, every = _walk(own, draw.normal("inflow of a type", *n)), _walk(shared, draw.normal("all inflow", n[1]))
        return each[:, year] + self.level + every[year]

    def mean(self, months: np.ndarray, log_size: np.ndarray) -> np.ndarray:
        """Expected starts per type and month at the level of the origin, shape (n_types, n_months)."""
        return self._mean(self._design(months), log_size) * float(np.exp(self.level))

    def _mean(self, design: np.ndarray, log_size: np.ndarray) -> np.ndarray:
        return np.asarray(np.exp((design @ self.coefficients).reshape(len(self.groups), -1) + log_size))

    def _design(self, months: np.ndarray) -> np.ndarray:
        years = damped_years(months - self.origin)
        return _with_changes(_design(years, months % MONTHS, self.groups, self.trend), months, self.changes)

    def stepped(self, months: np.ndarray) -> np.ndarray:
        """What known events add to the log mean, shape (n_types, n_months)."""
        sizes = self.coefficients[len(self.coefficients) - len(self.changes) :]
        nothing = np.zeros((len(self.groups), len(months)))
        return sum((size * change.on(months) for size, change in zip(sizes, self.changes, strict=True)), nothing)


def damped_years(months: np.ndarray) -> np.ndarray:
    """Years since the origin, linear in the past, damped geometrically in the future."""
    years = months / MONTHS
    ahead = (1 - TREND_DAMPING ** np.maximum(years, 0)) / -np.log(TREND_DAMPING)
    return np.where(years > 0, ahead, years)


def monthly_starts(history: History) -> np.ndarray:
    """Count granted starts that continue no other spell, per type and month from `first` to `as_of`; (n_types, m)."""
    spells = history.spells
    size = history.as_of - history.first + 1
    inside = (spells["start_month"] >= history.first) & (spells["start_month"] <= history.as_of)
    used = spells[inside & spells["granted"] & (spells["predecessor"] < 0)]
    counts = np.zeros((history.n_types, size))
    np.add.at(counts, (used["type_code"].to_numpy(), used["start_month"].to_numpy() - history.first), 1.0)
    return counts


def _walk(variance: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """Random walks with the given variance and, in levels, mean one; normals and result shape (..., len(variance))."""
    return np.asarray(np.cumsum(normal * np.sqrt(np.diff(variance, prepend=0.0)), axis=-1) - variance / 2)


def log_sizes(population: pd.DataFrame | None, reference: Reference, months: np.ndarray) -> np.ndarray:
    """Elasticity x log of the child population in each month's year, shape (n_months,); zeros without a population.

    Years outside the table take its nearest year.
    """
    if population is None or population.empty:
        return np.zeros(len(months))
    low, high = (reference.assumption(f"population_{end}_age").value for end in ("from", "to"))
    children = population[population["age"].between(low, high)].groupby("year")["count"].sum()
    children = children[children > 0]
    if children.empty:
        return np.zeros(len(months))
    years = np.clip(months // MONTHS + 1970, children.index.min(), children.index.max())
    size = np.interp(years, children.index.to_numpy(float), children.to_numpy(float))
    return np.asarray(reference.assumption("population_inflow_elasticity").value * np.log(size / children.mean()))


@dataclass(frozen=True)
class StartTable:
    """Starts per type and month with the log of the share registered and of the population; months are ordinals.

    `changes` are the known events that move them, those after the last month too.
    """

    counts: np.ndarray
    months: np.ndarray
    log_share: np.ndarray
    log_size: np.ndarray
    changes: tuple[Change, ...] = ()

    def between(self, first: int, last: int) -> "StartTable":
        """Cut to [first, last]."""
        keep = (self.months >= first) & (self.months <= last)
        kept = (self.counts[:, keep], self.months[keep], self.log_share[:, keep], self.log_size[keep])
        return StartTable(*kept, self.changes)


def start_table(
    history: History, registration: Registration, log_size: np.ndarray, changes: tuple[Change, ...] = ()
) -> StartTable:
    """Lay out the history for the fit; `log_size` is for the months from `first` to `as_of`."""
    months = np.arange(history.first, history.as_of + 1)
    share = np.maximum(registration.share(history.as_of - months), SMALLEST_SHARE)
    return StartTable(monthly_starts(history), months, np.log(share), log_size, changes)


def changes_of(months_of_types: list[tuple[int, ...]], steps: np.ndarray) -> tuple[Change, ...]:
    """Return the changes of known events: one per month and step of the ladder, over the types touched.

    Args:
        months_of_types: per type the ordinals of the months in which events move its inflow.
        steps: step of the ladder of each type, shape (n_types,).
    """
    months = sorted({month for own in months_of_types for month in own})
    touched = {month: np.array([month in own for own in months_of_types]) for month in months}
    pairs = [(month, step) for month in months for step in np.unique(steps[touched[month]])]
    return tuple(Change(month, touched[month] & (steps == step)) for month, step in pairs)


@dataclass(frozen=True)
class ArrivalMixture:
    """Fits on several windows, with and without trend, each with the weight that its forecasts of past years earned."""

    fits: tuple[ArrivalFit, ...]
    weights: np.ndarray

    def pick(self, draw: Draw) -> ArrivalFit:
        """Draw one of the fits."""
        place = float(draw.uniform("window of inflow")) * self.weights.sum()
        return self.fits[min(int(np.searchsorted(np.cumsum(self.weights), place)), len(self.fits) - 1)]

    @property
    def known(self) -> ArrivalWeights:
        """Window and trend of each fit with its weight."""
        return {(fit.window, fit.trend): float(weight) for fit, weight in zip(self.fits, self.weights, strict=True)}

    @property
    def best(self) -> ArrivalFit:
        """The fit with the greatest weight."""
        return self.fits[int(np.argmax(self.weights))]


@dataclass(frozen=True)
class Wandering:
    """How starts vary: variance / mean from month to month, and the yearly standard deviation of log levels beyond
    that, of a type's own and of what all share."""

    dispersion: float
    own: float
    common: float


def fit_arrivals(table: StartTable, steps: np.ndarray, known: ArrivalWeights | None = None) -> ArrivalMixture:
    """Fit every candidate and weigh it by its held-out likelihood, even weights where history is too short to tell.

    How far back to look decides more than the model, and two past years cannot settle it: so it is averaged over. Past
    origins lie a quarter apart, the newest with only a quarter to be judged by: a level that has moved within the year
    is seen there first.

    Args:
        known: weights that are decided already; candidates that hardly weigh are then left out.
    """
    last = int(table.months[-1])
    usual = _usual(table, steps, last)
    spread = _wandering_of(_fit(table, steps, last, None, False, usual), table)
    if known is not None:
        kept = {one: weight for one, weight in known.items() if weight >= LEAST_WEIGHT * max(known.values())}
        fits = tuple(_at_present(_fit(table, steps, last, *one, usual), spread, table) for one in kept)
        return ArrivalMixture(fits, np.array(list(kept.values())))
    candidates = _candidates(len(table.months))
    fits = tuple(_at_present(_fit(table, steps, last, *candidate, usual), spread, table) for candidate in candidates)
    first = int(table.months[0]) + MONTHS - 1
    origins = [at for back in range(1, ORIGINS + 1) if (at := last - back * MONTHS // ORIGINS_PER_YEAR) >= first]
    likelihood = np.zeros(len(candidates))
    for origin in origins:
        then = _usual(table, steps, origin)
        likelihood += [_held_out(table, steps, origin, spread, then, *candidate) for candidate in candidates]
    likelihood /= ORIGINS_PER_YEAR
    return ArrivalMixture(fits, np.exp(likelihood - likelihood.max()))


def _candidates(n_months: int) -> tuple[tuple[int | None, bool], ...]:
    """Windows shorter than the history, and the whole of it; a trend of the whole from three years on."""
    longer_than: dict[tuple[int | None, bool], int] = {(None, False): 0, (None, True): SHORTEST_TREND}
    return tuple(one for one in CANDIDATES if n_months > longer_than.get(one, one[0] or 0))


@dataclass(frozen=True)
class Usual:
    """What the whole history says: log starts a month of each type, (n_types,), and log season, (12,).

    Windows lean on it, whatever their level: half a year's level is no season, and a type that nobody entered lately
    is rare, not unknown.
    """

    types: np.ndarray
    season: np.ndarray

    def at_level_of(self, used: "StartTable", offset: np.ndarray) -> np.ndarray:
        """The types' log starts where all together are as many as in the months used; offset as their counts."""
        expected = np.exp(self.types[:, None] + self.season[used.months % MONTHS] + offset)
        return self.types + np.log((used.counts.sum() + 0.5) / (expected.sum() + 0.5))


def _usual(table: StartTable, steps: np.ndarray, origin: int) -> Usual:
    """Fit the whole history up to an origin.

    Season is that of its whole years, none where there are under two: a level that has moved would pass for it.
    """
    n_types, years = len(table.counts), int(origin - table.months[0] + 1) // MONTHS
    types, season = np.zeros(n_types), np.zeros(MONTHS)
    if years >= 2:
        whole_years = _fit(table, steps, origin, years * MONTHS, False, Usual(types, season))
        season = whole_years.coefficients[n_types : n_types + MONTHS]
    return Usual(_fit(table, steps, origin, None, False, Usual(types, season)).coefficients[:n_types], season)


def _held_out(
    table: StartTable,
    steps: np.ndarray,
    origin: int,
    spread: Wandering,
    usual: Usual,
    window: int | None,
    trend: bool,
) -> float:
    """Log-likelihood (up to a constant) of the year after an origin, as far as it is over; log counts are normal.

    Their errors hold chance and what levels wander, of each type and of all together: without the latter one common
    move would count as often as there are spells, and decide alone. (common^2 + diagonal, by Sherman and Morrison.)
    """
    past = table.between(table.months[0], origin)
    fit = _at_present(_fit(table, steps, origin, window, trend, usual), spread, past)
    ahead = table.between(origin + 1, origin + MONTHS)
    years = len(ahead.months) / MONTHS
    mean = (fit.mean(ahead.months, ahead.log_size) * np.exp(ahead.log_share)).sum(axis=1) + 0.5
    error = np.log((ahead.counts.sum(axis=1) + 0.5) / mean)
    variance = spread.own**2 * years + spread.dispersion / mean
    common = spread.common**2 * years
    inflation = 1 + common * np.sum(1 / variance)
    squares = np.sum(error**2 / variance) - common * np.sum(error / variance) ** 2 / inflation
    return float(-0.5 * (squares + np.sum(np.log(variance)) + np.log(inflation)))


def _fit(
    table: StartTable, steps: np.ndarray, origin: int, window: int | None, trend: bool, usual: Usual
) -> ArrivalFit:
    first = table.months[0] if window is None else origin - window + 1
    used = table.between(first, origin)
    groups = np.unique(steps, return_inverse=True)[1]
    changes = tuple(one for one in table.changes if used.months[0] < one.month <= origin)
    years = damped_years(used.months - origin)
    design = _with_changes(_design(years, used.months % MONTHS, groups, trend), used.months, changes)
    prior = _prior(len(groups), int(groups.max()) + 1 if trend else 0, len(changes))
    offset = used.log_share + used.log_size
    rest = np.zeros(len(prior) - len(groups) - MONTHS)
    centres = np.concatenate([usual.at_level_of(used, offset), usual.season, rest])
    model = GLM(
        np.concatenate([used.counts.ravel(), prior]),
        np.vstack([design, np.eye(len(prior))]),
        family=families.Poisson(),
        offset=np.concatenate([offset.ravel(), np.log(prior) - centres]),
        hasconst=False,  # nothing here asks for it, and looking for a constant takes longer than the fit
    )
    fit = fit_glm(model, centres)
    dispersion = _dispersion(used.counts, np.exp((design @ fit.coefficients).reshape(used.counts.shape) + offset))
    return ArrivalFit(
        fit.coefficients, fit.covariance, groups, window, trend, origin, dispersion, 0.0, 0.0,
        int(used.counts.sum()), fit.converged, changes, tuple(one for one in table.changes if one.month > origin),
    )  # fmt: skip


def _design(years: np.ndarray, month: np.ndarray, groups: np.ndarray, trend: bool) -> np.ndarray:
    """Rows type-major: type, month of the year, and years x step."""
    n_types, n_months = len(groups), len(years)
    kind = np.repeat(np.eye(n_types), n_months, axis=0)
    season = np.tile(np.eye(MONTHS)[month], (n_types, 1))
    if not trend:
        return np.hstack([kind, season])
    step = np.eye(int(groups.max()) + 1)[groups]
    slopes = np.repeat(step, n_months, axis=0) * np.tile(years, n_types)[:, None]
    return np.hstack([kind, season, slopes])


def _with_changes(design: np.ndarray, months: np.ndarray, changes: tuple[Change, ...]) -> np.ndarray:
    """Add one column per known event."""
    return np.hstack([design, *(one.on(months).reshape(-1, 1) for one in changes)])


def _prior(n_types: int, n_slopes: int, n_changes: int) -> np.ndarray:
    counts = (n_types, MONTHS, n_slopes, n_changes)
    return np.repeat([PRIOR_TYPE, PRIOR_SEASON, PRIOR_TREND, PRIOR_CHANGE], counts)


def _dispersion(counts: np.ndarray, mean: np.ndarray) -> float:
    """Pearson's chi-square / degrees of freedom within whole years, at least one; types too rare to tell are left out.

    Each year is held against its own level: what levels wander is not chance from month to month.
    """
    n_years = counts.shape[1] // MONTHS
    common = mean.mean(axis=1) >= 0.3
    freedom = common.sum() * n_years * (MONTHS - 1) - MONTHS
    if freedom < MONTHS:
        return 1.0
    shape = (int(common.sum()), n_years, MONTHS)
    seen, expected = (table[common, -n_years * MONTHS :].reshape(shape) for table in (counts, mean))
    expected = expected * (seen.sum(axis=2, keepdims=True) + 0.5) / (expected.sum(axis=2, keepdims=True) + 0.5)
    return float(max(1.0, np.sum((seen - expected) ** 2 / expected) / freedom))


def _wandering_of(fit: ArrivalFit, table: StartTable) -> Wandering:
    """Estimate how much log levels differ from year to year beyond chance, of each type and of all together.

    E[(n1 - n0)^2] = dispersion (n0 + n1) + wander^2 (n0 + n1)^2 / 4 for neighbouring years, by moments on whole years.
    What all types together move is common; the rest of what types move is their own.
    """
    n_years = table.counts.shape[1] // MONTHS
    if n_years < 2:
        return Wandering(fit.dispersion, 0.0, PRIOR_WANDER)
    # What a known event moved is no wandering.
    recent = (table.counts / np.exp(table.log_share + fit.stepped(table.months)))[:, -n_years * MONTHS :]
    yearly = recent.reshape(len(recent), n_years, MONTHS).sum(axis=2)
    every = _excess(yearly, fit.dispersion)
    share = yearly.sum(axis=1) / max(yearly.sum(), 1.0)
    # total = common + own x sum of squared shares; every = common + own
    diversified = float(np.sum(share**2))
    total = _excess(yearly.sum(axis=0, keepdims=True), fit.dispersion)
    common = float(np.clip((total - every * diversified) / max(1 - diversified, 0.1), 0.0, every))
    return Wandering(fit.dispersion, float(np.sqrt(every - common)), float(np.sqrt(common)))


def _excess(yearly: np.ndarray, dispersion: float) -> float:
    """Variance of the yearly log change beyond chance, within [0, 1/4], leaning on the prior; yearly (rows, years)."""
    before, after = yearly[:, :-1], yearly[:, 1:]
    both = before + after
    scale = np.sum(both**2) / 4
    weight = PRIOR_PAIRS * scale / both.shape[1]
    excess = np.sum((after - before) ** 2 - dispersion * both) + weight * PRIOR_WANDER**2
    return float(np.clip(excess / max(scale + weight, 1.0), 0.0, 0.25))


def _at_present(fit: ArrivalFit, spread: Wandering, table: StartTable) -> ArrivalFit:
    """Follow the shared level over the fit's window to its end: a Kalman filter of monthly observed / expected - 1.

    At the window's first month the walk lies a third of its steps from the window's average.
    """
    first = table.months[0] if fit.window is None else fit.origin - fit.window + 1
    used = table.between(first, fit.origin)
    expected = (fit.mean(used.months, used.log_size) * np.exp(used.log_share)).sum(axis=0)
    surprise = used.counts.sum(axis=0) / expected - 1
    step = spread.common**2 / MONTHS
    level, variance = 0.0, step * len(expected) / 3
    for seen, noise in zip(surprise, spread.dispersion / expected, strict=True):
        gain = variance / (variance + noise) if variance > 0 else 0.0
        level, variance = level + gain * (seen - level), (1 - gain) * variance + step
    return replace(
        fit, dispersion=spread.dispersion, wander=spread.own, common=spread.common,
        level=float(level), level_error=float(np.sqrt(variance)),
    )  # fmt: skip
