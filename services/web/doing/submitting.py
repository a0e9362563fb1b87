"""A form that was sent: the next question to the person, or the request and the meaning of its answer."""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Final
from uuid import UUID

from flask import Response, g, request

from services.web import parts
from services.web.doing import pages
from services.web.doing.act import Act, Source
from services.web.doing.answering import lead_to_form, lead_to_question, lead_to_versions, token
from services.web.doing.context import Context, context_of
from services.web.doing.drafting import keep
from services.web.doing.forming import every_field, fields_of
from services.web.doing.pages import Page, Place
from services.web.doing.reaching import is_unreached
from services.web.doing.sending import Submission, ask_of, reading_of, takes_back
from services.web.forms.conflict import rebased
from services.web.forms.fields import Field, Kind
from services.web.forms.reading import Reading, typed_from
from services.web.forms.refusals import REQUIRED, Refusal, refusals_of, unreadable
from services.web.forms.spoken import in_words
from services.web.saying import SAVED, led_to
from services.web.sign_in.routes import refused_token
from services.web.upstream.client import Answer
from services.web.words.texts import gettext_noop

#: Steps of a form that send nothing: the person has chosen what decides the other fields, wants more rows, or returns
#: from the second question.
_DRAWS_AGAIN: Final = frozenset(("choose", "rows", "change"))
#: The messages after a referral that did not reach its agency.
HELD, UNREACHED = "held", "unreached"
_CHANGED: Final = gettext_noop(
    "Another person changed this record after you opened the form. Nothing of yours is saved yet. Compare both "
    "versions below, correct the form if necessary, and save again."
)
_AWAY: Final = gettext_noop(
    "The service did not answer. It is not certain that your entry is saved. Send it again: the same entry is recorded "
    "only once. What you typed is kept for 60 minutes."
)
_ARRIVING: Final = gettext_noop(
    "The case was opened a moment ago and is still arriving at this service. Nothing is saved yet. Send the form again "
    "in a moment."
)
_TOO_OFTEN: Final = gettext_noop(
    "The service receives too many requests. Nothing is saved yet. Send the form again in a minute."
)
_NOT_ALLOWED: Final = gettext_noop("You are not allowed to do this any more. Nothing is saved.")
_KEY_USED: Final = gettext_noop(
    "An earlier version of this form was probably saved already. Open the case in another tab and check. "
    "If your entry is missing, send this form again."
)


def submitted(place: Place, sent: Submission) -> Response | Page:
    """Answer a form that was sent."""
    act, reading = place.act, reading_of(place.act, sent, pages.zone())
    unsent = _unsent(place, sent, reading)
    if unsent is not None:
        return unsent
    context = _needed(place)
    if context is not None:
        stopped = pages.stopped(place, context)
        if stopped is not None:
            return stopped
        if act.is_correction and typed_from(every_field(act), context.begins, pages.zone()) != sent.shown:
            return _conflict(place, context, sent)
    ask = ask_of(act, place.case or case_of(context), place.record, reading.body, sent)
    return _answered(place, sent, parts.current().upstream.send(ask, parts.current().caller()), context)


def _unsent(place: Place, sent: Submission, reading: Reading) -> Response | None:
    """Return the answer to a form that is not sent to a service yet; None if it is to be sent."""
    act, fields = place.act, fields_of(place.act, sent.typed)
    if request.form.get("step", "") in _DRAWS_AGAIN:
        return lead_to_form(sent)
    if act.decides and len(fields) == 1:
        return lead_to_form(sent, _unchosen(place, sent), HTTPStatus.UNPROCESSABLE_ENTITY)
    if reading.refused:
        return lead_to_form(sent, unreadable(fields, reading.refused), HTTPStatus.UNPROCESSABLE_ENTITY)
    asks = act.is_irreversible or takes_back(act, sent.typed)
    lacking = _lacking(act, fields, reading) if asks else []
    if lacking:
        refused = unreadable(fields, dict.fromkeys(lacking, REQUIRED))
        return lead_to_form(sent, refused, HTTPStatus.UNPROCESSABLE_ENTITY)
    if asks and request.form.get("confirmed") != token(sent, reading):
        return lead_to_question(sent)
    return None


