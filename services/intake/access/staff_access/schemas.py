"""The commands and views of teams, exclusions, supervision, access in an emergency and notices.

The fields of team members and emergency access are declared on their columns (`case.models`, `models`).
"""

from typing import cast
from uuid import UUID

from marshmallow import fields

from services.intake.access.staff_access.models import GlassReview
from services.intake.facts.case import models
from shared.access.agency_fields import AgencyCode, AgencyNamed
from shared.access.declarations import ID, declare, not_null, nullable
from shared.access.permissions import FieldClass
from shared.access.views import Copied, View, parts
from shared.events.contract import Code, Flag, Instant, Reference
from shared.events.kinds import BoundedList
from shared.http import Command, optional, paging, required
from shared.http.words import SingleLine
from shared.reference import codes

LARGEST_TEAM = 50

HANDED_TO = declare(Reference(), FieldClass.BASIC, "The staff member who takes over their part.", staff=True)

# Access in an emergency does not show whom the person fears. A reader who plans a contact sees in the safe contact
# (`keep_away`) what kinds of people of the person's own life are excluded.
EXCLUSION_KIND = declare(Code(codes("exclusion_kind")), FieldClass.PRIVILEGED, "The kind of exclusion.")
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
    "The excluded person, if it is not staff or an agency.",
    example="Fictitious",
)

#: Fields about staff, not about a case.
STAFF_MEMBER = declare(Reference(), None, "The member of staff.")
SUPERVISOR = declare(Reference(), None, "Who supervises them.")


class AddMember(Command):
    """A member of staff joins the team."""

    member: UUID = required(models.TeamMember.member)
    role: str = required(models.TeamMember.role)
    lead: bool = optional(models.TeamMember.lead, default=False)


class RevokeAccess(Command):
    """Every token of a member of staff is revoked."""

    member: UUID = required(STAFF_MEMBER)


class Exclude(Command):
    """The person excludes a staff member, an agency, or a private person from the case."""

    kind: str = required(EXCLUSION_KIND)
    member: UUID | None = optional(EXCLUDED_MEMBER, default=None)
    agency: UUID | None = optional(EXCLUDED_AGENCY_ASKED, default=None)
    note: str | None = optional(EXCLUSION_NOTE, default=None)


class Supervise(Command):
    """A supervisor supervises a member of staff."""

    supervisor: UUID = required(SUPERVISOR)
    member: UUID = required(STAFF_MEMBER)


class OpenInEmergency(Command):
    """A staff member has to read a case without having access to it."""

    reason: str = required(GlassReview.reason)


class ReviewGlass(Command):
    """Another person reviewed an access in an emergency."""

    outcome: str = required(not_null(GlassReview.outcome))


class TransferMember(Command):
    """A member of the team that takes the case over."""

    member: UUID = required(models.TeamMember.member)
    role: str = required(models.TeamMember.role)
    lead: bool = optional(models.TeamMember.lead, default=False)


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
    """The whole new team of the case. All other members leave it."""

    members: list[TransferMember] = required(MEMBERS)


class TeamMember(View, of=models.TeamMember):
    """A member of a case's team, and their role in it."""


class Exclusion(View):
    """An exclusion from the case. `member` and `agency` are null for a person of the person's own life."""

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

    id = GlassReview.id
    outcome = not_null(GlassReview.outcome)


class RevokedAccess(View):
    """The moment up to which a member of staff's tokens are revoked."""

    member = STAFF_MEMBER
    before = declare(Instant(), None, "Tokens that were issued before this moment count no more.")


class Supervision(View):
    """A supervisor, and a member of staff whom they supervise."""

    supervisor = SUPERVISOR
    member = STAFF_MEMBER


class SupervisedStaff(View):
    """The members of staff whom a supervisor supervises."""

    supervisor = SUPERVISOR
    members = declare(fields.List(Reference()), None, "The members of staff.")


class Notice(View):
    """A notice of an action, until its recipient acknowledges it."""

    id = declare(Reference(), None, "The notice.")
    kind = declare(Code(), None, "What was done.", example="glass_broken")
    member = declare(Reference(), None, "Who did it.")
    reason = declare(Code(), None, "Why they did it.", example="immediate_danger_to_life")
    at = declare(Instant(), None, "When they did it (real time).")
    case = declare(
        nullable(Reference(attribute="case_id")),
        None,
        "The case; null for a notice about the access of staff, or an erased case.",
    )


class NoticePage(paging.Page):
    """Notices that the reader has not acknowledged yet, oldest first."""

    notices = parts(Notice)


class AcknowledgedNotice(View):
    """The notice that was acknowledged."""

    id = declare(Reference(), None, "The notice.")
    acknowledged = declare(Flag(), None, "That it was.")


#: The parts of this topic in the case file and in the person's copy, which shows the team by their roles.
TEAM = parts(TeamMember)
EXCLUSIONS = parts(Exclusion, Copied("exclusion", third_parties=True))
