"""Cases that belong together: their fields, each declared once, and what is recorded and shown of them."""

from uuid import UUID

from shared.access.declarations import ID, declare
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.events.contract import Code, Codes, Day, Flag, Reference
from shared.http import Command, required
from shared.reference import codes

OTHER_CASE = declare(Reference(), FieldClass.BASIC, "The other case, which the caller may see too.")
LINK_KIND = declare(Code(codes("case_link")), FieldClass.BASIC, "How they belong together.")
LINKED_ON = declare(Day(), FieldClass.BASIC, "The day on which they were linked.")
ALIAS = declare(Flag(), FieldClass.BASIC, "Whether this case is the alias, and the other one stands for the person.")
MERGED_ON = declare(Day(), FieldClass.BASIC, "The day on which they were merged.")
LIKELY_CASE = declare(Reference(), FieldClass.IDENTITY, "The case that looks like the same person's.")
MATCHED = declare(Codes(codes("duplicate_match")), FieldClass.IDENTITY, "What matches.")


class LinkCases(Command):
    """Another case belongs together with this one."""

    case: UUID = required(OTHER_CASE)
    kind: str = required(LINK_KIND)


class MergeCases(Command):
    """Another case is the same person's."""

    case: UUID = required(OTHER_CASE)


class CaseLink(View):
    """A link as one of its cases shows it."""

    id = ID
    case = OTHER_CASE
    kind = LINK_KIND
    linked_on = LINKED_ON


class CaseMerge(View):
    """A merge as one of its cases shows it."""

    id = ID
    case = OTHER_CASE
    alias = ALIAS
    merged_on = MERGED_ON


class LikelyDuplicate(View):
    """A case that looks like the same person's."""

    case = LIKELY_CASE
    matched = MATCHED


class DuplicateProposals(CaseView):
    """The cases that look like the same person's, the most matches first."""

    id = ID
    duplicates = parts(LikelyDuplicate)


class DeclinedProposal(View):
    """The case to which another is no longer proposed."""

    id = ID


#: The parts of a whole case that are of other cases; none is copied.
LINKS = parts(CaseLink)
MERGES = parts(CaseMerge)
