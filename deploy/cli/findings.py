"""What a check of `doctor` finds."""

from dataclasses import dataclass

OK, WARN, FAIL = "ok", "warn", "fail"


@dataclass(frozen=True)
class Finding:
    """One check: its state (ok, warn, fail), why, and the exact fix."""

    check: str
    state: str
    why: str
    fix: str = ""
