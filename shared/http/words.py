"""Words of a request that are kept sealed: the one kind of field that takes free text."""

from typing import Any

from marshmallow import ValidationError, fields, validate


class Words(fields.String):
    """Free text of 1 to `longest` characters, not blank, that can be written down; it goes nowhere but under a seal."""

    def __init__(self, longest: int, **options: Any) -> None:
        """Limit the text to `longest` characters, enough for what is asked."""
        super().__init__(validate=[validate.Length(1, longest), _says_something, _can_be_written], **options)


def _says_something(text: str) -> None:
    if not text.strip():
        raise ValidationError("is blank")


def _can_be_written(text: str) -> None:
    # JSON can spell half of a character (a lone surrogate), which no encoding has.
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValidationError("holds half a character") from None
