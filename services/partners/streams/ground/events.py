"""The events about intake's cases that the gate needs."""

from typing import Final

from marshmallow import Schema

from shared.access import agency_grounds, case_restrictions, exclusions
from shared.events.contract import Code, Count, Flag, Read, Reference
from shared.events.openings import HELD_ERASURE
from shared.privacy import erasure

SOURCE: Final = "intake"


class LawView(Schema):
    """The jurisdiction of a case."""

    jurisdiction = Code(required=True)


class SentView(Schema):
    """The agency that received a referral."""

    referral = Reference(required=True)
    agency = Reference(required=True)


class FormerSentView(Schema):
    """The same; a legal authority is named by its code."""

    referral = Reference(required=True)
    agency = Code(required=True)


class FreezeView(Schema):
    """The freeze of delivery by consent."""

    freeze = Reference(required=True)


class FactView(Schema):
    """A revision of a fact of the case. Facts of some kinds begin a stage of the criminal proceedings."""

    fact = Reference(required=True)
    revision = Count(required=True)
    kind = Code(required=True)
    withdrawn = Flag(required=True)


LAWS: Final = (Read("intake.contact.opened", LawView), Read("intake.contact.changed", LawView))
GROUNDS: Final = agency_grounds.reads_of(SOURCE)
REFERRALS: Final = (
    Read("intake.referral.sent", FormerSentView, about="referral"),
    Read("intake.referral.sent", SentView, 2, about="referral"),
)
EXCLUSIONS: Final = exclusions.reads_of(SOURCE)
#: The erasures that a legal hold delays.
HELD_ERASURES: Final = (erasure.held_of(SOURCE),)
HELD: Final = f"{SOURCE}.{erasure.HELD.name}"
#: An agency with a ground for one of these purposes conducts the work for which a legal hold keeps data.
LEGAL_WORK: Final = HELD_ERASURE.purposes
RESTRICTIONS: Final = (*case_restrictions.reads_of(SOURCE), *HELD_ERASURES)
FROZEN: Final = f"{SOURCE}.sharing.frozen"
RESUMED: Final = f"{SOURCE}.sharing.resumed"
FREEZES: Final = (
    Read(FROZEN, FreezeView, about="freeze", protects=True),
    Read(RESUMED, FreezeView, about="freeze"),
)
SERVICE: Final = "partners"
#: The services that record facts, and the projection of those that begin a stage of the criminal proceedings.
FACT_SOURCES: Final = (SOURCE, "legal")
FACTS_PROJECTION: Final = "criminal_facts"
#: The facts of a case. One of them can end a stage, and with it a consent.
CRIMINAL_FACTS: Final = tuple(
    Read(f"{source}.fact.{verb}", FactView, ends=True)
    for source in FACT_SOURCES
    for verb in ("recorded", "corrected", "withdrawn")
)
#: The events that end a ground.
GROUND_ENDINGS: Final = frozenset(
    (f"{SOURCE}.consent.withdrawn", f"{SOURCE}.consent.due_again", f"{SOURCE}.sharing.reviewed", HELD)
)
#: The events that can give an agency access that it did not have.
OPENING: Final = (*LAWS, *GROUNDS, *EXCLUSIONS, *RESTRICTIONS)
READS: Final = (
    *LAWS,
    *GROUNDS,
    *REFERRALS,
    *EXCLUSIONS,
    *RESTRICTIONS,
    *FREEZES,
    *CRIMINAL_FACTS,
    erasure.order_of(SOURCE),
)
#: The events that can end an agency's access.
ENDINGS: Final = GROUND_ENDINGS | {read.key for read in READS if read.protects}
EVENTS: Final = (erasure.ACKNOWLEDGED,)
