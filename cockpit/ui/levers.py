"""The levers of a scenario on the page: three sliders, or every lever with every assumption."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cockpit.domain import format as fmt
from cockpit.domain.findings import UserFault
from cockpit.domain.lever_names import KIND_NAMES, field_label
from cockpit.domain.levers import KINDS, TYPE, YEARS, Avert, Lever, Shorten, StepDown
from cockpit.domain.reference import Reference
from cockpit.domain.scenario import HORIZONS, Scenario
from cockpit.domain.scenario_document import document_of, lever_document, scenario_from
from cockpit.domain.scenario_words import lever_label
from cockpit.services.scenario import form
from cockpit.ui import form_rows
from cockpit.ui.plain_text import escaped, show_fault

SIMPLE_SOURCE = "Antagelse sat på siden Scenarier"
YEAR = 12
MOST_AVERTED, MOST_MOVED, MOST_SHORTENED, STEP_SHORTENED, LONGEST_RAMP = 24, 20, 50, 5, 36
TYPE_NAMES = {"avert": ("avert",), "step_down": ("from", "to"), "shorten": ("shorten",)}
USUAL_RAMP = 12  # months; nothing works fully from the first day
START = "Begynder"
HINTS = {
    "share": "Prisændring skrives med fortegn, fx −3",
    "months": "Tom: så længe der er grund til det",
    "price": "Tom: som de senest bevilgede",
    "start": "ÅÅÅÅ-MM; tom: scenariets egen",
    "cost_per_place": "Koster det samme, når pladsen står tom",
    "occupancy": "Den del af pladserne, der højst kan fyldes",
    "per_year": "Fx 2027: −2.000.000; 2028: −3.000.000. Minus er en besparelse",
    "hold_months": "Virkningen aftager først derefter",
    "fade_months": "0: den aftager ikke",
    "deadweight_share": "Af dem, der får hjælpen: dem, der alligevel ikke var kommet",
    "postponed_share": "Af de undgåede: dem, der kommer alligevel, bare senere",
    "scaling_share": "Det, der går tabt fra pilot til drift",
    "source": "Hvor antagelsen kommer fra; aldrig navne eller CPR-numre",
}


@dataclass(frozen=True)
class _Settings:
    """What the three sliders say, and the types they apply to: `avert`, `from`, `to`, `shorten`."""

    averted: int
    moved: int
    shortened: int
    ramp: int
    types: Mapping[str, str]

    def levers(self) -> tuple[Lever, ...]:
        """The levers they make; a move from a type to itself is none."""
        common: dict[str, Any] = {"source": SIMPLE_SOURCE, "ramp_months": self.ramp}
        types, made = self.types, list[Lever]()
        if self.averted:
            made.append(Avert(type=types["avert"], children_per_month=self.averted / YEAR, **common))
        if self.moved and types["from"] != types["to"]:
            made.append(StepDown(from_type=types["from"], to_type=types["to"], children=float(self.moved), **common))
        if self.shortened:
            made.append(Shorten(type=types["shorten"], share=self.shortened / 100, **common))
        return tuple(made)


def _settings_of(levers: Sequence[Lever]) -> _Settings:
    """Where the sliders stand for these levers, as near as they can."""
    known = {lever.KIND: lever for lever in levers}
    values = {kind: lever.value for kind, lever in known.items()}
    types: dict[str, str] = {}
    for kind, names in TYPE_NAMES.items():
        if kind in known:
            types.update(zip(names, known[kind].types, strict=True))
    return _Settings(
        averted=min(round(values.get("avert", 0.0) * YEAR), MOST_AVERTED),
        moved=min(round(values.get("step_down", 0.0)), MOST_MOVED),
        shortened=min(STEP_SHORTENED * round(values.get("shorten", 0.0) * 100 / STEP_SHORTENED), MOST_SHORTENED),
        ramp=min(max((lever.ramp_months for lever in levers), default=USUAL_RAMP), LONGEST_RAMP),
        types=types,
    )


def is_simple(scenario: Scenario) -> bool:
    """Whether the three sliders show exactly what there is: read back, they make the very same levers."""
    kinds = {lever.KIND for lever in scenario.levers}
    if len(kinds) < len(scenario.levers) or not kinds <= set(TYPE_NAMES):
        return False
    return set(_settings_of(scenario.levers).levers()) == set(scenario.levers)


def sliders(
    scenario: Scenario, placements: Mapping[str, float], reference: Reference, generation: int
) -> tuple[Scenario, dict[str, DeltaGenerator]]:
    """Show three sliders and what they apply to; return the scenario they make, and where to write what each brings.

    Args:
        scenario: what the sliders begin from; `is_simple`.
        placements: person-years by type of placement, dearest step first, the most first.
        generation: changes when another scenario is fetched, so that the sliders begin anew.
    """
    begin = _settings_of(scenario.levers)
    above = st.container()
    with st.expander("Hvilke typer, og hvor hurtigt"):
        types = _choose_types(begin.types, list(placements), reference, generation)
        ramp = st.slider("Måneder til fuld virkning", 0, LONGEST_RAMP, begin.ramp, key=f"indfasning_{generation}")
    name = {part: reference.type_within(key) for part, key in types.items()}
    notes = {}
    with above:
        averted = st.slider(
            f"Færre nye i {name['avert']}, børn om året", 0, MOST_AVERTED, begin.averted, key=f"faerre_{generation}"
        )
        notes["avert"] = st.empty()
        moved = st.slider(
            f"Flyttes fra {name['from']} til {name['to']}, børn i alt",
            0,
            MOST_MOVED,
            begin.moved,
            key=f"ned_{generation}",
        )
        notes["step_down"] = st.empty()
        shortened = st.slider(
            f"Kortere forløb i {name['shorten']}, % af den resterende tid",
            0,
            MOST_SHORTENED,
            begin.shortened,
            step=STEP_SHORTENED,
            key=f"kortere_{generation}",
        )
        notes["shorten"] = st.empty()
    if moved and types["from"] == types["to"]:
        st.info("Vælg to forskellige typer at flytte børn fra og til under »Hvilke typer, og hvor hurtigt«.")
    return scenario.only(_Settings(averted, moved, shortened, ramp, types).levers()), notes


def _choose_types(
    known: Mapping[str, str], placements: list[str], reference: Reference, generation: int
) -> dict[str, str]:
    """Which types the sliders apply to; by default the placement on the highest step with most children."""
    dearest = placements[0]
    lower = [key for key in placements if reference.step_of(key) != reference.step_of(dearest)]
    usual = {"avert": dearest, "from": dearest, "to": (lower or placements)[0], "shorten": dearest}
    begin = {**usual, **known}
    options = sorted({*placements, *begin.values()}, key=reference.type_name)
    titles = {"avert": "Færre nye i", "from": "Flyttes fra", "to": "Flyttes til", "shorten": "Kortere forløb i"}
    return {
        name: st.selectbox(
            title,
            options,
            index=options.index(begin[name]),
            format_func=reference.type_name,
            key=f"type_{name}_{generation}",
        )
        for name, title in titles.items()
    }


def choose_start(scenario: Scenario, months: list[pd.Period], generation: int) -> pd.Period:
    """Let the reader choose the first month in which anything happens."""
    options = months if scenario.start in months else [scenario.start, *months]
    place = options.index(scenario.start)
    return st.selectbox(START, options, index=place, format_func=fmt.month_year, key=f"start_{generation}")


def choose_horizon(scenario: Scenario, as_of: pd.Period, generation: int) -> int:
    """Let the reader choose how many years to look ahead."""
    last = {str(as_of.year + years): years for years in HORIZONS}
    now = next(title for title, years in last.items() if years == scenario.outline_years)
    return last[
        st.segmented_control("Ser frem til", list(last), default=now, required=True, key=f"horisont_{generation}")
        or now
    ]


def every_lever(
    scenario: Scenario, placements: Mapping[str, float], reference: Reference, generation: int
) -> tuple[Scenario, bool]:
    """Show each lever with all its assumptions; return the scenario and whether levers were added or removed."""
    documents, changed = [], False
    for number, lever in enumerate(scenario.levers):
        with st.expander(escaped(lever_label(lever, reference))):
            written = _fields(lever, reference, f"{generation}_{number}")
            removed = st.button("Fjern grebet", key=f"fjern_{generation}_{number}")
        changed = changed or removed
        if not removed:
            documents.append(written)
    if (kind := _new_kind(generation)) is not None:
        texts = form.first_of_kind(kind, placements, reference, scenario.start.year)
        texts["source"] = SIMPLE_SOURCE
        documents.append(form.written_document(kind, texts))
        changed = True
    document = {**document_of(scenario.only([])), "levers": documents}
    return scenario_from(document, reference), changed


def _new_kind(generation: int) -> str | None:
    chosen, add = st.columns([3, 2], vertical_alignment="bottom")
    kind = chosen.selectbox("Nyt greb", list(KINDS), format_func=KIND_NAMES.__getitem__, key=f"nyt_{generation}")
    return kind if add.button("Tilføj greb", key=f"tilfoej_{generation}") else None


def _hint(lever: Lever, name: str) -> str | None:
    if name in form.RANGE:
        return f"Af: {field_label(lever.VALUE)}. Tom: samme som værdien"
    return HINTS.get(name)


def _fields(lever: Lever, reference: Reference, key: str) -> dict[str, Any]:
    texts = form.texts_of(lever, reference)
    names = sorted(kind.name for kind in reference.types.values())
    written = {}
    places = form_rows.places()
    for one in form.form_fields(lever.KIND):
        name = one.name
        # A source is a sentence, and amounts of several years are a line: they need the whole width.
        side = st if name == form.SOURCE or one.metadata["form"] == YEARS else next(places)
        if one.metadata["form"] == TYPE:
            index = names.index(texts[name])
            written[name] = side.selectbox(field_label(name), names, index=index, key=f"{name}_{key}")
        else:
            hint = _hint(lever, name)
            written[name] = side.text_input(field_label(name), texts[name], help=hint, key=f"{name}_{key}")
    try:
        return form.edited_document(lever, written, reference)
    except UserFault as fault:
        # The lever stays as it was until the text can be read; the others are not held up by it.
        show_fault(fault)
        return lever_document(lever)
