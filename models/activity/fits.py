"""All that is estimated before anything is simulated, and what is said about it."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.events import ARRIVALS, DURATIONS, PRICE, months_of
from cockpit.domain.months import day_after
from cockpit.domain.reference import Event, Reference
from cockpit.domain.spells import ONCE
from models.activity.arrivals import ArrivalMixture, ArrivalWeights, changes_of, fit_arrivals, log_sizes, start_table
from models.activity.expected_end import ExpectedEndFit, fit_expected_end
from models.activity.hazard import (
    HazardFit,
    build_design,
    choose_window,
    fit_hazard,
    frailty_between_half_years,
    majority_months,
    person_months,
    season_of_ends,
)
from models.activity.history import NO_MONTH, History, build_history
from models.activity.moves import MoveFit, fit_moves
from models.activity.prices import Donors, PriceDrift, find_donors, fit_drift
from models.activity.registration import Registration, first_start, fit_registration

MAJORITY, LAST_AGE = "ageing_out_age", "aftercare_max_age"
MONTHS = 12


@dataclass(frozen=True)
class Windows:
    """How far back to look, decided once: months of durations, and the weight of each way to look at inflow."""

    hazard: int | None
    arrivals: ArrivalWeights


@dataclass(frozen=True)
class Fits:
    """The estimated parts of the engine.

    `majority_month` is per spell of `history`; `last_month_after_majority` is how many months after the 18th birthday
    the month of the last possible birthday lies, None where the reference sets no limit. `end_shares` are the parts
    of their last month that ended spells were in force. `moved` holds, per aspect and type, the months of known events.
    """

    history: History
    majority_month: np.ndarray
    majority_age_months: int | None
    last_month_after_majority: int | None
    hazard: HazardFit
    expected_end: ExpectedEndFit
    moves: MoveFit
    registration: Registration
    arrivals: ArrivalMixture
    donors: Donors
    drift: PriceDrift
    end_shares: np.ndarray
    moved: dict[str, list[tuple[int, ...]]]

    @property
    def windows(self) -> Windows:
        """How far back these fits look."""
        return Windows(self.hazard.window, self.arrivals.known)


def fit_all(
    interventions: pd.DataFrame,
    reference: Reference,
    as_of: pd.Period,
    population: pd.DataFrame | None,
    events: tuple[Event, ...] = (),
    windows: Windows | None = None,
) -> Fits:
    """Estimate everything from what is visible at the as-of month; windows are chosen where none are given."""
    history = build_history(interventions, reference, as_of)
    moved = {aspect: _event_months(events, aspect, history, reference) for aspect in (ARRIVALS, DURATIONS, PRICE)}
    repriced = _newest(moved[PRICE], history.as_of)
    majority, last_age = (_age(reference, key) for key in (MAJORITY, LAST_AGE))
    majority_month = majority_months(history, majority)
    hazard, expected_end = _fit_ends(history, majority_month, _newest(moved[DURATIONS], history.as_of), windows)
    registration = fit_registration(history)
    past = np.arange(history.first, history.as_of + 1)
    changes = changes_of(moved[ARRIVALS], history.steps)
    table = start_table(history, registration, log_sizes(population, reference, past), changes)
    granted = interventions[(interventions["status"] != "expected") & (interventions["unit"] != ONCE)]
    return Fits(
        history=history,
        majority_month=majority_month,
        majority_age_months=None if majority is None else round(majority * MONTHS),
        last_month_after_majority=_limit(majority, last_age),
        hazard=hazard,
        expected_end=expected_end,
        moves=fit_moves(history, majority_month, day_after(as_of)),
        registration=registration,
        arrivals=fit_arrivals(table, history.steps, windows.arrivals if windows else None),
        donors=find_donors(history, None if last_age is None else last_age * MONTHS, repriced),
        drift=fit_drift(granted, reference, history, as_of, repriced),
        end_shares=_end_shares(history),
        moved=moved,
    )


def _event_months(
    events: tuple[Event, ...], aspect: str, history: History, reference: Reference
) -> list[tuple[int, ...]]:
    """Per type the ordinals of the months in which known events move an aspect of it."""
    functions = [reference.types[key].function if key in reference.types else "" for key in history.types]
    pairs = zip(history.types, functions, strict=True)
    return [tuple(month.ordinal for month in months_of(events, aspect, *pair)) for pair in pairs]


def _newest(months: list[tuple[int, ...]], as_of: int) -> np.ndarray:
    """The newest month of each type that is not still to come, NO_MONTH where there is none, shape (n_types,)."""
    return np.array([max((one for one in own if one <= as_of), default=NO_MONTH) for own in months], dtype=np.int64)


def _age(reference: Reference, key: str) -> float | None:
    """An age limit of the reference, None where it has none."""
    known = {record.key for record in reference.assumptions}
    return reference.assumption(key).value if key in known else None


def _limit(majority: float | None, last_age: float | None) -> int | None:
    return None if majority is None or last_age is None else round((last_age - majority) * MONTHS)


def _fit_ends(
    history: History, majority_month: np.ndarray, changed: np.ndarray, windows: Windows | None
) -> tuple[HazardFit, ExpectedEndFit]:
    table = person_months(history, majority_month, changed)
    design = build_design(history.steps)
    window = windows.hazard if windows else choose_window(table, design, history.first, history.as_of)
    fit = fit_hazard(table, design, history.first, history.as_of, window)
    fit = replace(fit, season=season_of_ends(table, fit, history.first, history.as_of))
    frailty = frailty_between_half_years(table, fit, history.first, history.as_of)
    first = history.first if window is None else max(history.first, history.as_of - window + 1)
    expected_end = fit_expected_end(history, table, fit.log_hazard(), first)
    return replace(fit, frailty=frailty), expected_end


def _end_shares(history: History) -> np.ndarray:
    """Part of the last month in force, of ended spells; a half where none has ended."""
    spells = history.spells
    ended = spells[spells["granted"] & (spells["stop_month"] <= history.as_of)]
    shares = ended.sort_values("stop", kind="stable")["stop_share"].to_numpy(float)
    return shares if len(shares) else np.array([0.5])


def _not_converged(fits: Fits) -> list[str]:
    """Name in Danish the searches that did not arrive."""
    hazard, arrivals = fits.hazard, fits.arrivals.best
    development = "med" if arrivals.trend else "uden"
    searches = [
        (hazard.converged, f"Varigheder lært af {_window(hazard.window)}"),
        (fits.expected_end.converged, "Forventede slutdatoer fordeler ophørene"),
        (arrivals.converged, f"Tilgang mest lært af {_window(arrivals.window)}, {development} udvikling over tid"),
    ]
    return [name for arrived, name in searches if not arrived]


def _window(months: int | None) -> str:
    return "hele historikken" if months is None else f"de seneste {months} måneder"


def notes_of(fits: Fits, interventions: pd.DataFrame) -> tuple[str, ...]:
    """What a reader of the forecast must know about the data behind it, in Danish."""
    running = fits.history.spells
    unpriced = int(interventions["rate"].isna().sum())
    unborn = int((running["birth"] == NO_MONTH).sum())
    said = [
        (unpriced > 0, f"{unpriced} rækker har ingen pris: de tæller i aktiviteten, men ikke i kronerne."),
        (unborn > 0, f"{unborn} forløb mangler fødselsdato: de regnes for jævngamle med typens øvrige ved start."),
        (fits.majority_age_months is None, "Antagelserne har ingen aldersgrænse: ophør ved 18 år er ikke regnet med."),
        (fits.last_month_after_majority is None, "Antagelserne har ingen øvre alder: forløb kan løbe videre."),
        (bool(fits.hazard.ends == 0), "Udtrækket har ingen afsluttede forløb: varigheder kan ikke læres af det."),
        (fits.registration.starts == 0, _no_registration(interventions, fits.history)),
        (
            _overaged(fits) > 0,
            f"{_overaged(fits)} løbende forløb er over aldersgrænsen: de regnes ophørt med det samme.",
        ),
    ]
    failed = [f"Beregningen nåede ikke i mål: {text}." for text in _not_converged(fits)]
    return (*(text for holds, text in said if holds), *failed)


def _no_registration(interventions: pd.DataFrame, history: History) -> str:
    """Why nothing is known of how late spells are registered."""
    if interventions["registered"].isna().all():
        return "Udtrækket har ingen registreringsdatoer: sen registrering er ikke regnet med."
    first = fmt.month_year(pd.Period(ordinal=first_start(history), freq="M"))
    return (
        f"Ingen bevilget indsats med registreringsdato er begyndt fra {first} og frem: sen registrering kan ikke "
        "læses af udtrækket og er ikke regnet med."
    )


def _overaged(fits: Fits) -> int:
    """Running spells past the last possible birthday."""
    if fits.last_month_after_majority is None:
        return 0
    spells, as_of = fits.history.spells, fits.history.as_of
    running = (spells["start_month"] <= as_of) & (spells["stop_month"] > as_of) & (spells["birth"] != NO_MONTH)
    return int((running & (as_of - fits.majority_month > fits.last_month_after_majority)).sum())
