"""The sentence that says which kinds of a month are cut back from a later load."""

import pandas as pd

from cockpit.domain.dataset import Source
from cockpit.services.reconstruction import reconstruction_sentence

OWN, LATER = pd.Period("2026-02", "M"), pd.Period("2026-04", "M")


def test_only_the_kinds_that_a_later_load_stands_in_for_are_named() -> None:
    """A ledger whose own month was loaded but whose earlier periods come from a later file is partly reconstructed."""
    sources = [Source("budget", LATER, True), Source("interventions", OWN, False),
               Source("postings", OWN, False), Source("postings", LATER, True)]  # fmt: skip
    said = reconstruction_sentence(sources)
    assert said == "Genskabt ud fra indlæsningen pr. april\N{NO-BREAK SPACE}2026: posteringer og budget."


def test_a_month_that_rests_on_its_own_load_says_nothing() -> None:
    assert reconstruction_sentence([Source("postings", OWN, False)]) == ""
