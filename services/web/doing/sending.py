"""The request of a form. What is sent follows from what the person typed, and from what the form showed to them."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from services.web.doing.act import Act
from services.web.doing.forming import fields_of
from services.web.forms.fields import Field, Kind
from services.web.forms.reading import Reading, Typed, changed, read
from services.web.upstream.client import Ask
from services.web.words.texts import gettext_noop

#: The reasons with which a correction takes the record back, and states nothing else.
TAKES_BACK: Final = frozenset(("recorded_twice", "not_so", "wrong_person"))
NOT_REMOVED: Final = gettext_noop("A correction can replace this value. It cannot remove it.")


@dataclass(frozen=True)
class Submission:
    """A submitted form: what was typed, what it showed before, the version it was drawn from, and its key."""

    typed: Typed
    shown: Typed
    version: str
    key: str


def reading_of(act: Act, sent: Submission, zone: ZoneInfo) -> Reading:
    """Return the request body of a form; of a correction, only what the person changed."""
    fields = fields_of(act, sent.typed)
    if act.is_correction:
        takes_back = sent.typed.get("reason", ("",))[0] in TAKES_BACK
        own = [each for each in changed(fields, sent.typed, sent.shown) if each.kind is not Kind.FIXED]
        fields = tuple(each for each in own if each.name == "reason" or not takes_back)
    reading = read(fields, sent.typed, zone)
    if act.is_correction:
        _check_removed(act, fields, reading)
    reading.body.update(act.fixed)
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
