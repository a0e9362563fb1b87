"""The request of a form. Its body follows from the person's input and from the values that the form showed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from services.web.doing.act import Act
from services.web.doing.forming import fields_of
from services.web.forms.fields import Field, Kind
from services.web.forms.reading import YES, Reading, Typed, changed, read
from services.web.upstream.client import Ask
from services.web.words.texts import gettext_noop

#: The reasons with which a correction takes the record back, and states nothing else.
TAKES_BACK: Final = frozenset(("recorded_twice", "not_so", "wrong_person"))
#: The fields of a correction that can accompany a reason which takes the record back.
_OF_TAKING_BACK: Final = frozenset(("reason", "withdrawn"))
NOT_BOTH: Final = gettext_noop(
    "You changed another value, and this correction takes the whole record back: the new value would be lost. To keep "
    "the record with the new value, choose another reason and do not take it back. To take the record back, undo the "
    "other change."
)
NOT_REMOVED: Final = gettext_noop("A correction can replace this value. It cannot remove it.")


@dataclass(frozen=True)
class Submission:
    """A submitted form: the typed texts, the texts shown before, the version of the record, and the idempotency key."""

    typed: Typed
    shown: Typed
    version: str
    key: str


def reading_of(act: Act, sent: Submission, zone: ZoneInfo) -> Reading:
    """Return the request body of a form; of a correction, only what the person changed."""
    fields = fields_of(act, sent.typed)
    if act.is_correction:
        own = [each for each in changed(fields, sent.typed, sent.shown) if each.kind is not Kind.FIXED]
        if takes_back(act, sent.typed):
            return _taking_back(own, sent, zone)
        fields = tuple(own)
    reading = read(fields, sent.typed, zone)
    if act.is_correction:
        _check_removed(act, fields, reading)
    reading.body.update(act.fixed)
    return reading


def takes_back(act: Act, typed: Typed) -> bool:
    """Return whether a form withdraws the whole record: by its reason, or because the person chose that."""
    said = typed.get("reason", ("",))[0] in TAKES_BACK or typed.get("withdrawn", ("",))[0] == YES
    return act.is_correction and said


# control: H-DESK-9 taking-back-changes-nothing-else
def _taking_back(own: Sequence[Field], sent: Submission, zone: ZoneInfo) -> Reading:
    """Return the request body that takes a record back. A value that was typed as well is refused, never dropped."""
    by_reason = sent.typed.get("reason", ("",))[0] in TAKES_BACK
    stated = ("reason",) if by_reason else ("reason", "withdrawn")
    reading = read(tuple(each for each in own if each.name in stated), sent.typed, zone)
    for each in own:
        if each.name not in _OF_TAKING_BACK:
            reading.refused[each.name] = NOT_BOTH
    return reading


def _check_removed(act: Act, fields: tuple[Field, ...], reading: Reading) -> None:
    """Remove a value, or refuse that: for most services, a correction without a value leaves the field as it is."""
    for each in fields:
        if each.name in reading.body or each.name in reading.refused:
            continue
        if each.kind is Kind.CODES:
            reading.body[each.name] = []
        elif act.can_remove and each.may_be_null:
            reading.body[each.name] = None
        elif each.name != "reason":
            reading.refused[each.name] = NOT_REMOVED


# control: H-DESK-8 one-key-per-form
def ask_of(act: Act, case: UUID | None, record: UUID | None, body: dict[str, Any], sent: Submission) -> Ask:
    """Return the request."""
    operation = act.operation
    # Only the last name in a path is not the case: it is the record that the action is about.
    names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    values = {name: str(case) if name == "case" else str(record) for name in names}
    return Ask(
        operation.service,
        operation.path.format(**values),
        method=operation.method,
        body=body,
        idempotency_key=sent.key,
        if_match=sent.version if operation.version else "",
    )
