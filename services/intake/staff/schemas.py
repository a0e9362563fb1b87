"""The register of staff: its fields, each declared once, and what is recorded and shown of somebody, who is no case."""

from datetime import date
from enum import Enum
from typing import Final, cast
from uuid import UUID

from marshmallow import fields, validate

from services.intake.case.rules import OFFICER
from services.intake.staff import rules
from shared.access.agency_fields import AgencyCode, AgencyNamed
from shared.access.declarations import AnyField, declare, nullable, omittable
from shared.access.staff import LEFT, WORKING
from shared.access.views import View, parts
from shared.events.bounded import BoundedList
from shared.events.contract import Code, Codes, Count, Day, Flag, Instant, Reference
from shared.http import Command, Query, optional, paging, required
from shared.http.paging import NAMES
from shared.reference import codes

#: Sign-ins of one person: one at each provider that they use.
MOST_SIGN_INS: Final = 10
#: Cases that go to another than the successor, at most.
MOST_ELSEWHERE: Final = 200
_ISSUER_LENGTH, _SUBJECT_LENGTH = 500, 255
_AGENCY_EXAMPLE = "NL.COMENSHA"


class Unchanged(Enum):
    """What stands for a field that a change leaves out."""

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
NAME = declare(nullable(_text(200)), None, "Their name; null for who does not work with them.", example="Fictitious A.")
NAME_ASKED = declare(_text(200), None, "Their name.", example="Fictitious A.")
ADDRESS = declare(
    nullable(_text(300)),
    None,
    "How colleagues reach them: a mail address or a telephone number; null also for who does not work with them.",
    example="a@example.org",
)
STATE = declare(Code((WORKING, LEFT)), None, "Whether they work here.")
SUCCESSOR = declare(Reference(), None, "Who has their cases from now on.", staff=True)
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
    """Somebody works here from now on."""

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
KIND = declare(Code(rules.KINDS), None, "What would open.", example=rules.REGISTRATION)


class RegisterFirst(Command):
    """The first data protection officer, or operator, of an installation."""

    agency: UUID = required(AGENCY_ASKED)
    role: str = required(ROLE)
    name: str = required(NAME_ASKED)
    address: str | None = optional(ADDRESS, default=None)
    sign_ins: list[SignIn] = optional(SIGN_INS, default_factory=list)
    code: str | None = optional(CODE, default=None)


class AnswerStaffProposal(Command):
    """What a second person says of a proposal."""

    confirms: bool = required(declare(Flag(), None, "Whether it opens; otherwise it is refused."))


class ChangeMember(Command):
    """What is so from now on; what is left out stays."""

    agency: UUID | Unchanged = optional(AGENCY_ASKED, default=UNCHANGED)
    roles: list[str] | Unchanged = optional(ROLES, default=UNCHANGED)
    languages: list[str] | Unchanged = optional(LANGUAGES, default=UNCHANGED)
    takes_cases: bool | Unchanged = optional(TAKES_CASES, default=UNCHANGED)
    until: date | Unchanged | None = optional(UNTIL, default=UNCHANGED)
    name: str | Unchanged = optional(NAME_ASKED, default=UNCHANGED)
    address: str | Unchanged | None = optional(ADDRESS, default=UNCHANGED)
    sign_ins: list[SignIn] | Unchanged = optional(SIGN_INS, default=UNCHANGED)


class CaseElsewhere(Command):
    """A case that goes to another than the successor."""

    case: UUID = required(declare(Reference(), None, "The case."))
    member: UUID = required(MEMBER)


ELSEWHERE = declare(
    cast("fields.Field[list[CaseElsewhere]]", BoundedList(fields.Nested(CaseElsewhere.schema), MOST_ELSEWHERE)),
    None,
    "Cases that go to another than the successor, such as where the person does not want them.",
    example=[],
)


class LeaveHere(Command):
    """Somebody works here no more; their cases and supervisions go to named people."""

    successor: UUID = required(SUCCESSOR)
    supervisor: UUID | None = optional(
        declare(
            nullable(Reference()),
            None,
            "Who supervises from now on whom they supervised; null: the successor.",
            staff=True,
        ),
        default=None,
    )
    elsewhere: list[CaseElsewhere] = optional(ELSEWHERE, default_factory=list)


