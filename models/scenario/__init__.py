"""The scenario engine: what a scenario changes, on the recorded spells of the baseline."""

from models.scenario.base import ScenarioBase, build_base
from models.scenario.engine import ScenarioEngine

__all__ = ["ScenarioBase", "ScenarioEngine", "build_base"]
