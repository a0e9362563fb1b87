"""The commands and views of cases that belong together. Most fields are declared on their columns (`models`)."""

from uuid import UUID

from services.intake.access.merging import models
from shared.access.declarations import ID, declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.events.contract import Code, Codes, Count, Day, Flag, Reference
from shared.http import Command, required
from shared.reference import codes

OTHER_CASE = declare(Reference(), FieldClass.BASIC, "The other case, which the caller may see too.")
ALIAS = declare(
    Flag(), FieldClass.BASIC, "Whether this case is the alias, and the other one is the person's main case."
)
LIKELY_CASE = declare(Reference(), FieldClass.IDENTITY, "The case that looks like the same person's.")
MATCHED = declare(Codes(codes("duplicate_match")), FieldClass.IDENTITY, "What matches.")


class LinkCases(Command):
    """Another case belongs together with this one."""

    case: UUID = required(OTHER_CASE)
    kind: str = required(models.CaseLink.kind)


class MergeCases(Command):
    """Another case is the same person's."""

    case: UUID = required(OTHER_CASE)


class CaseLink(View, of=models.CaseLink):
    """A link as one of its cases shows it."""

    case = OTHER_CASE


class CaseMerge(View, of=models.CaseMerge):
    """A merge as one of its cases shows it."""

    case = OTHER_CASE
    alias = ALIAS


class LikelyDuplicate(View):
    """A case that looks like the same person's."""

    case = LIKELY_CASE
    matched = MATCHED


class DuplicateProposals(CaseView):
    """The cases that look like the same person's, the most matches first."""

    id = ID
    duplicates = parts(LikelyDuplicate)


class PossibleDuplicate(View):
    """Two of the reader's cases that look like one person's."""

    case = declare(Reference(), None, "The one case.")
    other = declare(Reference(), None, "The other case.")
    matched = declare(Codes(codes("duplicate_match")), None, "What matches.")
    state = declare(Code(codes("duplicate_state")), None, "Whether a person declined it.")
    since = declare(Day(), None, "The day from which both cases were open.")
    declined_on = declare(nullable(Day()), None, "The day on which it was declined; null: it waits for an answer.")
    days = declare(Count(), None, "For how many days it has waited; 0 once it was declined.", example=12)


class DuplicateQueue(View):
    """The possible duplicates among the reader's cases, at most 200: those that wait first, the longest wait first."""

    duplicates = parts(PossibleDuplicate)
    more = declare(Flag(), None, "Whether the reader has more cases than were compared, or more duplicates.")


class DeclinedProposal(View):
    """The case to which another is not proposed further."""

    id = ID


#: The parts of a case that concern other cases. The person's copy has none of them.
LINKS = parts(CaseLink)
MERGES = parts(CaseMerge)
