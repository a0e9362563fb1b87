"""The commands and views of the staff register.

The fields of proposals are declared on their columns (`models`). Names and addresses are sealed, so their fields are
declared here.
"""

from datetime import date
from enum import Enum
from typing import Final, cast
from uuid import UUID

from marshmallow import fields, validate

from services.intake.access.staff import models
from services.intake.facts.case.rules import OFFICER
from shared.access.agency_fields import AgencyCode, AgencyNamed
from shared.access.declarations import AnyField, declare, nullable, omittable
from shared.access.staff import LEFT, WORKING
from shared.access.views import View, parts
from shared.events.contract import Code, Codes, Count, Day, Flag, Reference
from shared.events.kinds import BoundedList
from shared.http import Command, Query, optional, paging, required
from shared.http.paging import NAMES
from shared.reference import codes

#: The most sign-ins of one person: one at each provider that they use.
MOST_SIGN_INS: Final = 10
#: The most cases that go to another person than the successor.
MOST_ELSEWHERE: Final = 200
_ISSUER_LENGTH, _SUBJECT_LENGTH = 500, 255
_AGENCY_EXAMPLE = "NL.COMENSHA"


class Unchanged(Enum):
    """The value of a field that a change omits."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED


def _text(longest: int) -> fields.String:
    return fields.String(validate=validate.Length(1, longest))


MEMBER = declare(Reference(), None, "The member of staff.", staff=True)
NAMED_ID = declare(
    nullable(Reference()),
    None,
    "An id that is theirs already, such as one of `GET /v1/staff/unnamed`; null: a new one.",
)
AGENCY = declare(Reference(), None, "Where they work: the agency's id in the register.")
AGENCY_CODE = declare(
    AgencyCode(), None, "Its code, where the law names it by one; else null.", example=_AGENCY_EXAMPLE
)
AGENCY_ASKED = declare(
    AgencyNamed(),
    None,
    "Where they work: the agency's id in the register; an authority of the law also by its code.",
    example=_AGENCY_EXAMPLE,
)
ROLES = declare(
    cast("fields.Field[list[str]]", BoundedList(Code(codes("staff_role")), len(list(codes("staff_role"))), least=1)),
    None,
    "Their roles.",
    example=["caseworker"],
)
LANGUAGES = declare(Codes(codes("language")), None, "The languages in which they work.", example=["ro"])
TAKES_CASES = declare(Flag(), None, "Whether they can be named for a case.")
UNTIL = declare(nullable(Day()), None, "Their last day; null: no end is known.")
NAME = declare(
    nullable(_text(200)), None, "The name; null for readers who do not work with them.", example="Fictitious A."
)
NAME_ASKED = declare(_text(200), None, "Their name.", example="Fictitious A.")
ADDRESS = declare(
    nullable(_text(300)),
    None,
    "An e-mail address or telephone number for colleagues; null also for readers who do not work with them.",
    example="a@example.org",
)
STATE = declare(Code((WORKING, LEFT)), None, "Whether they work here.")
SUCCESSOR = declare(Reference(), None, "The staff member who takes over their cases.", staff=True)
ISSUER = declare(
    _text(_ISSUER_LENGTH), None, "The provider's issuer, as its tokens name it.", example="https://id.example"
)
SUBJECT = declare(_text(_SUBJECT_LENGTH), None, "Their subject there.", example="fictitious")
ROLE = declare(Code(codes("staff_role")), None, "The role.", example=OFFICER)


class SignIn(Command):
    """A sign-in at an identity provider."""

    issuer: str = required(ISSUER)
    subject: str = required(SUBJECT)


SIGN_INS = declare(
    cast("fields.Field[list[SignIn]]", BoundedList(fields.Nested(SignIn.schema), MOST_SIGN_INS)),
    None,
    "By which sign-ins they are known; none of them is another's.",
    example=[{"issuer": "https://id.example", "subject": "fictitious"}],
)


class RegisterMember(Command):
    """Register a member of staff."""

    id: UUID | None = optional(NAMED_ID, default=None)
    agency: UUID = required(AGENCY_ASKED)
    roles: list[str] = required(ROLES)
    languages: list[str] = optional(LANGUAGES, default_factory=list)
    takes_cases: bool = optional(TAKES_CASES, default=True)
    until: date | None = optional(UNTIL, default=None)
    name: str = required(NAME_ASKED)
    address: str | None = optional(ADDRESS, default=None)
    sign_ins: list[SignIn] = optional(SIGN_INS, default_factory=list)


CODE = declare(nullable(_text(100)), None, "For an officer in production: the one-time code that the machine printed.")


class RegisterFirst(Command):
    """The first data protection officer, or operator, of an installation."""

    agency: UUID = required(AGENCY_ASKED)
    role: str = required(ROLE)
    name: str = required(NAME_ASKED)
    address: str | None = optional(ADDRESS, default=None)
    sign_ins: list[SignIn] = optional(SIGN_INS, default_factory=list)
    code: str | None = optional(CODE, default=None)


class AnswerStaffProposal(Command):
    """A second person's answer to a proposal."""

    confirms: bool = required(declare(Flag(), None, "Whether it opens; otherwise it is refused."))


