"""In which language a caller is answered: theirs, where there is a catalogue that they may be served."""

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Request

from shared.reference.words import ENGLISH, offered

#: What the language of a reply depends on, beside its address.
VARY = "Accept-Language, Authorization"
#: Of a longer header nothing is read; no list of languages that a person has set is as long.
_LONGEST = 500


def language_for(request: Request, *, is_signed_in: bool, unread_too: bool) -> str:
    """Return the language of a reply: the first of those asked for that is offered, else English.

    Whoever is not signed in is the public, and is served only what a native speaker has read, unless `unread_too`.
    """
    asked = request.headers.get("Accept-Language", "")
    if not asked or len(asked) > _LONGEST:
        return ENGLISH
    languages = offered(to_public=not is_signed_in, unread_too=unread_too)
    accepted = parse_accept_header(asked, LanguageAccept)
    # By the library's own `best_match`, `nl-BE, en;q=0.5` would be English.
    spoken = (tag.replace("_", "-").partition("-")[0].lower() for tag, quality in accepted if quality > 0)
    return next((language for language in spoken if language in languages), ENGLISH)
