"""The view of the data that each agency received about a case."""

from marshmallow import fields

from services.partners.overview.received.rules import STATES, WITHDRAWAL_STATES
from services.partners.streams.stream.models import ChannelDelivery
from shared.access.declarations import ID, declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.events.contract import Code, Codes, Count, Day, Instant, Reference
from shared.reference import codes

_BASIC = FieldClass.BASIC


class ReceivedType(View):
    """How often an agency received events of a type, and when first and last."""

    type = declare(fields.String(), _BASIC, "The type of the events.", example="intake.referral.sent")
    count = declare(Count(), _BASIC, "How often.", example=1)
    first_at = declare(Instant(), _BASIC, "When first.")
    last_at = declare(Instant(), _BASIC, "When last.")


class ReceivedByChannel(View):
    """How many events a channel delivered at least, each counted once, and when last."""

    channel = ChannelDelivery.channel
    count = declare(
        Count(),
        _BASIC,
        "At least so many events. A repeated delivery counts once. A crash can lose the count of one that was sent.",
        example=1,
    )
    last_at = ChannelDelivery.last_at


class ReceivedWithdrawal(View):
    """Whether an agency was notified of a withdrawal, and its answer."""

    consent = declare(nullable(Reference()), _BASIC, "The consent, as far as the answer names it.")
    state = declare(Code(WITHDRAWAL_STATES), _BASIC, "Whether the agency was notified.")
    told_at = declare(nullable(Instant()), _BASIC, "When the agency was last notified of a withdrawal.")
    answer = declare(
        nullable(Code(codes("withdrawal_answer"))), _BASIC, "The action that the agency reported; null: none yet."
    )
    answered_at = declare(nullable(Instant()), _BASIC, "When it reported that.")


class ReceivedByAgency(View):
    """The data that one agency received about a case."""

    agency = declare(Reference(), _BASIC, "The agency, by its id in the register.")
    name = declare(nullable(fields.String()), _BASIC, "Its name in the register.")
    state = declare(Code(STATES), _BASIC, "Whether it may receive more.")
    purposes = declare(Codes(codes("consent_purpose")), _BASIC, "The purposes for which it can receive data now.")
    only_remedies = declare(
        nullable(Codes(codes("remedy"))), _BASIC, "The only claims that its consents are about; null: any."
    )
    only_matters = declare(
        nullable(Codes(codes("matter_type"))),
        _BASIC,
        "The only types of matter that its consents are about; null: any.",
    )
    only_stages = declare(
        nullable(Codes(codes("criminal_stage"))),
        _BASIC,
        "The only stages of the criminal proceedings in which its consents apply; null: all.",
    )
    until = declare(nullable(Day()), _BASIC, "The last day of the last valid consent or ground; null: there is none.")
    data_categories = declare(Codes(codes("data_category")), _BASIC, "The data categories that it received.")
    types = parts(ReceivedType)
    channels = parts(ReceivedByChannel)
    first_at = declare(nullable(Instant()), _BASIC, "When it first received something; null: it received nothing.")
    last_at = declare(nullable(Instant()), _BASIC, "When it last received something.")
    withdrawals = parts(ReceivedWithdrawal)


class ReceivedOfCase(CaseView):
    """The data that each agency received about a case."""

    id = ID
    agencies = parts(ReceivedByAgency)
