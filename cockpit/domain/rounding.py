"""Rounded figures beside what they add up to: where they do not as written, the reader is told so."""

from collections.abc import Sequence

from cockpit.domain import format as fmt

NOTE = "Tallene er afrundet hver for sig, så summer og forskelle kan afvige på sidste ciffer."
_EXACT = 0.02  # of what is counted (kr., persons): parts and total that differ by more are no sum at all


def drifts(parts: Sequence[float], total: float, *, unit: float = 1.0, decimals: int = 1) -> bool:
    """Say whether parts that make up a total do not when each is written in `unit` with so many decimals.

    False where they are no sum to begin with, and where any of them is absent.
    """
    if fmt.is_absent(total) or any(map(fmt.is_absent, parts)) or abs(sum(parts) - total) > _EXACT:
        return False
    return sum(fmt.rounded(part / unit, decimals) for part in parts) != fmt.rounded(total / unit, decimals)
