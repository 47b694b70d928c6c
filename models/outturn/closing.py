"""How much of a service month is booked in its own year: bills hurry before New Year, and some settle the year after.

The delay by age alone does not know the calendar. Past closings do: o(j) = booked in its own year / ultimate, by
calendar month j of service, over closed years. It leans on the delay's own answer with the weight of half a year.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from cockpit.domain.completeness import supplement_note
from cockpit.domain.months import SUPPLEMENT
from cockpit.domain.paths import OutturnPaths
from cockpit.domain.prognosis import QUANTILES
from models.outturn.calendar import BookingCalendar, booking_weights
from models.outturn.delay import CLOSING_MONTHS
from models.outturn.groups import Group

PRIOR_YEARS = 0.5
PRIOR_DISPERSION = 0.1  # as if a year's late bills came as ten of equal size, each in time or not
COMMON = 0.5  # of a closing's variance; between none and all, since few closings cannot tell
PRIOR_WEIGHT = 0.5  # about two groups' worth of evidence (p (1 - p) is at most a quarter)


def weights_by_period(
    calendar: BookingCalendar, service_months: pd.PeriodIndex, window: pd.PeriodIndex, group: Group
) -> np.ndarray:
    """Booking weights of a group with what past closings showed, shape (len(service_months), periods).

    Args:
        service_months: the months whose unbooked cost is laid on the booking periods.
        window: the service months that the group's arrays run over.
    """
    weights = booking_weights(calendar, service_months, group.delay.lag_shares, group.supplement_share)
    shares = own_year_shares(calendar, window, group)
    years = np.array([year for year, _ in calendar.periods])
    for row, month in enumerate(service_months):
        own = years == month.year
        target = _of_what_is_left(shares[month.month - 1], group.delay.booked_at((calendar.as_of - month).n))
        weights[row] = _rescaled(weights[row], own, target)
    return weights


def own_year_shares(calendar: BookingCalendar, window: pd.PeriodIndex, group: Group) -> np.ndarray:
    """Share of each calendar month's service that its own year books, shape (12,)."""
    model = _by_delay(calendar, group)
    last_closed = (calendar.as_of - CLOSING_MONTHS).year - 1
    usable = (np.asarray(window.year) <= last_closed) & ~np.isnan(group.ultimate) & (group.ultimate != 0)
    month = np.asarray(window.month)[usable] - 1
    older_own, older = group.before.sum(axis=0)
    ultimate = np.bincount(month, group.ultimate[usable], minlength=12) + older
    own = np.bincount(month, group.own_year[usable], minlength=12) + older_own
    years = np.bincount(month, minlength=12) + (group.before[:, 1] != 0).sum(axis=0)
    seen = np.clip(own / np.where(ultimate != 0, ultimate, 1.0), 0.0, 1.0)
    return (years * seen + PRIOR_YEARS * model) / (years + PRIOR_YEARS)


def _by_delay(calendar: BookingCalendar, group: Group) -> np.ndarray:
    """The share that the delay by age implies, taken from the first whole year ahead, shape (12,)."""
    year = calendar.as_of.year + 1
    months = pd.period_range(f"{year}-01", f"{year}-12", freq="M")
    weights = booking_weights(calendar, months, group.delay.lag_shares, group.supplement_share)
    return weights[:, calendar.columns_of(year)].sum(axis=1)


def _of_what_is_left(share: float, booked: float) -> float:
    """Share of what is not booked yet that comes within the own year."""
    return float(np.clip((share - booked) / (1 - booked), 0.0, 1.0)) if booked < 1 else 1.0


def _rescaled(row: np.ndarray, own: np.ndarray, target: float) -> np.ndarray:
    """Give the own year's open periods `target` of the row and the later ones the rest, each in its own pattern."""
    inside, outside = row[own].sum(), row[~own].sum()
    if inside <= 0 or outside <= 0:
        return row
    return np.where(own, row * target / inside, row * (inside + outside - target) / outside)


def closing_dispersion(groups: list[Group]) -> float:
    """How far the supplement's share p of what comes after New Year may be from what is expected, var(p) / (p (1 - p)).

    One number for all groups by moments, since none has many closings; it leans on `PRIOR_DISPERSION`. A coming closing
    differs from the usual one, and the usual one is the mean of the few that are known: both are in it.
    """
    seen = [group.closings[group.closings.sum(axis=1) > 0] for group in groups]
    seen = [closings for closings in seen if len(closings) >= 2]
    if not seen:
        return 2 * PRIOR_DISPERSION
    shares = [np.clip(closings[:, 0] / closings.sum(axis=1), 0.0, 1.0) for closings in seen]
    # As many groups' worth of evidence as there are, by size: a handful of bills is in time or not by chance.
    size = np.array([closings.sum() for closings in seen])
    weight = size * size.sum() / np.sum(size**2)
    spread = PRIOR_WEIGHT * PRIOR_DISPERSION + weight @ [share.var(ddof=1) for share in shares]
    scale = PRIOR_WEIGHT + weight @ [share.mean() * (1 - share.mean()) for share in shares]
    return float(spread / scale * (1 + 1 / max(len(closings) for closings in seen)))


