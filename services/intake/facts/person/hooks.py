"""Hook of the person: the age by which a person is treated changed."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shared.runtime.hooks import Hook


@dataclass(frozen=True)
class NewAge:
    """The age of a case (code list `age`) before and after a change."""

    case: UUID
    before: str
    after: str


AGE_CHANGED: Final = Hook[NewAge]("person.age_changed")
