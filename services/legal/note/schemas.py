"""The body of the request about a note."""

from typing import Final

from marshmallow import fields

from services.legal.case.schemas import Body
from shared.events.contract import Code
from shared.http.words import Words
from shared.reference import codes

LONGEST_NOTE: Final = 20_000


class WriteNote(Body):
    """A note for the person's advisers; with `corrects`, it takes the place of an earlier one."""

    kind = Code(codes("legal_note_kind"), required=True)
    text = Words(LONGEST_NOTE, required=True)
    matter = fields.UUID(load_default=None, allow_none=True)
    corrects = fields.UUID(load_default=None, allow_none=True)
