"""The glossary of the product, read once."""

from functools import cache

from cockpit.domain.glossary import Glossary
from cockpit.intake.glossary_file import read_glossary
from cockpit.services.workspace import ROOT


@cache
def glossary() -> Glossary:
    """Return the words of the field with their meanings."""
    return read_glossary(ROOT / "data" / "glossary.csv")
