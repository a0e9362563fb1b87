"""Hook of counselling: a course was taken back, so its sessions are services of nobody."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.support.cases.case.actions import Change
from shared.runtime.hooks import Hook


@dataclass(frozen=True)
class Withdrawn:
    """A course that was taken back."""

    change: Change
    course: UUID


WITHDRAWN: Final = Hook[Withdrawn]("counselling.withdrawn")
