"""Points in time as the store holds them: columns without a zone, always in UTC."""

from datetime import UTC, datetime


def to_store(at: datetime) -> datetime:
    """Return a point in time as it is written; one without a zone is taken for UTC."""
    return (at.astimezone(UTC) if at.tzinfo else at).replace(tzinfo=None)


def from_store(at: datetime) -> datetime:
    """Return what was written, with its zone."""
    return at.replace(tzinfo=UTC)
