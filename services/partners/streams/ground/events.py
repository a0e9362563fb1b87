"""What is followed of intake's cases for the gate."""

from typing import Final

from marshmallow import Schema

from shared.access import agency_grounds, case_restrictions, exclusions
from shared.events.contract import Code, Read, Reference
from shared.events.openings import HELD_ERASURE
from shared.privacy import erasure

SOURCE: Final = "intake"


class LawView(Schema):
    """Under whose law a case is."""

    jurisdiction = Code(required=True)


class SentView(Schema):
    """To which agency a referral went."""

    referral = Reference(required=True)
    agency = Reference(required=True)


class FormerSentView(Schema):
    """The same, to an authority of the law by its code."""

    referral = Reference(required=True)
    agency = Code(required=True)


class FreezeView(Schema):
    """Which freeze of what goes by consent."""

    freeze = Reference(required=True)


LAWS: Final = (Read("intake.contact.opened", LawView), Read("intake.contact.changed", LawView))
GROUNDS: Final = agency_grounds.reads_of(SOURCE)
REFERRALS: Final = (
    Read("intake.referral.sent", FormerSentView, about="referral"),
    Read("intake.referral.sent", SentView, 2, about="referral"),
)
EXCLUSIONS: Final = exclusions.reads_of(SOURCE)
#: Of an erasure that a legal hold delays.
HELD_ERASURES: Final = (erasure.held_of(SOURCE, goes_in_parts=True),)
HELD: Final = f"{SOURCE}.{erasure.HELD.name}"
#: An agency with a ground for one of these conducts what a legal hold is for.
LEGAL_WORK: Final = HELD_ERASURE.purposes
RESTRICTIONS: Final = (*case_restrictions.reads_of(SOURCE), *HELD_ERASURES)
FROZEN: Final = f"{SOURCE}.sharing.frozen"
RESUMED: Final = f"{SOURCE}.sharing.resumed"
FREEZES: Final = (
    Read(FROZEN, FreezeView, about="freeze", protects=True),
    Read(RESUMED, FreezeView, about="freeze"),
)
#: What ends a ground.
GROUND_ENDINGS: Final = frozenset(
    (f"{SOURCE}.consent.withdrawn", f"{SOURCE}.consent.due_again", f"{SOURCE}.sharing.reviewed", HELD)
)
#: What may open to an agency what was not open before.
OPENING: Final = (*LAWS, *GROUNDS, *EXCLUSIONS, *RESTRICTIONS)
READS: Final = (*LAWS, *GROUNDS, *REFERRALS, *EXCLUSIONS, *RESTRICTIONS, *FREEZES, erasure.order_of(SOURCE))
#: What takes away something that an agency may receive.
ENDINGS: Final = GROUND_ENDINGS | {read.key for read in READS if read.protects}
EVENTS: Final = (erasure.ACKNOWLEDGED,)
