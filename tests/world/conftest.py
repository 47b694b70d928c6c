"""Small municipalities of the test world: few inhabitants and years, else as they are measured."""

from collections.abc import Callable

import pytest

from benchmarks.world.town import Town, draw_town, read_settings
from benchmarks.world.truth import Truth, live
from cockpit.domain.reference import Reference


@pytest.fixture(scope="session")
def small_town(reference: Reference) -> Callable[..., Town]:
    """Draw a municipality with two years in its extracts."""
    settings = read_settings()
    settings["common"] |= {"window_years": 2, "burn_in_years": 4}

    def draw(mechanics: str, seed: int, inhabitants: float = 4_000) -> Town:
        settings["common"]["inhabitants"] = [inhabitants, inhabitants]
        return draw_town(mechanics, seed, reference, settings=settings)

    return draw


@pytest.fixture(scope="session", params=["latent", "planned", "seasonal"])
def truth(request: pytest.FixtureRequest, small_town: Callable[..., Town]) -> Truth:
    """One life of each mechanics."""
    return live(small_town(request.param, 7, inhabitants=20_000))