class ChangeMember(Command):
    """The new values of a member of staff. An omitted field stays as it is."""

    agency: UUID | Unchanged = optional(AGENCY_ASKED, default=UNCHANGED)
    roles: list[str] | Unchanged = optional(ROLES, default=UNCHANGED)
    languages: list[str] | Unchanged = optional(LANGUAGES, default=UNCHANGED)
    takes_cases: bool | Unchanged = optional(TAKES_CASES, default=UNCHANGED)
    until: date | Unchanged | None = optional(UNTIL, default=UNCHANGED)
    name: str | Unchanged = optional(NAME_ASKED, default=UNCHANGED)
    address: str | Unchanged | None = optional(ADDRESS, default=UNCHANGED)
    sign_ins: list[SignIn] | Unchanged = optional(SIGN_INS, default=UNCHANGED)


class CaseElsewhere(Command):
    """A case that goes to another person than the successor."""

    case: UUID = required(declare(Reference(), None, "The case."))
    member: UUID = required(MEMBER)


ELSEWHERE = declare(
    cast("fields.Field[list[CaseElsewhere]]", BoundedList(fields.Nested(CaseElsewhere.schema), MOST_ELSEWHERE)),
    None,
    "Cases that go to another than the successor, such as where the person does not want them.",
    example=[],
)


class LeaveHere(Command):
    """A member of staff leaves. Their cases and supervisions go to named people."""

    successor: UUID = required(SUCCESSOR)
    supervisor: UUID | None = optional(
        declare(
            nullable(Reference()),
            None,
            "The new supervisor of the staff whom they supervised; null: the successor.",
            staff=True,
        ),
        default=None,
    )
    elsewhere: list[CaseElsewhere] = optional(ELSEWHERE, default_factory=list)


class Member(View):
    """A member of staff. Only people who work with them see name and address."""

    id = MEMBER
    agency = AGENCY
    agency_code = AGENCY_CODE
    roles = ROLES
    languages = LANGUAGES
    takes_cases = TAKES_CASES
    until = UNTIL
    state = STATE
    name = NAME
    address = ADDRESS


class Changed(View):
    """The member of staff who was changed."""

    id = MEMBER


class SearchStaff(Command):
    """Find members of staff by their name. The name is in the body, so that no address has it."""

    name: str = required(NAME_ASKED)
    after: UUID | None = optional(
        declare(nullable(Reference()), None, "`next` of the previous answer; null: from the start.", staff=True),
        default=None,
    )


class StaffPage(paging.Page):
    """A page of the members of staff who work here, by their ids."""

    staff = parts(Member)


class Me(View):
    """The caller: their entry in the register, and the roles of their token."""

    id = declare(Reference(), None, "The one who asks.", staff=True)
    registered = declare(Flag(), None, "Whether the register knows them.")
    roles = declare(Codes(), None, "The roles in which the token speaks.", example=["caseworker"])
    agency = nullable(declare(Reference(), None, "The agency where they work; null if they are not registered."))
    agency_code = AGENCY_CODE
    languages = LANGUAGES
    takes_cases = TAKES_CASES
    until = UNTIL
    name = NAME
    address = ADDRESS


class Unnamed(View):
    """An id on teams or in supervisions that is not registered."""

    id = MEMBER
    cases = declare(Count(), None, "On the teams of so many cases.", example=4)
    roles = declare(Codes(), None, "In which roles.", example=["caseworker"])
    supervises = declare(Count(), None, "So many people.", example=0)
    supervised = declare(Flag(), None, "Whether they have a supervisor.", example=False)


class UnnamedStaff(paging.Page):
    """A page of the ids that are not registered."""

    unnamed = parts(Unnamed)


class SignedInBy(View):
    """A sign-in at an identity provider."""

    issuer = ISSUER
    subject = SUBJECT


#: The query parameter that adds names to a list of proposals.
WITH_NAMES: Final[Query] = (
    "with",
    {"type": "string", "enum": [NAMES]},
    "`names`: also the names of the people of each proposal",
)


def _named(meaning: str) -> AnyField:
    meaning = f"{meaning} null for a reader who does not work with them."
    return declare(nullable(fields.String()), None, meaning, example="Fictitious A.")


class StaffProposal(View, of=models.StaffProposal):
    """A proposal that gives a member of staff access once a second person confirms it. `with=names` adds names."""

    agency = declare(nullable(Reference()), None, "Where they would work; null where that stays.")
    roles = declare(Codes(), None, "The roles that they would have, or more of them.", example=["caseworker"])
    name = NAME
    sign_ins = parts(SignedInBy)
    by_name = omittable(_named("The name of the person who proposed it."))
    member_name = omittable(_named("The name of the person whom it is about. A new person is not in the register yet."))
    supervisor_name = omittable(_named("The name of the person who would supervise them."))


class StaffProposalPage(paging.Page):
    """A page of proposals, by their ids."""

    proposals = parts(StaffProposal)


class AnsweredStaffProposal(View):
    """The proposal that was answered."""

    id = models.StaffProposal.id
    member = models.StaffProposal.member
    confirmed = declare(Flag(), None, "Whether it opened.")


class HandedOver(View):
    """The number of cases and supervisions that were handed over from a leaver."""

    id = MEMBER
    successor = SUCCESSOR
    cases = declare(Count(), None, "Cases that were handed over.", example=4)
    supervisions = declare(Count(), None, "Supervisions that were handed over.", example=1)
