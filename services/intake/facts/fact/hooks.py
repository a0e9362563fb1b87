"""Hook of facts: an upgrade adopts a case, so topics above state what the records of older releases say."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.runtime.hooks import Hook


@dataclass(frozen=True)
class Adoption:
    """A locked case that an upgrade adopts."""

    case: UUID
    now: datetime


ADOPTED: Final = Hook[Adoption]("fact.adopted")
