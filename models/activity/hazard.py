"""When spells end: a discrete-time hazard on person-months, fitted as a binomial GLM with cloglog link.

    P(end in month m | in force) = 1 - exp(-exp(x b))                          (Prentice and Gloeckler 1978)

x holds duration, age relative to the age of majority, step of the ladder and type, with step x duration, step x age
and type x duration. The model has more coefficients than a small municipality can carry: each is pulled to zero by
prior observations (data augmentation: Bedrick, Christensen and Johnson 1996; Greenland 2007), so a type with five
spells behaves like its step of the ladder, and a large type like itself. Parameter uncertainty is the Laplace
approximation of the posterior, widened by what earlier half-years varied beyond chance.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM

from models.activity.draws import Draw
from models.activity.glm import fit_glm, symmetric_root
from models.activity.history import NO_MONTH, History

# Resolution of the model: first months of each band after the first one.
DURATION_EDGES = np.array([1, 3, 6, 12, 24, 48])
N_DURATION = len(DURATION_EDGES) + 1
PHASE_OF_DURATION = np.array([0, 0, 0, 1, 1, 2, 2])  # types differ in three phases: to 6 months, to 2 years, later
N_PHASE = 3
# Months since the age of majority; the month of the birthday and its neighbours stand alone.
AGE_EDGES = np.array([-144, -72, -36, -12, -1, 0, 1, 2, 24])
AGE_UNKNOWN = len(AGE_EDGES) + 1
N_AGE = AGE_UNKNOWN + 1
TURNING = (5, 6, 7)
ADULT = (8, 9)
# Weight of the prior, in observed ends: a coefficient's prior standard deviation is about 1 / sqrt(weight).
PRIOR_MAIN, PRIOR_STEP, PRIOR_TYPE, PRIOR_INTERCEPT = 1.0, 4.0, 4.0, 0.5
MAX_LOG_HAZARD = 3.0  # an end within the month with certainty
WINDOWS = (24, 36, None)
LARGEST_VARIANCE = 1.0  # of a cell's log hazard; a cell that hardly anybody has been in says nothing of its mean
HALF_YEAR = 6
MONTHS = 12
PRIOR_SEASON = 10.0  # a calendar month leans on the others with the weight of so many ends
LARGEST_SEASON = 3.0  # log
# What was seen before an event that moved durations counts a fifth (a power prior: Ibrahim and Chen 2000).
WEIGHT_BEFORE = 0.2


@dataclass(frozen=True)
class PersonMonths:
    """One entry per spell and month at risk: month ordinal, cell of the model, whether it ended, row of the spell.

    `weight` is one, and less where a known event lies between then and now.
    """

    month: np.ndarray
    cell: np.ndarray
    ended: np.ndarray
    spell: np.ndarray
    weight: np.ndarray

    def counts(self, n_cells: int, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        """Ends and person-months per cell within [first, last], shape (n_cells,) each."""
        inside = (self.month >= first) & (self.month <= last)
        ended = inside & self.ended
        at_risk = np.bincount(self.cell[inside], self.weight[inside], minlength=n_cells)
        ends = np.bincount(self.cell[ended], self.weight[ended], minlength=n_cells)
        return ends, at_risk


def cells(type_code: np.ndarray, duration: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Return the model's cell for type codes, months since the start and age bands (broadcast)."""
    bands = np.digitize(duration, DURATION_EDGES)
    return (type_code * N_DURATION + bands) * N_AGE + age


def age_bands(month: np.ndarray, majority_month: np.ndarray) -> np.ndarray:
    """Return the age band of each month given the month of the 18th birthday (NO_MONTH where unknown)."""
    since = month - majority_month
    return np.where(majority_month == NO_MONTH, AGE_UNKNOWN, np.digitize(since, AGE_EDGES))


def person_months(history: History, majority_month: np.ndarray, changed: np.ndarray | None = None) -> PersonMonths:
    """Spread granted spells over the months they were seen at risk.

    Args:
        history: spells in month numbers.
        majority_month: month of the 18th birthday per spell, NO_MONTH where unknown, shape (n_spells,).
        changed: month of the newest known event that moved the durations of each type, shape (n_types,).
    """
    spells = history.spells
    begin = np.maximum(spells["start_month"].to_numpy(), history.first)
    end = np.minimum(spells["stop_month"].to_numpy(), history.as_of)
    length = np.where(spells["granted"], np.clip(end - begin + 1, 0, None), 0)
    spell = np.repeat(np.arange(len(spells)), length)
    step = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    month = begin[spell] + step
    duration = month - spells["start_month"].to_numpy()[spell]
    age = age_bands(month, majority_month[spell])
    cell = cells(spells["type_code"].to_numpy()[spell], duration, age)
    ended = month == spells["stop_month"].to_numpy()[spell]
    since = np.full(history.n_types, NO_MONTH) if changed is None else changed
    before = month < since[spells["type_code"].to_numpy()[spell]]
    return PersonMonths(month, cell, ended, spell, np.where(before, WEIGHT_BEFORE, 1.0))


