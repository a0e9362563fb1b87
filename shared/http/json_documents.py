"""JSON that means one thing to every reader (RFC 8259, RFC 7493), and is read in bounded time whatever it is."""

import codecs
import json
import math
import re
from typing import Any

from shared.http.problems import Refused

#: Objects and lists within one another. The deepest body of any route has three.
DEEPEST = 20
#: A string, which may lack its end, or a bracket. Nothing of it is read twice, whatever the text.
_NESTING = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)

_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def parse(raw: bytes) -> Any:
    """Return what a text of JSON holds. Raises `Refused` (400) for one that is none, or could be read in two ways.

    Refused are: text that is not UTF-8, a name that stands twice in one object, more than `DEEPEST` levels, a NUL or
    half of a surrogate pair in a string, and numbers that are not finite.
    """
    try:
        text = raw.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError:
        raise _unreadable("The body is not UTF-8. Write it in that encoding.") from None
    _check_depth(text)
    try:
        document = _DECODER.decode(text)
    except ValueError:
        raise _unreadable("The body is no JSON document that can be read. Check its brackets and quotes.") from None
    if "\\u" in text:  # what can't be written down has no other spelling in JSON
        _check_characters(document)
    return document


def _unreadable(detail: str) -> Refused:
    return Refused(400, "Unreadable", detail)


def _check_depth(text: str) -> None:
    """Raise `Refused` for a text that is nested too deep; before it is parsed, since the parser calls itself."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    depth = 0
    for match in _NESTING.finditer(text):
        first = match[0][0]
        if first in "[{":
            depth += 1
            if depth > DEEPEST:
                raise _unreadable(f"The body is nested more than {DEEPEST} levels deep. No address takes such a body.")
        elif first in "]}":
            depth -= 1


def _check_characters(document: object) -> None:
    if isinstance(document, dict):
        for name, inner in document.items():
            _check_text(name)
            _check_characters(inner)
    elif isinstance(document, list):
        for inner in document:
            _check_characters(inner)
    elif isinstance(document, str):
        _check_text(document)


def _check_text(text: str) -> None:
    if not is_writable(text):
        raise _unreadable("The body has a NUL or half of a surrogate pair in it, which can't be kept. Leave it out.")


def is_writable(text: str) -> bool:
    """Return whether a text can be stored and sent on: it has neither a NUL nor half of a surrogate pair."""
    return _UNWRITABLE.search(text) is None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise _unreadable("A name stands twice in one object, so that it could mean two things. Send it once.")
    return document


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _unreadable("The body has a number that is too large to be read.")
    return number


def _no_number(_text: str) -> float:
    raise _unreadable("The body has NaN or Infinity in it, which are no numbers of JSON.")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_finite, parse_constant=_no_number)
