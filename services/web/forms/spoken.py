"""A service's sentence about an error in words: codes and names of fields are replaced by their labels."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from services.web.forms.fields import Field
from services.web.words.speech import Speech
from services.web.words.texts import gettext as _
from shared.reference.words import ENGLISH, catalogue

#: Codes and names of fields: several words joined by a mark, or two capital letters for a law.
_TOKEN: Final = re.compile(r"`?\b(?:[A-Za-z][A-Za-z0-9]*(?:[._-][A-Za-z0-9]+)+|[A-Z]{2})\b`?")
#: The open items that prevent closing a case: the code list of each item, by the rule of the error.
_OPEN: Final = {"period": "clock_code", "urgent_need": "service_type", "alert": "danger_type"}
_DUE: Final = "due_item"


def in_words(message: str, rule: str, fields: Iterable[Field], speech: Speech) -> str:
    """Return a sentence without codes, in the reader's language. A code that no list has stays as it is."""
    known = tuple(_with_inner(fields))
    start = f"{rule.replace('_', ' ')}: "
    if rule and message.startswith(start):
        return f"{speech.word(_DUE, rule)}: {_label(message.removeprefix(start), known, speech, _OPEN.get(rule, ''))}"
    return _TOKEN.sub(lambda found: _label(found[0], known, speech), message)


def _with_inner(fields: Iterable[Field]) -> Iterator[Field]:
    for each in fields:
        yield each
        yield from _with_inner(each.fields)


def _label(text: str, fields: Iterable[Field], speech: Speech, code_list: str = "") -> str:
    """Return the label of a field or a code; the text if it is neither."""
    token = text.strip("`")
    if code_list:
        return speech.word(code_list, token)
    for each in fields:
        if each.name == token:
            return _(each.label)
        if token in each.codes and each.code_list:
            return speech.word(each.code_list, token)
    found = _lists().get(token)
    return speech.word(found, token) if found else text


@cache
def _lists() -> dict[str, str]:
    """Return the list of each code; of a code that several lists have, the first."""
    found: dict[str, str] = {}
    for key in catalogue("codes", ENGLISH).texts:
        name, _slash, code = key.partition("/")
        if code and "/" not in code:
            found.setdefault(code, name)
    return found
