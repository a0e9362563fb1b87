"""Who has access: the fields, each declared once, and what is recorded and shown of teams, exclusions and notices."""

from typing import cast
from uuid import UUID

from marshmallow import fields

from shared.access.agency_fields import AgencyCode, AgencyNamed
from shared.access.declarations import ID, declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import Copied, View, parts
from shared.events.bounded import BoundedList
from shared.events.contract import Code, Flag, Instant, Reference
from shared.http import Command, optional, paging, required
from shared.http.words import SingleLine
from shared.reference import codes

LARGEST_TEAM = 50

MEMBER = declare(Reference(), FieldClass.BASIC, "The member of staff.", staff=True)
HANDED_TO = declare(Reference(), FieldClass.BASIC, "Who has their part from then on.", staff=True)
ROLE = declare(Code(codes("staff_role")), FieldClass.BASIC, "Their part in the case.")
LEAD = declare(Flag(), FieldClass.BASIC, "Whether they lead the case.")

# Whom the person fears: not even access in an emergency shows that. What somebody of their own life is to them is shown
# beside the safe contact (`keep_away`), to whoever plans one.
EXCLUSION_KIND = declare(Code(codes("exclusion_kind")), FieldClass.PRIVILEGED, "What kind of exclusion it is.")
EXCLUDED_MEMBER = declare(
    nullable(Reference()), FieldClass.PRIVILEGED, "The member of staff or interpreter whom the person does not want."
)
EXCLUDED_AGENCY = declare(
    nullable(Reference()), FieldClass.PRIVILEGED, "The agency that the person does not want, by its id in the register."
)
EXCLUDED_AGENCY_CODE = declare(
    AgencyCode(), FieldClass.PRIVILEGED, "Its code, where the law names it by one; else null.", example="NL.COMENSHA"
)
EXCLUDED_AGENCY_ASKED = declare(
    nullable(AgencyNamed()),
    FieldClass.PRIVILEGED,
    "The agency, by its id in the register; an authority of the law also by its code.",
    example="NL.COMENSHA",
)
EXCLUSION_NOTE = declare(
    nullable(SingleLine(500)),
    FieldClass.PRIVILEGED,
    "Who it is, where it is neither staff nor an agency.",
    example="Fictitious",
)

#: Of staff alone, and of no case.
STAFF_MEMBER = declare(Reference(), None, "The member of staff.")
SUPERVISOR = declare(Reference(), None, "Who supervises them.")
EMERGENCY_REASON = declare(Code(codes("break_glass_reason")), None, "Why the case has to be read.")


GLASS = declare(Reference(), FieldClass.BASIC, "The access in an emergency.")
REVIEW_OUTCOME = declare(Code(codes("emergency_review")), FieldClass.BASIC, "Whether it had to be.")


class AddMember(Command):
    """A member of staff joins the team."""

    member: UUID = required(MEMBER)
    role: str = required(ROLE)
    lead: bool = optional(LEAD, default=False)


class RevokeAccess(Command):
    """Every token of a member of staff is revoked."""

    member: UUID = required(STAFF_MEMBER)


class Exclude(Command):
    """The person does not want somebody near the case: staff, an agency, or somebody of their own life."""

    kind: str = required(EXCLUSION_KIND)
    member: UUID | None = optional(EXCLUDED_MEMBER, default=None)
    agency: UUID | None = optional(EXCLUDED_AGENCY_ASKED, default=None)
    note: str | None = optional(EXCLUSION_NOTE, default=None)


class Supervise(Command):
    """A supervisor supervises a member of staff."""

    supervisor: UUID = required(SUPERVISOR)
    member: UUID = required(STAFF_MEMBER)


class OpenInEmergency(Command):
    """Somebody has to read a case that they have no part in."""

    reason: str = required(EMERGENCY_REASON)


class ReviewGlass(Command):
    """Somebody else looked at an access in an emergency."""

    outcome: str = required(REVIEW_OUTCOME)


class TransferMember(Command):
    """A member of the team that takes the case over."""

    member: UUID = required(MEMBER)
    role: str = required(ROLE)
    lead: bool = optional(LEAD, default=False)


MEMBERS = declare(
    cast(
        "fields.Field[list[TransferMember]]",
        BoundedList(fields.Nested(TransferMember.schema), LARGEST_TEAM, least=1),
    ),
    FieldClass.BASIC,
    "The whole team that has the case from now on.",
    example=[{"member": "0195566e-7a10-7000-8000-000000000001", "role": "caseworker", "lead": True}],
)


class TransferCase(Command):
    """The whole team that has the case from now on; whoever is not named leaves it."""

    members: list[TransferMember] = required(MEMBERS)


class TeamMember(View):
    """Who works on a case, and their part in it."""

    member = MEMBER
    role = ROLE
    lead = LEAD


class Exclusion(View):
    """Whom the person does not want near the case; `member` and `agency` are null for somebody of their own life."""

    id = declare(Reference(), FieldClass.PRIVILEGED, "The exclusion.")
    kind = EXCLUSION_KIND
    member = EXCLUDED_MEMBER
    agency = EXCLUDED_AGENCY
    agency_code = EXCLUDED_AGENCY_CODE
    note = EXCLUSION_NOTE


class TransferredCase(View):
    """The case that was transferred."""

    id = ID


class ReviewedGlass(View):
    """The access in an emergency that was reviewed."""

    id = GLASS
    outcome = REVIEW_OUTCOME


class RevokedAccess(View):
    """The moment up to which a member of staff's tokens are revoked."""

    member = STAFF_MEMBER
    before = declare(Instant(), None, "Tokens that were issued before this moment count no more.")


class Supervision(View):
    """Who supervises whom."""

    supervisor = SUPERVISOR
    member = STAFF_MEMBER


class SupervisedStaff(View):
    """The members of staff whom somebody supervises."""

    supervisor = SUPERVISOR
    members = declare(fields.List(Reference()), None, "The members of staff.")


class Notice(View):
    """What somebody is told because it was done, until they acknowledge it."""

    id = declare(Reference(), None, "The notice.")
    kind = declare(Code(), None, "What was done.", example="glass_broken")
    member = declare(Reference(), None, "Who did it.")
    reason = declare(Code(), None, "Why they did it.", example="immediate_danger_to_life")
    at = declare(Instant(), None, "When they did it (real time).")
    case = declare(
        nullable(Reference(attribute="case_id")), None, "The case; null for a notice about the access of staff."
    )


class NoticePage(View):
    """Notices that the reader has not acknowledged yet, oldest first."""

    notices = parts(Notice)
    next = paging.NEXT


class AcknowledgedNotice(View):
    """The notice that was acknowledged."""

    id = declare(Reference(), None, "The notice.")
    acknowledged = declare(Flag(), None, "That it was.")


#: What the whole case shows of this topic, and its copy; the person knows whom they work with by their roles.
TEAM = parts(TeamMember)
EXCLUSIONS = parts(Exclusion, Copied("exclusion", third_parties=True))
