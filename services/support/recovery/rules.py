"""Which clock is a recovery period, and what is announced when one reaches its minimum."""

from uuid import UUID

from shared.events.envelope import Announcement


def is_recovery_minimum(code: str, kind: str) -> bool:
    """Return whether a clock is a recovery period that the person has at least: `GB.RECOVERY_MIN` and the like."""
    return kind == "minimum" and "RECOVERY" in code


def recovery_supported(clock: UUID) -> Announcement:
    """Announce that a minimum was reached, and that reaching it ends nothing here."""
    return Announcement("recovery.supported", {"clock": clock, "reached": True, "support_continues": True})
