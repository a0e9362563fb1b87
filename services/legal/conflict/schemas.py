"""Parties and conflicts of interest: their fields, each declared once, and what is recorded and shown of them."""

from typing import cast
from uuid import UUID

from marshmallow import fields

from services.legal.conflict import rules
from services.legal.matter_file.models import OURS
from services.legal.matter_file.rules import MOST_FILES
from services.legal.matter_file.schemas import OWN_PRIVILEGE, REASON, RECORDED_BY, SOMEBODY
from shared.access.declarations import declare, nullable, or_null
from shared.access.views import CaseView, View, parts
from shared.casework.likeness import CLOSENESS
from shared.events.bounded import BoundedList
from shared.events.contract import Code, Day, Instant, Reference
from shared.http import Command, optional, required
from shared.http.words import SingleLine
from shared.reference import codes

LONGEST_NAME = 200

ROLE = declare(Code(codes("party_role")), OURS, "The party's role in the matter.")
NAME_KIND = declare(Code(codes("party_name_kind")), OURS, "What kind of name it is.")
NAME = declare(SingleLine(LONGEST_NAME), OURS, "The name, in whatever script.", example="Ana, fictitious")
MEMBER = declare(Reference(), OURS, "An adviser on the case's team.", staff=True)
PART = declare(Code(codes("matter_part")), OURS, "Their part in the matter.")
CAUSE = declare(Code(codes("conflict_check_cause")), OURS, "Why the names were compared.")
ANSWER = declare(Code(rules.ANSWERS, of="conflict_check_result"), OURS, "What was decided.")
ANSWERED_ON = declare(nullable(Day()), OURS, "The day of that.")


class PartyName(Command):
    """A name of a party."""

    kind: str = required(NAME_KIND)
    name: str = required(NAME)


_NAMES = cast("fields.Field[list[PartyName]]", BoundedList(fields.Nested(PartyName.schema), rules.MOST_NAMES, least=1))
NAMES = declare(_NAMES, OURS, "All names of the party: former ones, other spellings and scripts too.")
_APART = cast("fields.Field[list[UUID]]", BoundedList(Reference(), rules.MOST_NAMES))
APART = declare(_APART, OURS, "Who is kept apart from the matter.", staff=True)


class AddParty(Command):
    """Somebody has a role in the matter."""

    role: str = required(ROLE)
    names: list[PartyName] = required(NAMES)


class AddMember(Command):
    """An adviser works on the matter."""

    member: UUID = required(MEMBER)
    part: str = required(PART)
    privilege: str | None = optional(OWN_PRIVILEGE, default=None)


class AnswerCheck(Command):
    """What was decided of a check."""

    answer: str = required(ANSWER)
    apart: list[UUID] = optional(APART, default_factory=list)
    reason: str = optional(REASON, default="other")


class ShownName(View):
    """A name of a party, unsealed for the matter's own team."""

    kind = NAME_KIND
    name = NAME


class Party(View):
    """A party of a matter."""

    id = declare(Reference(), OURS, "The party.")
    role = ROLE
    names = parts(ShownName)
    recorded_by = RECORDED_BY


class PartyList(CaseView):
    """The parties of a matter."""

    parties = parts(Party)


class AskedCheck(View):
    """That a matter was checked, and what was decided; never what it came to."""

    id = declare(Reference(), OURS, "The check.")
    cause = CAUSE
    asked_by = declare(Reference(), OURS, "Who set it off.", author=True)
    asked_at = declare(Instant(), OURS, "When that was.")
    answer = or_null(ANSWER)
    answered_on = ANSWERED_ON
    answered_by = SOMEBODY


class AskedChecks(CaseView):
    """The checks of a matter, as its own team sees them."""

    checks = parts(AskedCheck)


class ShownHit(View):
    """That a party of the matter may be a party of another; no name, and of the other no more than where it is."""

    role = declare(Code(codes("party_role")), None, "Their role in the matter.")
    other_role = declare(Code(codes("party_role")), None, "Their role in the other.")
    other_case = declare(Reference(), None, "The other case.")
    kind = declare(Code(codes("conflict_kind")), None, "What it would mean.")
    alike = declare(Code(CLOSENESS), None, "How alike the names are.")
    advisers = declare(BoundedList(Reference(), MOST_FILES), None, "Who works on both, or did.")


class ReviewedCheck(View):
    """A check that found something, which nobody has decided yet."""

    id = declare(Reference(), None, "The check.")
    case = declare(Reference(), None, "The case.")
    cause = declare(Code(codes("conflict_check_cause")), None, "Why the names were compared.")
    asked_by = declare(Reference(), None, "Who set it off.")
    asked_at = declare(Instant(), None, "When that was.")
    result = declare(Code(codes("conflict_check_result")), None, "What it came to.")
    hits = parts(ShownHit)


class ReviewList(View):
    """Checks that found something, the oldest first."""

    checks = parts(ReviewedCheck)
