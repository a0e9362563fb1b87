"""Leave, legal aid and non-punishment: their fields, each declared once, and what is recorded and shown of them."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final

from services.legal.matter_file.models import OURS
from services.legal.matter_file.schemas import HAPPENED_ON, RECORDED_BY, REVISION, TAKEN_BACK_AT
from services.legal.protection.rules import LEGAL_AID, NON_PUNISHMENT, RESIDENCE
from shared.access.declarations import declare, nullable, or_null
from shared.access.views import CaseView, View, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code, Day, PartialDay, Reference
from shared.http import Command, optional, required
from shared.reference import codes

#: The bases of the law, by what they are for.
BASES: Final[Mapping[str, tuple[str, ...]]] = {
    RESIDENCE: tuple(codes("residence_ground")),
    LEGAL_AID: tuple(codes("legal_aid_basis")),
    NON_PUNISHMENT: tuple(codes("non_punishment_basis")),
}
PROTECTION = declare(Reference(), OURS, "What protects the person.")
KIND = declare(Code(codes("protection_kind")), OURS, "Leave to stay, legal aid, or not to be punished.")
BASIS = declare(
    Code(tuple(dict.fromkeys(code for of_kind in BASES.values() for code in of_kind))),
    OURS,
    "On which basis of the law, by the list of its kind: residence_ground, legal_aid_basis, non_punishment_basis.",
    example="NL.REFLECTION",
)
OFFENCE = declare(
    nullable(Code(codes("charge_group"))), OURS, "Of non-punishment: what the person is or was accused of, by group."
)
ACTED_ON = declare(nullable(PartialDay()), OURS, "When they did that; null: not known.")
AGE_AT_ACT = declare(nullable(Code(codes("age"))), OURS, "How old they were then.")
STEP = declare(Code(codes("protection_step")), OURS, "What became of it.")
STATE = declare(nullable(Code(codes("protection_step"))), OURS, "Where it stands; null: nothing was done yet.")
UNTIL = declare(nullable(Day()), OURS, "Of what was granted: its last day; null: not known, or nothing was granted.")
MERITS = declare(nullable(Code(codes("merits"))), OURS, "Of legal aid: how the prospects were judged.")


class RecordProtection(Command):
    """There is something that may protect the person."""

    kind: str = required(KIND)
    basis: str = required(BASIS)
    offence: str | None = optional(OFFENCE, default=None)
    acted_on: str | None = optional(ACTED_ON, default=None)
    age_at_act: str | None = optional(AGE_AT_ACT, default=None)


class RecordProtectionStep(Command):
    """What became of it."""

    step: str = required(STEP)
    until: date | None = optional(UNTIL, default=None)
    merits: str | None = optional(MERITS, default=None)
    happened_on: date | None = optional(HAPPENED_ON, default=None)


class CorrectProtection(Correct):
    """What is so instead; what is left out, or null, stays."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_code", "basis": "NL.REFLECTION"}

    basis: str | None = optional(or_null(BASIS), default=None)
    offence: str | None = optional(OFFENCE, default=None)
    acted_on: str | None = optional(ACTED_ON, default=None)
    age_at_act: str | None = optional(AGE_AT_ACT, default=None)


class CorrectProtectionStep(Correct):
    """What became of it instead, when, or until when."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "happened_on": "2026-03-02"}

    step: str | None = optional(or_null(STEP), default=None)
    until: date | None = optional(UNTIL, default=None)
    merits: str | None = optional(MERITS, default=None)
    happened_on: date | None = optional(or_null(HAPPENED_ON), default=None)


class StepOfProtection(View):
    """What became of it on a day."""

    id = declare(Reference(), OURS, "The step.")
    step = STEP
    happened_on = HAPPENED_ON
    until = UNTIL
    merits = MERITS
    recorded_by = RECORDED_BY
    revision = REVISION
    taken_back_at = TAKEN_BACK_AT


class ShownProtection(View):
    """What protects the person, and where it stands."""

    id = PROTECTION
    kind = KIND
    basis = BASIS
    offence = OFFENCE
    acted_on = ACTED_ON
    age_at_act = AGE_AT_ACT
    state = STATE
    until = UNTIL
    steps = parts(StepOfProtection)
    recorded_by = RECORDED_BY
    revision = REVISION
    taken_back_at = TAKEN_BACK_AT


class ProtectionList(CaseView):
    """What protects the person in a matter."""

    protections = parts(ShownProtection)
