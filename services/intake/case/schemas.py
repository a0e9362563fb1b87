"""What a contact is at its opening, each field declared once, and the form in which a person's words come."""

import unicodedata
from typing import Any

from marshmallow import ValidationError, fields, validate

from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Day, Flag, Reference
from shared.reference import codes

JURISDICTION = declare(
    Code(codes("jurisdiction")), FieldClass.BASIC, "Whose law and authorities the case has.", example="NL"
)
STATUS = declare(Code(("open", "closed")), FieldClass.BASIC, "Whether it is open; help does not end with it.")
OPENED_ON = declare(Day(), FieldClass.BASIC, "The day of the first contact, today by default.")
CLOSED_ON = declare(Day(), FieldClass.BASIC, "The day on which the case was closed, today by default.")
REOPENED_ON = declare(Day(), FieldClass.BASIC, "The day on which it was opened again, today by default.")
SOURCE = declare(Code(codes("referral_source")), FieldClass.STATISTICS, "Who brought about the contact.")
CHANNEL = declare(Code(codes("contact_channel")), FieldClass.STATISTICS, "How the person came into contact.")
LANGUAGE = declare(Code(codes("language")), FieldClass.STATISTICS, "The language of the contact.", example="ro")
ANONYMOUS = declare(Flag(), FieldClass.STATISTICS, "Whether the person wants to stay without a name.")
AGE = declare(Code(codes("age")), FieldClass.STATISTICS, "Whether the person is of age, as far as is known.")
OUTREACH_SESSION = declare(nullable(Reference()), FieldClass.STATISTICS, "The outreach at which the contact began.")
CLOSURE_REASON = declare(Code(codes("closure_reason")), FieldClass.STATISTICS, "Why the case was closed.")
#: Characters in which one letter may be spelled: itself, and two marks.
_MOST_SPELLED = 3


class SingleLine(fields.String):
    """A person's own words, on one line and in one form: however it was typed, an equal name is stored equal."""

    def __init__(self, longest: int, **options: Any) -> None:
        """Accept at most `longest` characters."""
        super().__init__(validate=validate.Length(1, longest), **options)
        # Before they are brought into one form, which takes time by the square of what stands on one letter.
        self._as_typed = validate.Length(max=_MOST_SPELLED * longest, error=f"Longer than maximum length {longest}.")

    def _deserialize(self, value: Any, *where: Any, **options: Any) -> str:
        typed = super()._deserialize(value, *where, **options)
        self._as_typed(typed)
        text = unicodedata.normalize("NFC", " ".join(typed.split()))
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            raise ValidationError("has a character that can't be written")
        return text
