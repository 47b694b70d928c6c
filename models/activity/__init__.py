"""The activity engine: volume, cost and refund of known, new and moved spells on sample paths."""

from models.activity.fits import Windows
from models.activity.paths import ActivityPaths
from models.activity.simulation import simulate

__all__ = ["ActivityPaths", "Windows", "simulate"]
