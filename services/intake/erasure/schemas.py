"""Erasure and legal holds: their fields, each declared once, and what is recorded and shown of them."""

from datetime import date

from services.intake.erasure import rules
from shared.access.declarations import ID, declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.events.contract import Code, Codes, Day, Flag, Instant, Reference
from shared.http import Command, optional, required
from shared.reference import codes

STATE = declare(Code(rules.STATES), FieldClass.BASIC, "Where the request stands.")
REASON = declare(Code(codes("erasure_reason")), FieldClass.BASIC, "Why the case is to be erased.")
CHECKED = declare(
    Code(rules.CHECKS), FieldClass.BASIC, "`coercion`, alone with the person; `third_party`, what concerns others."
)
DECISION = declare(Code((rules.ORDER, rules.REFUSE, rules.LIFT)), FieldClass.BASIC, "What data protection decides.")
REFUSAL = declare(nullable(Code(codes("erasure_refusal"))), FieldClass.BASIC, "Why the request is refused.")
CONFIRMS = declare(Flag(), FieldClass.BASIC, "Whether the second person agrees.")
HOLD_BASIS = declare(Code(codes("legal_hold_basis")), FieldClass.BASIC, "What it is kept for.")
HOLD_UNTIL = declare(Day(), FieldClass.BASIC, "The last day of the hold.")
RECEIVED_ON = declare(
    nullable(Day()), FieldClass.BASIC, "When it was asked for, today by default: the month of the law runs from then."
)
CASE = declare(Reference(), FieldClass.BASIC, "The case, which may be gone.")
WAITS_FOR = declare(
    Codes(rules.HOLDERS), FieldClass.BASIC, "The holders that have not answered yet.", example=["legal"]
)


class RequestErasure(Command):
    """A case is to be erased."""

    reason: str = optional(REASON, default="asked_for_by_the_person")
    received_on: date | None = optional(RECEIVED_ON, default=None)


class CheckErasure(Command):
    """A request was examined: `coercion`, alone with the person; `third_party`, what concerns others."""

    checked: str = required(CHECKED)


class DecideErasure(Command):
    """Data protection decides; a reason is given where it refuses."""

    decision: str = required(DECISION)
    reason: str | None = optional(REFUSAL, default=None)


class ConfirmErasure(Command):
    """A second person confirms an order that was proposed, or refuses it with a reason."""

    confirms: bool = required(CONFIRMS)
    reason: str | None = optional(REFUSAL, default=None)


class PlaceHold(Command):
    """What proceedings need of the case is kept, until a day."""

    basis: str = required(HOLD_BASIS)
    until: date = required(HOLD_UNTIL)


class CheckedErasure(View):
    """The request that was examined."""

    id = ID


class DecidedErasure(View):
    """Where a request stands now."""

    id = ID
    state = STATE


class ErasureRequest(View):
    """A request to erase a case; what has not happened yet is null."""

    id = ID
    state = STATE
    reason = REASON
    refusal = REFUSAL
    requested_at = declare(Instant(), FieldClass.BASIC, "When that was recorded.")
    received_on = RECEIVED_ON
    coercion_checked_at = declare(
        nullable(Instant()), FieldClass.BASIC, "When somebody made sure that nobody forces the person."
    )
    third_party_reviewed_at = declare(nullable(Instant()), FieldClass.BASIC, "When what concerns others was reviewed.")
    decided_at = declare(nullable(Instant()), FieldClass.BASIC, "When it was decided, or an order proposed.")
    decided_by = declare(nullable(Reference()), FieldClass.BASIC, "Who decided, or proposed the order.", staff=True)
    lapses_at = declare(
        nullable(Instant()), FieldClass.BASIC, "When a proposed order lapses unless a second person confirms it."
    )
    confirmed_at = declare(nullable(Instant()), FieldClass.BASIC, "When a second person confirmed or refused it.")
    confirmed_by = declare(nullable(Reference()), FieldClass.BASIC, "The second person.", staff=True)
    held_at = declare(
        nullable(Instant()),
        FieldClass.BASIC,
        "When all was erased but what a legal hold is for; that goes with its end.",
    )
    completed_at = declare(nullable(Instant()), FieldClass.BASIC, "When the last holder had answered.")


class LegalHold(View):
    """A reason why what proceedings need of a case is kept, until a day."""

    id = ID
    basis = HOLD_BASIS
    until = HOLD_UNTIL


class CaseErasures(CaseView):
    """A case's erasure requests and legal holds, oldest first."""

    erasure_requests = parts(ErasureRequest)
    legal_holds = parts(LegalHold)


class HolderAnswer(View):
    """What a holder did with its part."""

    holder = declare(Code(rules.HOLDERS), FieldClass.BASIC, "The service.", example="legal")
    answer = declare(Code(("deleted", "kept")), FieldClass.BASIC, "Whether its part is gone.")
    basis = declare(nullable(Code(codes("erasure_basis"))), FieldClass.BASIC, "On what basis it is kept.")
    at = declare(Instant(), FieldClass.BASIC, "When the answer arrived.")


class FollowedErasure(ErasureRequest):
    """A request, even once its case is erased, with each holder's answer."""

    case = CASE
    answers = parts(HolderAnswer)
    waits_for = WAITS_FOR


class OverdueErasure(View):
    """An order that some holder has left unanswered."""

    id = ID
    case = CASE
    ordered_at = declare(Instant(), FieldClass.BASIC, "When it was ordered.")
    waits_for = WAITS_FOR


class OverdueErasures(View):
    """The orders that some holder has left unanswered, oldest first."""

    erasures = parts(OverdueErasure)
