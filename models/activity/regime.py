"""Changes of inflow and of prices that nobody entered, said and not used: an event must be somebody's to answer for."""

import numpy as np
import pandas as pd

from cockpit.domain.events import ARRIVALS, PRICE, inflow_shift_note, price_shift_note
from cockpit.domain.reference import Reference
from models.activity.arrivals import monthly_starts
from models.activity.fits import Fits
from models.shifts import Shift, mean_shift, rate_shift

NEAR = 6  # months from an entered event within which a change is that event


def shift_notes(fits: Fits, reference: Reference) -> tuple[str, ...]:
    """Name in Danish every lasting change of a type's inflow or prices that no known event explains."""
    history = fits.history
    first = history.first
    notes = []
    for aspect, found, told in (
        (ARRIVALS, _inflow(fits), inflow_shift_note),
        (PRICE, _prices(fits), price_shift_note),
    ):
        for code, shift in enumerate(found):
            if shift is not None and not _is_known(fits.moved[aspect][code], first + shift.at):
                month = pd.Period(ordinal=first + shift.at, freq="M")
                notes.append(told(_name(history.types[code], reference), month, shift.before, shift.after))
    return tuple(notes)


def _name(key: str, reference: Reference) -> str:
    return reference.types[key].name if key in reference.types else key


def _is_known(months: tuple[int, ...], at: int) -> bool:
    return any(abs(month - at) <= NEAR for month in months)


def _inflow(fits: Fits) -> list[Shift | None]:
    history = fits.history
    months = np.arange(history.first, history.as_of + 1)
    # A trend would explain a change away, and a change the dispersion up.
    steady = max((one for one in fits.arrivals.fits if not one.trend), key=lambda one: one.window or len(months))
    dispersion = min(one.dispersion for one in fits.arrivals.fits)
    expected = steady.mean(months, np.zeros(len(months))) * fits.registration.share(history.as_of - months)
    counts = monthly_starts(history)
    return [rate_shift(*pair, dispersion, history.n_types) for pair in zip(counts, expected, strict=True)]


def _prices(fits: Fits) -> list[Shift | None]:
    """Log prices of starts at one price level; one that is absent or nothing says nothing."""
    history = fits.history
    spells = history.spells
    n = history.as_of - history.first + 1
    at = spells["start_month"].to_numpy() - history.first
    price = spells["start_price"].to_numpy(float)
    used = spells["granted"].to_numpy() & (at >= 0) & (at < n) & (np.nan_to_num(price) > 0)
    kind = spells["type_code"].to_numpy()
    each = [used & (kind == code) for code in range(history.n_types)]
    return [mean_shift(np.log(price[own]), at[own], n, history.n_types) for own in each]
