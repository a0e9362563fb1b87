"""The commands and the view of dependants. Fields are declared on their columns (`models`). A name has no field."""

from datetime import date
from uuid import UUID

from services.support.cases.case.schemas import CorrectTimed, Timed
from services.support.help.dependant import models
from shared.access.declarations import or_null
from shared.access.views import View
from shared.http import Command, optional, required


class RecordDependant(Timed):
    """Record a person who depends on the person."""

    relation: str = required(models.Dependant.relation)
    age: str = required(models.Dependant.age)
    whereabouts: str = required(models.Dependant.whereabouts)
    care: str = required(models.Dependant.care)
    own_case: UUID | None = optional(models.Dependant.own_case, default=None)
    noted_on: date | None = optional(models.Dependant.noted_on, default=None)
    check_on: date | None = optional(or_null(models.Dependant.check_on), default=None)


class CheckDependant(Command):
    """Record a check of a dependant. Omitted values stay unchanged."""

    whereabouts: str | None = optional(models.Dependant.whereabouts, default=None)
    care: str | None = optional(models.Dependant.care, default=None)
    own_case: UUID | None = optional(models.Dependant.own_case, default=None)
    check_on: date | None = optional(or_null(models.Dependant.check_on), default=None)


class CorrectDependant(CorrectTimed):
    """Correct a dependant. Omitted values stay unchanged."""

    relation: str | None = optional(models.Dependant.relation, default=None)
    age: str | None = optional(models.Dependant.age, default=None)
    noted_on: date | None = optional(models.Dependant.noted_on, default=None)


class Dependant(View, of=models.Dependant):
    """A dependant in the support file."""
