"""Fixed English sentences that views show in the language of the reader."""

from contextvars import ContextVar
from typing import Any, Final

from marshmallow import fields

from shared.reference.words import ENGLISH, in_language

#: The language of the reader of the current reply; English outside a request.
LANGUAGE: Final[ContextVar[str]] = ContextVar("language of the reader", default=ENGLISH)


class Sentence(fields.String):
    """A fixed sentence, stored in English and shown in the language of the reader."""

    def _serialize(self, value: Any, *where: Any, **options: Any) -> str | None:
        written: str | None = super()._serialize(value, *where, **options)
        return None if written is None else in_language(written, LANGUAGE.get())