@dataclass(frozen=True)
class Design:
    """Design matrix over all cells, shape (n_cells, n_coefficients), and each coefficient's prior weight."""

    matrix: np.ndarray
    prior: np.ndarray


def build_design(steps: np.ndarray) -> Design:
    """Lay out the design for types on the given steps of the ladder, shape (n_types,)."""
    n_types = len(steps)
    groups, group = np.unique(steps, return_inverse=True)
    kind, duration, age = (
        grid.ravel() for grid in np.meshgrid(*map(np.arange, (n_types, N_DURATION, N_AGE)), indexing="ij")
    )
    step = group[kind]
    age_class = np.select([np.isin(age, TURNING), np.isin(age, ADULT)], [0, 1], default=-1)
    blocks = [
        (_one_hot(np.zeros_like(kind), 1), PRIOR_INTERCEPT),
        (_one_hot(duration, N_DURATION), PRIOR_MAIN),
        (_one_hot(age, N_AGE), PRIOR_MAIN),
        (_one_hot(step, len(groups)), PRIOR_MAIN),
        (_one_hot(step * N_DURATION + duration, len(groups) * N_DURATION), PRIOR_STEP),
        (_one_hot(np.where(age_class < 0, -1, step * 2 + age_class), len(groups) * 2), PRIOR_STEP),
        (_one_hot(kind, n_types), PRIOR_TYPE),
        (_one_hot(kind * N_PHASE + PHASE_OF_DURATION[duration], n_types * N_PHASE), PRIOR_TYPE),
    ]
    matrix = np.hstack([block for block, _ in blocks])
    return Design(matrix, np.concatenate([np.full(block.shape[1], weight) for block, weight in blocks]))


def _one_hot(codes: np.ndarray, size: int) -> np.ndarray:
    return (codes[:, None] == np.arange(size)).astype(float)


@dataclass(frozen=True)
class HazardFit:
    """A fitted hazard: log cumulative hazard per month of each cell = design @ coefficients.

    `season` is the log relative hazard of each calendar month, (12,), with mean one over the year; `frailty` the
    standard deviation of the common log level from half-year to half-year beyond chance.
    """

    design: Design
    coefficients: np.ndarray
    covariance: np.ndarray
    window: int | None
    ends: int
    months: int
    converged: bool
    frailty: float = 0.0
    season: np.ndarray = field(default_factory=lambda: np.zeros(MONTHS))

    @cached_property
    def root(self) -> np.ndarray:
        """The square root of the covariance, for drawing."""
        return symmetric_root(self.covariance)

    def log_hazard(self, coefficients: np.ndarray | None = None) -> np.ndarray:
        """Log hazard of every cell, shape (n_cells,)."""
        chosen = self.coefficients if coefficients is None else coefficients
        return np.minimum(self.design.matrix @ chosen, MAX_LOG_HAZARD)

    def draw(self, draw: Draw) -> np.ndarray:
        """Draw the log hazard of every cell from the posterior, shape (n_cells,); the hazards' mean is the estimate."""
        moved = self.coefficients + self.root @ draw.normal("hazards", len(self.coefficients))
        level = self.frailty * draw.normal("hazards' level") - self._half_variance
        return np.minimum(self.log_hazard(moved) + level, MAX_LOG_HAZARD)

    @cached_property
    def _half_variance(self) -> np.ndarray:
        """Half the variance of each cell's log hazard, (n_cells,): what a draw's mean would lie above the estimate."""
        variance = np.sum((self.design.matrix @ self.root) ** 2, axis=1) + self.frailty**2
        return np.asarray(np.minimum(variance, LARGEST_VARIANCE) / 2)


def fit_hazard(table: PersonMonths, design: Design, first: int, last: int, window: int | None) -> HazardFit:
    """Fit the hazard on the person-months within [first, last] and the window's last months."""
    begin = first if window is None else max(first, last - window + 1)
    ends, at_risk = table.counts(len(design.matrix), begin, last)
    seen = at_risk > 0
    centre = np.log((ends.sum() + 0.5) / (at_risk.sum() + 1.0))
    prior_matrix = np.eye(len(design.prior))
    even = np.column_stack([design.prior, design.prior])
    observed = np.column_stack([ends[seen], at_risk[seen] - ends[seen]])
    # A prior observation ends with probability one half where its coefficient is zero (the intercept: at the centre).
    prior_offset = np.full(len(design.prior), np.log(np.log(2.0)))
    prior_offset[0] -= centre
    model = GLM(
        np.vstack([observed, even]),
        np.vstack([design.matrix[seen], prior_matrix]),
        family=families.Binomial(link=families.links.CLogLog()),
        offset=np.concatenate([np.zeros(int(seen.sum())), prior_offset]),
        hasconst=False,  # nothing here asks for it, and looking for a constant takes longer than the fit
    )
    fit = fit_glm(model, np.concatenate([[centre], np.zeros(len(design.prior) - 1)]))
    return HazardFit(
        design, fit.coefficients, fit.covariance, window, int(ends.sum()), int(at_risk.sum()), fit.converged
    )


