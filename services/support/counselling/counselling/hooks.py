"""Hook of counselling: a course was withdrawn, so its sessions are not services."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.support.cases.case.actions import Change
from shared.runtime.hooks import Hook


@dataclass(frozen=True)
class Withdrawn:
    """A course that was withdrawn."""

    change: Change
    course: UUID


WITHDRAWN: Final = Hook[Withdrawn]("counselling.withdrawn")
