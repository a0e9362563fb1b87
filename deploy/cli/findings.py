"""The result of a check of `doctor`."""

from dataclasses import dataclass

OK, WARN, FAIL = "ok", "warn", "fail"
#: The check could not be made, so the result is not "ok".
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One check: its state (ok, warn, fail, unknown), why, and the exact fix."""

    check: str
    state: str
    why: str
    fix: str = ""
