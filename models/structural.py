"""Structural average: a Gaussian structural model averaged over a grid of variance ratios, without an optimiser.

y (or log y) = level (random walk) + damped drift + slow slope (AR 1) + fixed season + slowly moving season + noise.
With the variance *ratios* fixed, everything that is left is linear in y: with P the projected inverse covariance,
the sum of squares is y'Py, the forecast is Fy and the forecast covariance is C times the scale. P, F and C depend on
length and horizon alone, so they are built once and kept. The level is diffuse (REML); the scale is integrated out
under its Jeffreys prior, which leaves marginal likelihoods in closed form and multivariate Student-t forecasts.

It is the average of `statsmodels.tsa.statespace.UnobservedComponents` over its parameters instead of its maximum.

Sources: Harvey (1989), Forecasting, Structural Time Series Models and the Kalman Filter; Harville (1974), Bayesian
inference for variance components using only error contrasts, Biometrika 61; Zellner (1971), An Introduction to
Bayesian Inference in Econometrics, 3.2 (scale integrated out); Gardner & McKenzie (1985), damped trend.
"""
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
YEAR = 12

# Ratios to the noise variance, about a factor of four apart (finer steps are not told apart by ten years of months):
# from a level that never moves to a random walk that hardly shows its noise.
LEVELS = (0.0, 0.02, 0.1, 0.4, 1.5, 6.0)
SLOPE_AR = 0.98
DRIFT_SD=.2; SLOPE_SD=.1; DAMP=.85**(1/12)
SEASONS=((0,0),(1,0),(5,0),(1,.1),(5,.3))


@dataclass(frozen=True)
class Ratios:
    level: float
    drift: float
    slope: float
    season: float
    moving: float


def grid():
    out = []
    for q, d, s, (fix, mov) in product(LEVELS, (0., DRIFT_SD), (0., SLOPE_SD), SEASONS):
        one = np.sqrt(1 + q)
        out.append(Ratios(q, (d * one) ** 2, (s * one) ** 2, (fix * one) ** 2, (mov * one) ** 2))
    return out


