"""Words of a request that are kept sealed: the kinds of field that take free text, and the form in which it comes."""

import unicodedata
from typing import Any, Final

from marshmallow import ValidationError, fields, validate

#: Characters in which one letter may be spelled: itself, and two marks.
_MOST_SPELLED: Final = 3


class Words(fields.String):
    """Free text of 1 to `longest` characters, not blank, that can be written down; it goes nowhere but under a seal."""

    def __init__(self, longest: int, **options: Any) -> None:
        """Limit the text to `longest` characters, enough for what is asked."""
        super().__init__(validate=[validate.Length(1, longest), _says_something, _can_be_written], **options)


class SingleLine(fields.String):
    """A person's own words, on one line and in one form: however it was typed, an equal name is stored equal."""

    def __init__(self, longest: int, **options: Any) -> None:
        """Accept at most `longest` characters."""
        super().__init__(validate=validate.Length(1, longest), **options)
        # Before they are brought into one form, which takes time by the square of what stands on one letter.
        self._as_typed = validate.Length(max=_MOST_SPELLED * longest, error=f"Longer than maximum length {longest}.")

    def _deserialize(self, value: object, *where: Any, **options: object) -> str:
        typed = super()._deserialize(value, *where, **options)
        self._as_typed(typed)
        text = unicodedata.normalize("NFC", " ".join(typed.split()))
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            raise ValidationError("has a character that can't be written")
        return text


def _says_something(text: str) -> None:
    if not text.strip():
        raise ValidationError("is blank")


def _can_be_written(text: str) -> None:
    # JSON can spell half of a character (a lone surrogate), which no encoding has.
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValidationError("holds half a character") from None
