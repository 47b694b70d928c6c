"""A scenario as the text of a link, and back."""

import base64
import json
import zlib
from dataclasses import replace

from cockpit.domain.findings import UserFault
from cockpit.domain.reference import Reference
from cockpit.domain.scenario import Scenario
from cockpit.domain.scenario_document import document_of
from cockpit.intake.scenario_file import scenario_of

LONGEST_LINK = 8000  # characters
LARGEST_DOCUMENT = 200_000  # bytes that a link may unpack to


def to_link(scenario: Scenario) -> str:
    """A scenario as a short text for a link; `from_link` restores it."""
    document = json.dumps(document_of(replace(scenario, pinned=None)), ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(document.encode(), 9)).decode().rstrip("=")


def from_link(text: str, reference: Reference) -> Scenario:
    """Restore a scenario from a link.

    Raises:
        UserFault: the text is no scenario, or holds something with the shape of a CPR number.
    """
    try:
        if len(text) > LONGEST_LINK:
            raise ValueError("too long")
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        unpacked = zlib.decompressobj().decompress(packed, LARGEST_DOCUMENT)
        document = json.loads(unpacked)
        if not isinstance(document, dict):
            raise ValueError("no object")
    except (RecursionError, ValueError, zlib.error) as fault:
        raise UserFault("Linket er ikke et scenarie, eller det er klippet over. Bed om det igen.") from fault
    return replace(scenario_of(document, reference), pinned=None)  # only what is saved here is pinned
