"""Dependants: their fields, each declared once, and what is recorded and shown of them. A name has no field."""

from datetime import date
from typing import Final
from uuid import UUID

from services.support.case.schemas import CorrectTimed, RecordView, Timed
from shared.access.declarations import declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Day, Reference
from shared.http import Command, optional, required
from shared.reference import codes

_ACCOUNT: Final = FieldClass.ACCOUNT
_CHILDREN: Final = "children"
DEPENDANT = declare(Reference(), _ACCOUNT, "The dependant.", category=_CHILDREN)
RELATION = declare(Code(codes("dependant_relation")), _ACCOUNT, "What they are to the person.", category=_CHILDREN)
AGE = declare(Code(codes("dependant_age")), _ACCOUNT, "How old, in a bracket.", category=_CHILDREN)
WHEREABOUTS = declare(
    Code(codes("dependant_whereabouts")), _ACCOUNT, "Where they are; never an address.", category=_CHILDREN
)
CARE = declare(Code(codes("dependant_care")), _ACCOUNT, "Who has the care.", category=_CHILDREN)
OWN_CASE = declare(
    nullable(Reference()), _ACCOUNT, "Their own case, where they may be a victim too.", category=_CHILDREN
)
NOTED_ON = declare(Day(), _ACCOUNT, "The day on which it was noted, today by default.", category=_CHILDREN)
CHECK_ON = declare(Day(), _ACCOUNT, "By which day somebody sees how they are.", category=_CHILDREN)


class RecordDependant(Timed):
    """Somebody who depends on the person."""

    relation: str = required(RELATION)
    age: str = required(AGE)
    whereabouts: str = required(WHEREABOUTS)
    care: str = required(CARE)
    own_case: UUID | None = optional(OWN_CASE, default=None)
    noted_on: date | None = optional(NOTED_ON, default=None)
    check_on: date | None = optional(or_null(CHECK_ON), default=None)


class CheckDependant(Command):
    """Somebody saw how they are; what is left out stays as it is."""

    whereabouts: str | None = optional(WHEREABOUTS, default=None)
    care: str | None = optional(CARE, default=None)
    own_case: UUID | None = optional(OWN_CASE, default=None)
    check_on: date | None = optional(or_null(CHECK_ON), default=None)


class CorrectDependant(CorrectTimed):
    """What is so instead; what is left out stays as it is."""

    relation: str | None = optional(RELATION, default=None)
    age: str | None = optional(AGE, default=None)
    noted_on: date | None = optional(NOTED_ON, default=None)


class Dependant(RecordView):
    """A dependant as the case shows them."""

    id = DEPENDANT
    relation = RELATION
    age = AGE
    whereabouts = WHEREABOUTS
    care = CARE
    own_case = OWN_CASE
    noted_on = NOTED_ON
    checked_on = declare(nullable(Day()), _ACCOUNT, "When somebody last saw how they are.", category=_CHILDREN)
    check_on = CHECK_ON
