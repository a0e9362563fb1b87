"""Open cases, read a whole case or the person's copy of it, and read parts together with a case."""

from services.intake.cases.lifecycle.actions.opening import open_case, open_cases
from services.intake.cases.lifecycle.actions.parts import WITH, asked_parts, parts_of
from services.intake.cases.lifecycle.actions.whole import (
    WHOLE,
    copy_of,
    file_of,
    hidden_acts,
    read_case,
    read_contents,
    read_timeline,
)

__all__ = [
    "WHOLE",
    "WITH",
    "asked_parts",
    "copy_of",
    "file_of",
    "hidden_acts",
    "open_case",
    "open_cases",
    "parts_of",
    "read_case",
    "read_contents",
    "read_timeline",
]
