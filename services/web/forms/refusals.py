"""The errors of a refused request, each at its field. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.web.forms.fields import Field
from services.web.words.texts import gettext_noop

#: The code of the error of a field without a value that needs one.
_MISSING: Final = "missing"
REQUIRED: Final = gettext_noop("This is required. Enter a value, or choose one.")
REFUSED: Final = gettext_noop("The service refused this. Check your input.")


@dataclass(frozen=True)
class Refusal:
    """An error of a form: its message, and the field that it concerns (empty: the whole form)."""

    field: str
    label: str
    message: str


def _as_it_is(message: str, _rule: str) -> str:
    return message


def refusals_of(
    fields: Iterable[Field], problem: Mapping[str, Any], say: Callable[[str, str], str] = _as_it_is
) -> list[Refusal]:
    """Return the errors of a service's problem document, in the order of the form; never none.

    `say` returns a sentence in the reader's words; it takes the sentence and the rule that was broken, if there is one.
    """
    known = list(fields)
    places = {each.name: place for place, each in enumerate(known)}
    found = [
        _refusal(known, str(error.get("field") or ""), _said(error, say))
        for error in problem.get("errors") or ()
        if error.get("message")
    ]
    if not found:
        return [Refusal("", "", say(str(problem.get("detail") or problem.get("title") or REFUSED), ""))]
    return sorted(found, key=lambda each: places.get(each.field.partition(".")[0], len(known)))


def _said(error: Mapping[str, Any], say: Callable[[str, str], str]) -> str:
    if error.get("code") == _MISSING:
        return REQUIRED
    return say(str(error["message"]), str(error.get("rule") or ""))


def unreadable(fields: Iterable[Field], refused: Mapping[str, str]) -> list[Refusal]:
    """Return the errors of fields that the desk cannot read, in the order of the form."""
    known = list(fields)
    return [_refusal(known, name, message) for name, message in refused.items()]


def _refusal(fields: Iterable[Field], name: str, message: str) -> Refusal:
    """Return an error at the innermost field that its name reaches."""
    path, label = "", ""
    for part in name.split("."):
        inner = next((each for each in fields if each.name == part), None)
        if inner is None and not path:
            return Refusal("", "", message)
        path = f"{path}.{part}" if path else part
        if inner is not None:
            label, fields = inner.label, inner.fields
    return Refusal(path, label, message)
