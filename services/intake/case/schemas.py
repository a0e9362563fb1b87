"""The form of every body: unknown fields are refused, and a person's words come in one form."""

import unicodedata
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate


class Body(Schema):
    """A request's body: what is not asked for is refused, so that nothing is believed to be stored that is not."""

    class Meta:
        """Refuse unknown fields."""

        unknown = RAISE


class SingleLine(fields.String):
    """A person's own words, on one line and in one form: however it was typed, an equal name is stored equal."""

    def __init__(self, longest: int, **options: Any) -> None:
        """Accept at most `longest` characters."""
        super().__init__(validate=validate.Length(1, longest), **options)

    def _deserialize(self, value: Any, *where: Any, **options: Any) -> str:
        text = unicodedata.normalize("NFC", " ".join(super()._deserialize(value, *where, **options).split()))
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            raise ValidationError("has a character that can't be written")
        return text
