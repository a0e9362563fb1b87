"""Events about teams, supervision, exclusions and access in an emergency."""

from marshmallow import Schema

from shared.access import revocations, staff_access
from shared.events.contract import Code, EventType, Flag, Reference
from shared.reference import codes


class TeamMemberAdded(Schema):
    """A member of staff works on the case from now on."""

    member = Reference(required=True)
    role = Code(codes("staff_role"), required=True)
    lead = Flag(required=True)


class TeamMemberRemoved(Schema):
    """A member of staff may not see the case any more."""

    member = Reference(required=True)


EVENTS = (
    EventType("team.member_added", TeamMemberAdded, "team", "A member of staff joined the case's team."),
    EventType("team.member_removed", TeamMemberRemoved, "team", "A member of staff left the team.", protects=True),
    revocations.EVENT,
    *staff_access.EVENTS,
)
