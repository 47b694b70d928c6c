"""What the files of a month must hold, told before any is chosen: drawn from the contract, so it cannot drift."""

import pandas as pd
import streamlit as st

from cockpit.services.mapping import choices
from cockpit.ui import tables

WHAT_FOR = {
    "indsatser": "Hvem der får hvad, fra hvornår og til hvilken pris: hele bestanden, også de afsluttede",
    "posteringer": "Hvad der er bogført; erstatter de perioder, filen rummer",
    "budget": "Hvad der er afsat, og hvilke helårspersoner og priser det forudsætter",
    "folketal": "Antal børn og unge pr. alder og år, også fremskrevne; løfter eller sænker den ventede tilgang",
}
TABLE = (
    tables.text_column("kind", "Fil"),
    tables.text_column("what_for", "Hvad den fortæller", long=True),
    tables.text_column("required", "Kolonner, den skal have", long=True),
    tables.text_column("allowed", "Kolonner, den må have", long=True),
)
FORMS = (
    "Tal skrives med decimalkomma eller -punktum, datoer som dd-mm-åååå eller åååå-mm-dd. Titellinjer over kolonnerne "
    "og tomme linjer gør ingenting. Hedder kolonnerne noget andet, peges de ud, når filen er valgt."
)


def show() -> None:
    """Show the four kinds of extract and their columns behind a fold."""
    with st.expander("Hvad filerne skal indeholde"):
        st.html(tables.stacked_table(frame(), TABLE, "Slagsen findes ud fra kolonnerne, ikke filens navn"))
        st.caption(FORMS)


def frame() -> pd.DataFrame:
    """Return one row per kind of extract: `kind`, `what_for`, `required`, `allowed`."""
    return pd.DataFrame([{"kind": kind, "what_for": words, **_columns(kind)} for kind, words in WHAT_FOR.items()])


def _columns(kind: str) -> dict[str, str | None]:
    fields = choices(kind)
    groups = dict.fromkeys(one.group for one in fields if one.group)
    allowed = [one.name for one in fields if not one.group and one.name != "indberetning"]
    return {
        "required": ", ".join(" eller ".join(group) for group in groups),
        "allowed": ", ".join(allowed) or None,
    }
