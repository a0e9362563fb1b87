"""The commands and views of entitlements, and the views of recovery periods. Many fields are on columns (`models`)."""

from datetime import date
from typing import Final

from services.support.cases.case.schemas import CorrectTimed, Timed
from services.support.help.entitlement import models
from shared.access.declarations import declare, not_null, nullable
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.contract import Code, Codes, Day, Flag
from shared.http import Command, optional, required
from shared.reference import codes

_ACCOUNT: Final = FieldClass.ACCOUNT

ENTITLEMENT = declare(Code(codes("entitlement")), _ACCOUNT, "The entitlement.", example="GB.MOVE_ON_SUPPORT")


class RecordEntitlement(Timed):
    """Record an entitlement that began."""

    entitlement: str = required(ENTITLEMENT)
    started_on: date | None = optional(models.Entitlement.started_on, default=None)
    ends_on: date | None = optional(models.Entitlement.ends_on, default=None)


class AskForLonger(Command):
    """Record a request for a longer period."""

    asked_on: date | None = optional(not_null(models.Entitlement.asked_on), default=None)


class ProlongEntitlement(Command):
    """Prolong an entitlement to a new last day."""

    ends_on: date = required(declare(Day(), _ACCOUNT, "Its last day from now on."))


class EndEntitlement(Command):
    """End an entitlement. Nothing ends it automatically."""

    ended_on: date | None = optional(not_null(models.Entitlement.ended_on), default=None)


class CorrectEntitlement(CorrectTimed):
    """Correct an entitlement. Omitted values stay unchanged."""

    started_on: date | None = optional(models.Entitlement.started_on, default=None)
    ends_on: date | None = optional(models.Entitlement.ends_on, default=None)
    asked_on: date | None = optional(not_null(models.Entitlement.asked_on), default=None)
    ended_on: date | None = optional(not_null(models.Entitlement.ended_on), default=None)


class ConfirmProposal(Timed):
    """Confirm that the person has a proposed entitlement. It is then recorded."""

    started_on: date | None = optional(not_null(models.EntitlementProposal.started_on), default=None)
    ends_on: date | None = optional(models.Entitlement.ends_on, default=None)


class RefuseProposal(Command):
    """State that the person does not have a proposed entitlement."""

    refusal: str = required(not_null(models.EntitlementProposal.refusal))


class EntitlementProposal(View, of=models.EntitlementProposal):
    """An entitlement that was proposed because of a step of the official path."""

    of_profile = ENTITLEMENT


class Entitlement(View, of=models.Entitlement):
    """An entitlement in the support file, with its end and its successors."""

    of_profile = ENTITLEMENT
    ends_on = declare(nullable(Day()), _ACCOUNT, "The last day; null: not known. Nothing ends automatically on it.")
    kind = declare(Code(codes("entitlement_kind")), _ACCOUNT, "Whether it lasts at least or at most so long.")
    ends_with = declare(Code(codes("entitlement_end")), _ACCOUNT, "Until when it holds.")
    prolonged_by = declare(nullable(Code(codes("entitlement_prolonging"))), _ACCOUNT, "The grounds for an extension.")
    ask_by = declare(nullable(Day()), _ACCOUNT, "By which day to ask for longer.")
    then = declare(Codes(codes("entitlement")), _ACCOUNT, "The possible next entitlements.", example=[])
    unsure = declare(Flag(), _ACCOUNT, "Whether an expert should check the profile's rule.")


class RecoveryPeriod(View, of=models.Recovery):
    """A recovery period, whose clock intake keeps."""


class Recovery(View):
    """The recovery periods of a case. Support continues after them."""

    periods = parts(RecoveryPeriod)
    support_continues = declare(Flag(), FieldClass.BASIC, "True: support ends with no period.")
