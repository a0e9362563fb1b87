"""The body of the request about a note."""

from typing import Final

from marshmallow import Schema, fields

from shared.events.contract import Code
from shared.http.words import Words
from shared.reference import codes

LONGEST_NOTE: Final = 20_000


class WriteNote(Schema):
    """A note of counselling or support; with `corrects`, it takes the place of an earlier one."""

    kind = Code(codes("support_note_kind"), required=True)
    text = Words(LONGEST_NOTE, required=True)
    corrects = fields.UUID(load_default=None, allow_none=True)
