"""Events about teams, supervision, exclusions and access in an emergency."""

from typing import Final

from marshmallow import Schema

from services.intake.staff_access import schemas
from shared.access import endings, revocations, staff_access
from shared.access.declarations import omittable
from shared.events.audience import inside
from shared.events.contract import Count, EventType


class TeamMemberAdded(Schema):
    """A member of staff works on the case from now on."""

    member = schemas.MEMBER
    role = schemas.ROLE
    lead = schemas.LEAD


class TeamMemberRemoved(Schema):
    """A member of staff may not see the case any more."""

    member = schemas.MEMBER
    #: Where they work here no more.
    handed_to = omittable(schemas.HANDED_TO)


class TeamTransferred(Schema):
    """The case went to another team, whole; who joined and who left is told one by one before."""

    lead = schemas.MEMBER
    joined = Count(required=True)
    left = Count(required=True)


class GlassReviewed(Schema):
    """Somebody else looked at an access in an emergency, and what they say of it."""

    glass = schemas.GLASS
    outcome = schemas.REVIEW_OUTCOME


class GlassNotReviewed(Schema):
    """Nobody has looked at an access in an emergency yet; it comes back tomorrow."""

    glass = schemas.GLASS


_OF_STAFF: Final = inside("It is about staff, whom no agency knows by an id.")
EVENTS = (
    EventType(
        "access.glass_reviewed",
        GlassReviewed,
        "access",
        "Somebody else reviewed an access in an emergency.",
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