def covariance(r: Ratios, n: int, h: int) -> Array:
    t = np.arange(n + h)
    lev = np.minimum.outer(t, t).astype(float)
    fut = np.clip(t - (n - 1), 0, None)
    # drift: +1 per month while known, damped ahead
    trend = np.minimum(t, n - 1) - (n - 1) + np.where(fut > 0, DAMP * (1 - DAMP ** fut) / (1 - DAMP), 0)
    same = (np.subtract.outer(t, t) % YEAR == 0).astype(float) - 1 / YEAR
    v = np.eye(n + h) + r.level * lev + r.drift * np.outer(trend, trend)
    if r.slope:
        ar = SLOPE_AR ** np.abs(np.subtract.outer(t, t))
        acc = np.cumsum(np.cumsum(ar, 0), 1)
        v += r.slope * acc
    if r.season:
        v += r.season * same
    if r.moving:
        # each month's own random walk, one step a year
        v += r.moving * same * (1 + np.minimum.outer(t // YEAR, t // YEAR))
    return v


@dataclass(frozen=True)
class Kernel:
    """Matrices for all sets of the grid: P (s, n, n), half log determinants (s), F (s, h, n), C (s, h, h)."""
    P: Array
    logdet: Array
    F: Array
    C: Array


@lru_cache(maxsize=64)
def kernel(n: int, h: int) -> Kernel:
    V = np.stack([covariance(r, n, h) for r in grid()])
    inv = np.linalg.inv(V[:, :n, :n])
    logdet = np.linalg.slogdet(V[:, :n, :n])[1]
    one = inv.sum(2)                                    # V^-1 1
    tot = one.sum(1)                                    # 1'V^-1 1
    P = inv - one[:, :, None] * one[:, None, :] / tot[:, None, None]
    K = V[:, n:, :n]
    KP = K @ P
    F = KP + one[:, None, :] / tot[:, None, None]
    # forecast covariance: V_ff - K inv K' + r r' / tot,  r = 1 - K inv 1
    rr = 1 - (K @ one[:, :, None])[..., 0]
    C = V[:, n:, n:] - K @ inv @ K.transpose(0, 2, 1) + rr[:, :, None] * rr[:, None, :] / tot[:, None, None]
    return Kernel(P, 0.5 * (logdet + np.log(tot)), F, C)


WINDOWS = (48, 72)

OUT_T = 5.0


def fit(y, holes, h):
    k = kernel(len(y), h)
    z = np.where(holes, 0.0, y)
    Pz = k.P @ z
    S = Pz @ z
    ld = k.logdet
    F = k.F @ z
    C = k.C
    if holes.any():
        o = np.flatnonzero(holes)
        Poo = k.P[:, o][:, :, o]
        sol = np.linalg.solve(Poo, Pz[:, o][..., None])[..., 0]
        S = S - (sol * Pz[:, o]).sum(1)
        ld = ld + 0.5 * np.linalg.slogdet(Poo)[1]
        Fo = k.F[:, :, o]
        F = F - (Fo @ sol[..., None])[..., 0]
        C = C + Fo @ np.linalg.solve(Poo, Fo.transpose(0, 2, 1))
    df = len(y) - holes.sum() - 1
    S = np.maximum(S, 1e-12 * df)
    return -ld - 0.5 * df * np.log(S), F, C, S / df, df, (Pz, S)


def outliers(y, holes):
    """leave-one-out t"""
    logp, F, C, s2, df, _ = fit(y, holes, 1)
    b = int(np.argmax(logp))
    P = kernel(len(y), 1).P[b]
    z = np.where(holes, 0, y); keep = ~holes
    if holes.any():
        P = P - P[:, holes] @ np.linalg.solve(P[np.ix_(holes, holes)], P[holes])
    Pz = P @ z
    d = np.where(keep, np.diag(P), 1)
    S = s2[b] * df
    loo = np.maximum(S - Pz ** 2 / d, 1e-12) / (df - 1)
    t = np.where(keep, np.abs(Pz) / np.sqrt(loo * d), 0)
    t[-1] = 0
    return t


def clean(y, holes):
    holes = holes.copy()
    if len(y) < 12: return holes
    for _ in range(3):
        t = outliers(y, holes)
        i = int(np.argmax(t))
        if t[i] <= OUT_T: break
        holes |= t > max(OUT_T, 0.5*t[i])
    return holes


def systematic(w, n, rng):
    return np.searchsorted(np.cumsum(w) / w.sum(), (np.arange(n) + rng.random()) / n).clip(max=len(w) - 1)


def window_paths(y, holes, h, n_paths, rng, log=True):
    logp, F, C, s2, df, _ = fit(y, holes, h)
    ok = (y > 0) | holes
    if log and ok.all():
        ly = np.log(np.where(holes, 1, y))
        l2, F2, C2, s22, _, _ = fit(ly, holes, h)
        logp = np.concatenate([logp, l2 - ly[~holes].sum()])
        F = np.concatenate([F, F2]); C = np.concatenate([C, C2]); s2 = np.concatenate([s2, s22])
    w = np.exp(logp - logp.max())
    pick = systematic(w, n_paths, rng)
    out = np.empty((n_paths, h))
    u, start, cnt = np.unique(pick, return_index=True, return_counts=True)
    z = rng.standard_normal((n_paths, h)); t = np.sqrt(df / rng.chisquare(df, n_paths))
    L = np.linalg.cholesky(C[u])
    for c, Lc, a, m in zip(u, L, start, cnt):
        e = (z[a:a + m] @ Lc.T) * t[a:a + m, None] * np.sqrt(s2[c])
        out[a:a + m] = F[c] + e
    exp = pick >= len(kernel(len(y), h).P)
    out[exp] = np.exp(np.minimum(out[exp], 5))
    return out


def structural_paths(y, h, n_paths, rng):
    """y scaled to a mean of about one, NaN unknown."""
    holes = np.isnan(y)
    ws = [w for w in sorted({min(w, len(y)) for w in (*WINDOWS, len(y))}) if (~holes[-w:]).sum() >= 3 and np.nanstd(y[-w:]) > 0]
    shares = np.diff(np.linspace(0, n_paths, len(ws) + 1).astype(int))
    parts = []
    for w, m in zip(ws, shares):
        yy, hh = y[-w:], holes[-w:]
        hh = clean(yy, hh)
        parts.append(window_paths(yy, hh, h, m, rng))
    return rng.permutation(np.concatenate(parts))
