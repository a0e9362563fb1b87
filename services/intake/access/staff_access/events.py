"""Events about teams, supervision, exclusions and access in an emergency, and legal's events about barriers.

A barrier closes a case to a staff member.
"""

from typing import Final

from marshmallow import Schema

from services.intake.access.staff_access import schemas
from services.intake.access.staff_access.models import GlassReview
from services.intake.facts.case.models import TeamMember
from shared.access import endings, revocations, staff_access
from shared.access.declarations import field_of, not_null, omittable
from shared.events.audience import inside
from shared.events.contract import Code, Count, EventType, Read, Reference


class TeamMemberAdded(Schema):
    """A member of staff joined the team."""

    member = field_of(TeamMember.member)
    role = field_of(TeamMember.role)
    lead = field_of(TeamMember.lead)


class TeamMemberRemoved(Schema):
    """A member of staff left the team, and has no further access to the case."""

    member = field_of(TeamMember.member)
    #: Only for a member who has left the agency.
    handed_to = omittable(schemas.HANDED_TO)


class TeamTransferred(Schema):
    """The whole team was replaced. Earlier events name each member who joined or left."""

    lead = field_of(TeamMember.member)
    joined = Count(required=True)
    left = Count(required=True)


class GlassReviewed(Schema):
    """Another person reviewed an access in an emergency, with this outcome."""

    glass = field_of(GlassReview.id)
    outcome = not_null(GlassReview.outcome)


class GlassNotReviewed(Schema):
    """An access in an emergency has not been reviewed yet. The event is repeated each day."""

    glass = field_of(GlassReview.id)


_OF_STAFF: Final = inside("It is about staff, whom no agency knows by an id.")

EVENTS = (
    EventType(
        "access.glass_reviewed",
        GlassReviewed,
        "access",
        "A second person reviewed an emergency access.",
        audience=_OF_STAFF,
    ),
    EventType(
        "access.glass_review_overdue",
        GlassNotReviewed,
        "access",
        "An access in an emergency waits for its review.",
        audience=_OF_STAFF,
    ),
    EventType(
        "team.member_added", TeamMemberAdded, "team", "A member of staff joined the case's team.", audience=_OF_STAFF
    ),
    EventType(
        "team.member_removed",
        TeamMemberRemoved,
        "team",
        "A member of staff left the team.",
        protects=True,
        audience=_OF_STAFF,
    ),
    EventType(
        "team.transferred",
        TeamTransferred,
        "team",
        "The case was handed over to another team, whole.",
        audience=_OF_STAFF,
    ),
    revocations.EVENT,
    *endings.EVENTS,
    *staff_access.EVENTS,
)


class BarrierSet(Schema):
    """A case is closed to a member of staff."""

    barrier = Reference(required=True)
    member = Reference(required=True)
    set_by = Reference(required=True)


class BarrierLifted(Schema):
    """A barrier was set by mistake."""

    barrier = Reference(required=True)
    member = Reference(required=True)


SET: Final = "legal.barrier.set"

LIFTED: Final = "legal.barrier.lifted"


class WaitingTaken(Schema):
    """A staff member takes a request that waits at support."""

    item = Reference(required=True)
    member = Reference(required=True)
    role = Code(required=True)


TAKEN: Final = "support.waiting.taken"

READS: Final = (
    Read(TAKEN, WaitingTaken),
    Read(SET, BarrierSet, about="barrier", protects=True),
    Read(LIFTED, BarrierLifted, about="barrier"),
)
