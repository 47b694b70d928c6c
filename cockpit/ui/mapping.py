"""Columns pointed out by the user: what a file's columns are read as, and a profile that keeps the answer."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from cockpit.domain import format as fmt
from cockpit.services.mapping import ColumnPreview, FieldChoice, Upload, choices, kinds, preview, save_mapping
from cockpit.ui import form_rows, messages, tables
from cockpit.ui.plain_text import escaped
from cockpit.ui.session import Context

PROFILE_KEY = "profil"
CHOSEN_KEY = "ny_kolonneprofil"
MESSAGE_KEY = "besked_om_kolonner"
STANDARD = "standard"
ABSENT = ""
KINDS = {
    "indsatser": "Indsatser",
    "posteringer": "Posteringer",
    "budget": "Budget",
    "folketal": "Folketal",
    "stamdata": "Stamdata om børn (årsindberetning)",
}
FIELDS = {
    "aar": "År",
    "alder": "Alder",
    "antal": "Antal",
    "beloeb": "Beløb",
    "bilag": "Bilag",
    "bogfoert": "Bogføringsdato",
    "borger_id": "Borgerens id",
    "budgettype": "Budgettype",
    "cpr": "CPR-nummer",
    "distrikt": "Distrikt",
    "enhed": "Takstens enhed",
    "enhedspris": "Enhedspris",
    "foedselsdato": "Fødselsdato",
    "forventet_slutdato": "Forventet slutdato",
    "helaarspersoner": "Helårspersoner",
    "indberetning": "Indberetningsår",
    "indsats_id": "Indsatsens id",
    "konto": "Konto",
    "leverandoer": "Leverandør",
    "lovhjemmel": "Lovhjemmel",
    "maaned": "Måned",
    "periode": "Periode",
    "registreret": "Registreringsdato",
    "slutdato": "Slutdato",
    "startdato": "Startdato",
    "status": "Status",
    "takst": "Takst",
    "tekst": "Tekst",
    "type": "Type",
    "vedroerer": "Vedrører måned",
    "vedtaget": "Vedtagelsesdato",
}
COLUMNS = (
    tables.text_column("name", "Filens kolonne"),
    tables.text_column("samples", "Eksempler"),
    tables.text_column("field", "Læses som"),
)


def profile_titles(context: Context) -> dict[str, str]:
    """Return the profiles to choose from, and choose the one that was saved just now."""
    if chosen := st.session_state.pop(CHOSEN_KEY, None):
        st.session_state[PROFILE_KEY] = chosen
    return {profile.name: profile.title for profile in context.workspace.profiles.values()}


def show(context: Context, uploads: Sequence[Upload], profile: str | None) -> None:
    """Show what the columns of the chosen files are read as, and let the user point them out and keep that."""
    messages.show(MESSAGE_KEY)
    readable = [found for found in (preview(context.workspace, one, profile) for one in uploads) if not found.fault]
    if not readable:
        return
    wanting = [found for found in readable if is_wanting(found)]
    with st.expander("Kolonner: se, hvad de læses som, eller peg dem selv ud", expanded=bool(wanting)):
        _mapping(context, _choose_file(readable, wanting), profile)


def is_wanting(found: ColumnPreview) -> bool:
    """Say whether the file cannot be read before somebody points columns out."""
    return found.kind is None or bool(found.missing)


def verdict(found: ColumnPreview) -> str:
    """Say in a sentence what the file is read as and what is missing."""
    if found.kind is None:
        return f"{found.file_name} ligner ingen kendt slags udtræk. Vælg slags, og peg kolonnerne ud."
    if not found.missing:
        return f"{found.file_name} læses som {found.kind} med kolonneprofilen {found.profile}."
    groups = [" eller ".join(label(name) for name in group) for group in found.missing]
    return f"{found.file_name} ligner {found.kind}, men mangler {fmt.enumeration(groups)}. Peg kolonnerne ud."


def columns_frame(found: ColumnPreview) -> pd.DataFrame:
    """Return the columns of a file with some of their values and what they are read as."""
    rows = [
        (one.name, ", ".join(one.samples) or None, label(one.field) if one.field else "bruges ikke")
        for one in found.columns
    ]
    return pd.DataFrame(rows, columns=[column.name for column in COLUMNS])


def label(field: str) -> str:
    """Return the Danish name of a contract field."""
    return FIELDS.get(field, field)


def ordered(fields: Sequence[FieldChoice]) -> list[FieldChoice]:
    """Put the fields that a file must have first."""
    return sorted(fields, key=lambda one: not one.group)


def field_label(choice: FieldChoice) -> str:
    """Name a field and say whether it must be there."""
    if not choice.group:
        return label(choice.name)
    others = [label(name) for name in choice.group if name != choice.name]
    return f"{label(choice.name)} (kræves)" if not others else f"{label(choice.name)} (eller {' eller '.join(others)})"


def _choose_file(readable: Sequence[ColumnPreview], wanting: Sequence[ColumnPreview]) -> ColumnPreview:
    """Let the user choose among several files; one that cannot be read yet comes first."""
    ranked = [*wanting, *(found for found in readable if found not in wanting)]
    if len(ranked) == 1:
        return ranked[0]
    names = {number: found.file_name for number, found in enumerate(ranked)}
    return ranked[st.selectbox("Fil", list(names), format_func=names.__getitem__, key="kolonnefil", filter_mode=None)]


def _mapping(context: Context, found: ColumnPreview, profile: str | None) -> None:
    st.markdown(escaped(verdict(found)))
    st.html(tables.html_table(columns_frame(found), COLUMNS, f"Kolonner i {found.file_name}"))
    kind = st.selectbox(
        "Filen indeholder",
        list(kinds()),
        index=list(kinds()).index(found.kind) if found.kind else 0,
        format_func=lambda one: KINDS.get(one, one),
        key=f"slags_{found.file_name}",
        filter_mode=None,
    )
    with st.form(f"kolonner_{found.file_name}_{kind}", border=False):
        chosen = _fields(found, kind)
        name = st.text_input("Navn på kolonneprofilen", placeholder="fx vores fagsystem", key="profilnavn")
        wanted = st.form_submit_button("Gem som kolonneprofil", key="gem_profil")
    if wanted:
        _save(context, name.strip(), kind, chosen, profile or STANDARD)


def _fields(found: ColumnPreview, kind: str) -> dict[str, str]:
    headings = list(dict.fromkeys(heading for heading in found.header if heading))
    known = found.mapping if kind == found.kind else {}
    chosen = {}
    for choice, place in zip(ordered(choices(kind)), form_rows.places(), strict=False):
        heading = known.get(choice.name, ABSENT)
        chosen[choice.name] = place.selectbox(
            field_label(choice),
            [ABSENT, *headings],
            index=headings.index(heading) + 1 if heading in headings else 0,
            format_func=lambda one: one or "findes ikke i filen",
            key=f"felt_{found.file_name}_{kind}_{choice.name}",
            filter_mode=None,
        )
    return {field: heading for field, heading in chosen.items() if heading}


def _save(context: Context, name: str, kind: str, columns: dict[str, str], base: str) -> None:
    """Keep the mapping and choose it for the load; a fault of the user becomes the page's sentence."""
    save_mapping(context.workspace, name, kind, columns, base)
    st.session_state[CHOSEN_KEY] = name
    next_month = "Næste måned vælges den af sig selv, når kolonnerne hedder det samme."
    messages.leave(MESSAGE_KEY, f"Kolonneprofilen {name} er gemt og valgt. {next_month}")
    st.rerun()
