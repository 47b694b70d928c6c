"""Which months are reconstructed from a later load, and the one sentence that says so on pages and command line."""

from collections.abc import Iterable

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.dataset import Source
from cockpit.services.workspace import Workspace

KINDS = {"interventions": "Indsatser", "postings": "Posteringer", "budget": "Budget", "population": "Folketal"}


def reconstruction_note(workspace: Workspace, as_of: pd.Period) -> str:
    """Say which kinds of an as-of month are reconstructed, wholly or in part; empty where none is."""
    return reconstruction_sentence(workspace.store.read(as_of).sources)


def reconstruction_sentence(sources: Iterable[Source]) -> str:
    """Name the kinds that a later load stands in for, and the newest of those loads; empty where there is none."""
    later = [source for source in sources if source.reconstructed]
    if not later:
        return ""
    found = {source.kind for source in later}
    kinds = fmt.enumeration([title.lower() for kind, title in KINDS.items() if kind in found])
    return f"Genskabt ud fra indlæsningen pr. {fmt.month_long(max(s.loaded_as_of for s in later))}: {kinds}."
