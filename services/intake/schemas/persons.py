"""Bodies about who the person is. What stands in them is stored sealed, and never repeated in an error."""

import unicodedata
from typing import Any

from marshmallow import ValidationError, fields, validate

from services.intake.schemas.body import Body
from shared.events.contract import Code, Codes, Flag, PartialDay
from shared.reference import codes

LONGEST_NAME = 200
LONGEST_ADDRESS = 1_000


class Words(fields.String):
    """A person's own words, on one line and in one form: however it was typed, an equal name is stored equal."""

    def __init__(self, longest: int, **options: Any) -> None:
        """Accept at most `longest` characters."""
        super().__init__(validate=validate.Length(1, longest), **options)

    def _deserialize(self, value: Any, *where: Any, **options: Any) -> str:
        text = unicodedata.normalize("NFC", " ".join(super()._deserialize(value, *where, **options).split()))
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            raise ValidationError("has a character that can't be written")
        return text


class ChangeName(Body):
    """The person has another name."""

    kind = Code(codes("name_kind"), required=True)
    name = Words(LONGEST_NAME, required=True)
    since = PartialDay(load_default=None, allow_none=True)


class Name(ChangeName):
    """A name, and when it was theirs."""

    until = PartialDay(load_default=None, allow_none=True)


class Birth(Body):
    """When somebody was born, as far as it is known, and whether their age is disputed."""

    date = PartialDay(load_default=None, allow_none=True)
    disputed = Flag(load_default=False)


class Reach(Body):
    """Where somebody can be reached. Whether that is safe is another question: see safe contact."""

    phone = Words(LONGEST_NAME, load_default=None, allow_none=True)
    email = Words(LONGEST_NAME, load_default=None, allow_none=True)
    address = Words(LONGEST_ADDRESS, load_default=None, allow_none=True)


class RecordPerson(Body):
    """Who the person is. A part that is given takes the place of what was stored; null takes it away."""

    names = fields.List(fields.Nested(Name), validate=validate.Length(max=50), allow_none=True)
    birth = fields.Nested(Birth, allow_none=True)
    gender = Code(codes("gender"), allow_none=True)
    nationalities = Codes(codes("nationality"), allow_none=True)
    contact = fields.Nested(Reach, allow_none=True)
