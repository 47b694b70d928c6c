"""Scenarios: the effect against the baseline, saved ones with what they were computed on, presets, and links."""

from cockpit.intake.scenario_file import read_scenario
from cockpit.services.scenario.effect import compare, result_of, sensitivity
from cockpit.services.scenario.links import from_link, to_link
from cockpit.services.scenario.pins import changes_since_saved
from cockpit.services.scenario.saved import (
    delete_scenario,
    presets,
    save_scenario,
    saved_scenarios,
    spoilt_scenarios,
)

__all__ = [
    "changes_since_saved",
    "compare",
    "delete_scenario",
    "from_link",
    "presets",
    "read_scenario",
    "result_of",
    "save_scenario",
    "saved_scenarios",
    "sensitivity",
    "spoilt_scenarios",
    "to_link",
]
