"""The events of intake that state facts of a case."""

from collections.abc import Mapping
from typing import Final

OPENED: Final = "intake.contact.opened"
PERSON: Final = "intake.person.recorded"
DETECTED: Final = "intake.detection.recorded"
WITHDRAWN: Final = "intake.record.withdrawn"
CORRECTED: Final = "intake.identification.corrected"
#: Event of the official path -> the kind of fact.
STEPS: Final[Mapping[str, str]] = {
    "intake.identification.submitted": "submission",
    "intake.identification.step_recorded": "step",
    "intake.identification.decided": "decision",
}
#: Facts of any kind, and later revisions of all.
STATED: Final = frozenset(f"intake.fact.{verb}" for verb in ("recorded", "corrected", "withdrawn"))
