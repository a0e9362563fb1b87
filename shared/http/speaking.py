"""The language of an answer: the caller's, if there is a catalogue that this caller may be served."""

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Request

from shared.reference.words import ENGLISH, offered

#: What the language of a reply depends on, next to its address.
VARY = "Accept-Language, Authorization"
#: A longer header is ignored; no list of languages that a person has set is as long.
_LONGEST = 500


class Languages:
    """The languages in which a service answers."""

    def __init__(self, *, unread_words: bool) -> None:
        """Store whether the public also receives texts that no native speaker has read."""
        self.unread_words = unread_words

    def of(self, request: Request, *, is_signed_in: bool) -> str:
        """Return the language of a reply: the first requested one that is offered, else English.

        A caller who is not signed in is the public, and receives only texts that a native speaker has read, unless
        `unread_words` is set.
        """
        asked = request.headers.get("Accept-Language", "")
        if not asked or len(asked) > _LONGEST:
            return ENGLISH
        languages = self.offered(is_signed_in=is_signed_in)
        accepted = parse_accept_header(asked, LanguageAccept)
        # By the library's own `best_match`, `nl-BE, en;q=0.5` would be English.
        spoken = (tag.replace("_", "-").partition("-")[0].lower() for tag, quality in accepted if quality > 0)
        return next((language for language in spoken if language in languages), ENGLISH)

    def offered(self, *, is_signed_in: bool) -> tuple[str, ...]:
        """Return the languages in which a caller may be answered."""
        return offered(to_public=not is_signed_in, unread_too=self.unread_words)
