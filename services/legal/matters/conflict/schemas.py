"""The commands and views of parties and conflict checks. Most fields are declared on their columns (`models`)."""

from typing import cast
from uuid import UUID

from marshmallow import fields

from services.legal.matters.conflict import models, rules
from services.legal.matters.matter_file.models import OURS, FileMember
from services.legal.matters.matter_file.schemas import REASON
from shared.access.declarations import declare, not_null
from shared.access.views import CaseView, View, parts
from shared.events.contract import Code, Instant, Reference
from shared.events.kinds import BoundedList
from shared.http import Command, optional, required
from shared.http.words import SingleLine
from shared.reference import codes

LONGEST_NAME = 200

NAME_KIND = declare(Code(codes("party_name_kind")), OURS, "The kind of name.")
NAME = declare(SingleLine(LONGEST_NAME), OURS, "The name, in any script.", example="Ana, fictitious")
MEMBER = declare(Reference(), OURS, "An adviser on the case's team.", staff=True)
PART = declare(Code(codes("matter_part")), OURS, "Their part in the matter.")


class PartyName(Command):
    """A name of a party."""

    kind: str = required(NAME_KIND)
    name: str = required(NAME)


_NAMES = cast("fields.Field[list[PartyName]]", BoundedList(fields.Nested(PartyName.schema), rules.MOST_NAMES, least=1))
NAMES = declare(_NAMES, OURS, "All names of the party: former ones, other spellings and scripts too.")
_APART = cast("fields.Field[list[UUID]]", BoundedList(Reference(), rules.MOST_NAMES))
APART = declare(_APART, OURS, "The staff whom the barrier keeps out of the matter.", staff=True)


class AddParty(Command):
    """Add a party to the matter."""

    role: str = required(models.Party.role)
    names: list[PartyName] = required(NAMES)


class AddMember(Command):
    """Add an adviser to the matter."""

    member: UUID = required(MEMBER)
    part: str = required(PART)
    privilege: str | None = optional(FileMember.privilege, default=None)


class AnswerCheck(Command):
    """Record the decision on a check."""

    answer: str = required(not_null(models.ConflictCheck.answer))
    apart: list[UUID] = optional(APART, default_factory=list)
    reason: str = optional(REASON, default="other")


class ShownName(View):
    """A name of a party, decrypted for the matter's own team."""

    kind = NAME_KIND
    name = NAME


class Party(View, of=models.Party):
    """A party of a matter."""

    names = parts(ShownName)


class PartyList(CaseView):
    """The parties of a matter."""

    parties = parts(Party)


class AskedCheck(View, of=models.ConflictCheck):
    """A check of a matter and its decision, without its result."""


class AskedChecks(CaseView):
    """The checks of a matter, as its own team sees them."""

    checks = parts(AskedCheck)


class ShownHit(View, of=models.ConflictHit):
    """A possible match with a party of another matter: without a name, and with only the other case's id."""


class ReviewedCheck(View):
    """A check with hits that is not decided yet."""

    id = declare(Reference(), None, "The check.")
    case = declare(Reference(), None, "The case.")
    cause = declare(Code(codes("conflict_check_cause")), None, "Why the names were compared.")
    asked_by = declare(Reference(), None, "The staff member who started it.")
    asked_at = declare(Instant(), None, "When that was.")
    result = declare(Code(codes("conflict_check_result")), None, "The result.")
    hits = parts(ShownHit)


class ReviewList(View):
    """Checks with hits, oldest first."""

    checks = parts(ReviewedCheck)
