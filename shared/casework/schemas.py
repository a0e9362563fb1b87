"""Fields and bodies that every service that works on cases has: a followed case, and notes."""

from typing import Final
from uuid import UUID

from shared.access.declarations import ID, VERSION, declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import CaseView
from shared.events.contract import Code, Reference
from shared.http import Command, optional, required
from shared.http.words import Words
from shared.reference import codes

LONGEST_NOTE: Final = 20_000
KIND = declare(Code(), None, "The kind of note.", example="other")
TEXT = declare(Words(LONGEST_NOTE), None, "What is noted.", example="Fictitious.")
DANGER = declare(
    nullable(Code(codes("danger_flag"))),
    None,
    "Whether it says danger; support raises an alert then.",
    example="danger_now",
)
CORRECTS = declare(nullable(Reference()), None, "The note whose place it takes.")


class FollowedCaseView(CaseView):
    """A case in the copy of a service. Each service declares the parts that its views show."""

    id = ID
    jurisdiction = declare(nullable(Code()), FieldClass.BASIC, "Null until its opening has arrived.", example="NL")
    status = declare(Code(("open", "closed")), FieldClass.BASIC, "As intake has it; help does not end with it.")
    version = VERSION


class WriteNote(Command):
    """A note; with `corrects`, it takes the place of an earlier one."""

    kind: str = required(KIND)
    text: str = required(TEXT)
    corrects: UUID | None = optional(CORRECTS, default=None)
    danger: str | None = optional(DANGER, default=None)