def shift_closings(
    paths: np.ndarray,
    calendar: BookingCalendar,
    carried: list[float],
    dispersion: float,
    common: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Let each closing take more or less than usual of what comes after New Year; the next year has the rest.

    Args:
        paths: a group's kr. still to be booked, shape (n, leaves, periods).
        carried: expected kr. that each of the calendar's years leaves to the next year, shape (years,).
        dispersion: see `closing_dispersion`.
        common: standard normal chance that all groups share, shape (n, years): a closing is one act of one office, so
            half of its variation is common to all suppliers.
    """
    shifted = paths.copy()
    for at, (year, later) in enumerate(zip(calendar.years[:-1], carried[:-1], strict=True)):
        supplement, after = calendar.columns_of(year)[-1], calendar.columns_of(year + 1)
        mean = paths.mean(axis=0)
        inside = abs(float(mean[:, supplement].sum()))
        if inside == 0 or later == 0:
            continue
        spread = np.sqrt(dispersion * inside * abs(later))  # total x sqrt(dispersion x p (1 - p))
        chance = np.sqrt(COMMON) * common[:, at] + np.sqrt(1 - COMMON) * rng.standard_normal(len(paths))
        shift = spread * chance[:, None] * _pattern(mean[:, supplement])
        shifted[:, :, supplement] += shift
        shifted[:, :, after] -= shift[:, :, None] * _pattern(np.abs(mean[:, after]).sum(axis=0))
    return shifted


def supplement_left(expected: np.ndarray, postings: pd.DataFrame, as_of: pd.Period) -> np.ndarray:
    """Share of what the year's supplement period was expected to have that is still to come, on each path, shape (n,).

    All of it where nothing is booked in it. A closing that has bookings of its last month, or no less than a closing
    may have, is taken to be over.

    Args:
        expected: what it was expected to have before anything of it was booked, kr., shape (n,).
        postings: allocated postings of the same accounts, with the month they were known from.
    """
    own = _of_supplement(postings, as_of)
    if own.empty:
        return np.ones(len(expected))
    booked = float(own["amount"].sum())
    is_over = own["known"].max() >= as_of + CLOSING_MONTHS or booked >= np.quantile(expected, QUANTILES["p10"])
    return np.zeros(len(expected)) if is_over else np.clip(1 - booked / np.maximum(expected, 1.0), 0.0, 1.0)


def _of_supplement(postings: pd.DataFrame, as_of: pd.Period) -> pd.DataFrame:
    return postings[(postings["year"] == as_of.year) & (postings["period"] == SUPPLEMENT)]


def less_booked_supplement(outturn: OutturnPaths, postings: pd.DataFrame) -> OutturnPaths:
    """Take what the year's supplement period has booked already from what it was expected to have.

    Each path keeps the share that is still to come, over all accounts alike; see `supplement_left`.

    Args:
        postings: allocated postings with the month they were known from.
    """
    own = _of_supplement(postings, outturn.as_of)
    if own.empty:
        return outturn
    year = outturn.as_of.year
    column, booked = outturn.periods.index((year, SUPPLEMENT)), float(own["amount"].sum())
    expected = outturn.paths[:, :, column]
    left = supplement_left(expected.sum(axis=1), postings, outturn.as_of)
    rest = expected * left[:, None]
    paths = outturn.paths.copy()
    paths[:, :, column] = rest
    note = supplement_note(year, booked, float(rest.sum(axis=1).mean()) if left.any() else None)
    return replace(
        outturn,
        paths=paths,
        late=np.where(outturn.late != 0, rest.mean(axis=0), 0.0),
        method_choice=None if outturn.method_choice is None else np.zeros_like(outturn.method_choice),
        notes=(note, *outturn.notes),
    )


def _pattern(weights: np.ndarray) -> np.ndarray:
    """Weights that sum to one, even ones where there are none."""
    size = np.abs(weights)
    return size / size.sum() if size.sum() > 0 else np.full(len(weights), 1 / len(weights))
