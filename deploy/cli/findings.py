"""What a check of `doctor` finds."""

from dataclasses import dataclass

OK, WARN, FAIL = "ok", "warn", "fail"
#: What could not be asked: nothing is known, so that it is no "ok".
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One check: its state (ok, warn, fail, unknown), why, and the exact fix."""

    check: str
    state: str
    why: str
    fix: str = ""
