"""The errors of a refused request, each at its field. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.web.forms.fields import Field
from services.web.words.texts import gettext_noop

REFUSED: Final = gettext_noop("The service refused this. Check your input.")


@dataclass(frozen=True)
class Refusal:
    """An error of a form: its message, and the field that it concerns (empty: the whole form)."""

    field: str
    label: str
    message: str


def refusals_of(fields: Iterable[Field], problem: Mapping[str, Any]) -> list[Refusal]:
    """Return the errors of a service's problem document, in the order of the form; never none."""
    known = list(fields)
    places = {each.name: place for place, each in enumerate(known)}
    found = [
        _refusal(known, str(error.get("field") or ""), str(error["message"]))
        for error in problem.get("errors") or ()
        if error.get("message")
    ]
    if not found:
        return [Refusal("", "", str(problem.get("detail") or problem.get("title") or REFUSED))]
    return sorted(found, key=lambda each: places.get(each.field.partition(".")[0], len(known)))


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