def choose_window(table: PersonMonths, design: Design, first: int, last: int) -> int | None:
    """Choose how many recent months decide, by the deviance of the last year forecast from before it.

    Two origins, one and two years back; the whole history where it is too short to tell.
    """
    origins = [last - 12 * back for back in (1, 2) if last - 12 * back - first >= min(w for w in WINDOWS if w)]
    if not origins:
        return None
    score = {window: sum(_held_out(table, design, first, at, window) for at in origins) for window in WINDOWS}
    return min(WINDOWS, key=lambda window: score[window])


def _held_out(table: PersonMonths, design: Design, first: int, origin: int, window: int | None) -> float:
    """Binomial deviance (up to a constant) of the year after an origin."""
    log_hazard = fit_hazard(table, design, first, origin, window).log_hazard()
    ends, at_risk = table.counts(len(design.matrix), origin + 1, origin + 12)
    hazard = np.exp(log_hazard)
    return float(2 * np.sum((at_risk - ends) * hazard - ends * np.log(-np.expm1(-hazard))))


def season_of_ends(table: PersonMonths, fit: HazardFit, first: int, last: int) -> np.ndarray:
    """Log relative hazard by calendar month, (12,), given what durations, ages and types expect; its mean is one.

    Common to all types: most have too few ends in any one month.
    """
    inside = (table.month >= first) & (table.month <= last)
    rate = np.exp(fit.log_hazard())[table.cell[inside]]
    month, ended, weight = table.month[inside] % MONTHS, table.ended[inside], table.weight[inside]
    season = np.array([_relative(rate[own], ended[own], weight[own]) for own in np.arange(MONTHS)[:, None] == month])
    return np.asarray(season - np.log(np.mean(np.exp(season))))


def _relative(rate: np.ndarray, ended: np.ndarray, weight: np.ndarray) -> float:
    """Log factor on cumulated hazards where the slope of their likelihood, with prior ends and rates alike, is zero.

    It is kept within LARGEST_SEASON: a month with no ends, in a town with many, would want less than the least.
    """
    ends, rate_of_ends = weight[ended], rate[ended]
    stays = float(weight[~ended] @ rate[~ended])

    def slope(effect: float) -> float:
        factor = np.exp(effect)
        of_ends = float(ends @ (factor * rate_of_ends / np.expm1(factor * rate_of_ends)))
        return of_ends - factor * stays + PRIOR_SEASON * (1 - factor)

    if slope(-LARGEST_SEASON) <= 0:
        return -LARGEST_SEASON
    if slope(LARGEST_SEASON) >= 0:
        return LARGEST_SEASON
    return float(brentq(slope, -LARGEST_SEASON, LARGEST_SEASON))


def frailty_between_half_years(table: PersonMonths, fit: HazardFit, first: int, last: int) -> float:
    """Standard deviation of the log level between half-years beyond binomial chance, by moments.

    Variance of (observed - expected) / expected over half-years, less its sampling part; zero with under four.
    """
    block = (last - table.month) // HALF_YEAR
    inside = (table.month >= first) & (table.month <= last) & (table.weight == 1)
    log_hazard = fit.log_hazard()[table.cell[inside]] + fit.season[table.month[inside] % MONTHS]
    expected = np.bincount(block[inside], -np.expm1(-np.exp(log_hazard)))
    observed = np.bincount(block[inside], table.ended[inside])
    full = expected > 0
    if full.sum() < 4:
        return 0.0
    excess = np.sum((observed[full] - expected[full]) ** 2 - expected[full]) / np.sum(expected[full] ** 2)
    return float(np.sqrt(max(excess, 0.0)))


def majority_months(history: History, majority_age: float | None) -> np.ndarray:
    """Month of the 18th birthday per spell, NO_MONTH where the birth month is unknown.

    A spell without birth month takes the median age at start of its type, so that it ages like its fellows; where no
    age of the type is known it has none.
    """
    spells = history.spells
    birth = spells["birth"].to_numpy()
    if majority_age is None:
        return np.full(len(spells), NO_MONTH)
    age_at_start = pd.Series(np.where(birth == NO_MONTH, np.nan, spells["start_month"] - birth))
    typical = age_at_start.groupby(spells["type_code"].to_numpy()).transform("median")
    imputed = spells["start_month"].to_numpy() - age_at_start.fillna(typical).to_numpy()
    born = np.where(np.isnan(imputed), NO_MONTH, np.round(np.nan_to_num(imputed))).astype(np.int64)
    return np.where(born == NO_MONTH, NO_MONTH, born + round(majority_age * 12))
