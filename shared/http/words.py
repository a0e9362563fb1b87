"""Free text of a request, which is stored sealed: the types of field that accept it, and its normal form."""

import unicodedata
from typing import Any, Final

from marshmallow import ValidationError, fields, validate

#: The most characters that spell one letter: the letter itself, and two marks.
_MOST_SPELLED: Final = 3


class Words(fields.String):
    """Free text of 1 to `longest` characters, not blank, of valid characters. It is only stored sealed."""

    def __init__(self, longest: int, **options: Any) -> None:
        """Limit the text to `longest` characters."""
        super().__init__(validate=[validate.Length(1, longest), _says_something, _can_be_written], **options)


class SingleLine(fields.String):
    """A person's own words on one line, in normal form: equal names are stored equal, however they were typed."""

    def __init__(self, longest: int, **options: Any) -> None:
        """Accept at most `longest` characters."""
        super().__init__(validate=validate.Length(1, longest), **options)
        # Checked before normalisation, whose time grows with the square of the number of marks on one letter.
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
    # JSON can contain a lone surrogate, which no encoding can represent.
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValidationError("contains half a character") from None