def _lacking(act: Act, fields: Sequence[Field], reading: Reading) -> list[str]:
    """Return the required fields without a value. A form is never sent without them."""
    needed = [each.name for each in fields if each.is_required and each.kind is not Kind.FIXED]
    return [name for name in needed if name not in reading.body or (name in act.required and not reading.body[name])]


def case_of(context: Context | None) -> UUID | None:
    """Return the case that a record outside a case's own pages is about."""
    case = context.record.get("case") if context is not None and context.record is not None else None
    return None if case is None else UUID(str(case))


def _needed(place: Place) -> Context | None:
    """Return what the action is about, if the answer depends on it; it is read again."""
    act = place.act
    if not (act.is_correction or act.is_irreversible):
        return None
    return context_of(act, place.case, place.record, with_preview=False)


def _unchosen(place: Place, sent: Submission) -> list[Refusal]:
    chooser = fields_of(place.act, sent.typed)[0]
    return [Refusal(chooser.name, chooser.label, gettext_noop("Choose one."))]


def _answered(place: Place, sent: Submission, answer: Answer, context: Context | None) -> Response | Page:
    person, form = parts.current().person(), request.path
    if answer.is_good:
        parts.current().drafts.delete(person, form)
        return led_to(*_next(place, answer, context))
    keep(place.act, person, form)
    if answer.is_refused_token:
        return refused_token()
    if answer.status in (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED):
        fresh = context_of(place.act, place.case, place.record, with_preview=False)
        stopped = pages.stopped(place, fresh)
        return stopped if stopped is not None else _conflict(place, fresh, sent)
    return _refused(place, sent, answer)


# control: H-DESK-8 both-versions
def _conflict(place: Place, context: Context, sent: Submission) -> Response:
    """Lead to both versions of a record that another person changed, and the new version's number."""
    recorded = typed_from(every_field(place.act), context.begins, pages.zone())
    fields = fields_of(place.act, sent.typed)
    merged = rebased(fields, sent.shown, recorded, sent.typed) if context.begins else sent.typed
    return lead_to_versions(Submission(merged, recorded, context.version, sent.key), sent, _CHANGED)


def _refused(place: Place, sent: Submission, answer: Answer) -> Response:
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return lead_to_form(sent, [Refusal("", "", _TOO_OFTEN)], answer.status)
    if answer.is_arriving:
        return lead_to_form(sent, [Refusal("", "", _ARRIVING)], answer.status)
    if answer.is_away:
        return lead_to_form(sent, [Refusal("", "", _AWAY)], HTTPStatus.SERVICE_UNAVAILABLE)
    if answer.is_hidden:
        return lead_to_form(sent, [Refusal("", "", _NOT_ALLOWED)], answer.status)
    if _is_key_used(answer):
        return lead_to_form(replace(sent, key=token_urlsafe(24)), [Refusal("", "", _KEY_USED)], HTTPStatus.CONFLICT)
    fields = fields_of(place.act, sent.typed)

    def say(message: str, rule: str) -> str:
        return in_words(message, rule, fields, g.speech)

    return lead_to_form(sent, refusals_of(fields, answer.document, say), answer.status)


def _is_key_used(answer: Answer) -> bool:
    return str(answer.document.get("type", "")).endswith(":idempotency-key-was-used-before")


def _next(place: Place, answer: Answer, context: Context | None) -> tuple[str, str]:
    """Return the next address and the message for its page.

    It is the next action, the case, or the list from which the person came.
    """
    record = place.record or answer.document.get("id")
    if answer.document.get("state") == "held":
        return place.back, HELD
    if place.act.preview and context is not None and is_unreached(context.agency):
        return place.back, UNREACHED
    if place.act.leads_to and record:
        return f"/cases/{place.case}/do/{place.act.leads_to}/{record}", SAVED
    if place.act.source is Source.NOTHING and answer.document.get("id"):
        return f"/cases/{answer.document['id']}", SAVED
    return place.back, SAVED