class Member(View):
    """A member of staff; name and address for who works with them alone."""

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
    """Of whom something is so from now on."""

    id = MEMBER


class SearchStaff(Command):
    """Find members of staff by their name. The name is in the body, so that no address has it."""

    name: str = required(NAME_ASKED)
    after: UUID | None = optional(
        declare(nullable(Reference()), None, "`next` of the previous answer; null: from the start.", staff=True),
        default=None,
    )


class StaffPage(View):
    """A page of the members of staff who work here, by their ids."""

    staff = parts(Member)
    next = paging.NEXT


class Me(View):
    """Who asks: as the register has them, and in which roles the token speaks."""

    id = declare(Reference(), None, "The one who asks.", staff=True)
    registered = declare(Flag(), None, "Whether the register knows them.")
    roles = declare(Codes(), None, "The roles in which the token speaks.", example=["caseworker"])
    agency = nullable(declare(Reference(), None, "Where they work; null for who is not registered."))
    agency_code = AGENCY_CODE
    languages = LANGUAGES
    takes_cases = TAKES_CASES
    until = UNTIL
    name = NAME
    address = ADDRESS


class Unnamed(View):
    """An id that stands on teams or in supervisions, and that nobody is registered under."""

    id = MEMBER
    cases = declare(Count(), None, "On the teams of so many cases.", example=4)
    roles = declare(Codes(), None, "In which roles.", example=["caseworker"])
    supervises = declare(Count(), None, "So many people.", example=0)
    supervised = declare(Flag(), None, "Whether somebody supervises them.", example=False)


class UnnamedStaff(View):
    """A page of the ids of which nobody has said yet whose they are."""

    unnamed = parts(Unnamed)
    next = paging.NEXT


class SignedInBy(View):
    """A sign-in at an identity provider."""

    issuer = ISSUER
    subject = SUBJECT


#: The query by which a list of proposals is asked for names.
WITH_NAMES: Final[Query] = (
    "with",
    {"type": "string", "enum": [NAMES]},
    "`names`: also the names of the people of each proposal",
)


def _named(meaning: str) -> AnyField:
    meaning = f"{meaning} null for a reader who does not work with them."
    return declare(nullable(fields.String()), None, meaning, example="Fictitious A.")


class StaffProposal(View):
    """What would open access to a member of staff, once a second person has confirmed it. `with=names` adds names."""

    id = declare(Reference(), None, "The proposal.")
    kind = KIND
    state = declare(Code(rules.STATES), None, "Whether it waits.", example=rules.WAITING)
    member = declare(Reference(), None, "Whom it is about.", staff=True)
    supervisor = declare(nullable(Reference()), None, "Who would supervise them.", staff=True)
    agency = declare(nullable(Reference()), None, "Where they would work; null where that stays.")
    roles = declare(Codes(), None, "The roles that they would have, or more of them.", example=["caseworker"])
    name = NAME
    sign_ins = parts(SignedInBy)
    proposed_by = declare(nullable(Reference()), None, "Who proposed it; null where that is not known.", staff=True)
    proposed_at = declare(nullable(Instant()), None, "When they did.")
    by_name = omittable(_named("The name of the person who proposed it."))
    member_name = omittable(_named("The name of the person whom it is about. A new person is not in the register yet."))
    supervisor_name = omittable(_named("The name of the person who would supervise them."))
    lapses_at = declare(nullable(Instant()), None, "When it lapses.")


class StaffProposalPage(View):
    """A page of proposals, by their ids."""

    proposals = parts(StaffProposal)
    next = paging.NEXT


class AnsweredStaffProposal(View):
    """The proposal that was answered."""

    id = declare(Reference(), None, "The proposal.")
    member = declare(Reference(), None, "Whom it is about.", staff=True)
    confirmed = declare(Flag(), None, "Whether it opened.")


class HandedOver(View):
    """What went from somebody who left to others."""

    id = MEMBER
    successor = SUCCESSOR
    cases = declare(Count(), None, "Cases that were handed over.", example=4)
    supervisions = declare(Count(), None, "Supervisions that were handed over.", example=1)
