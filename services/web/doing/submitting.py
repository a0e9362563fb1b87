"""A form that was sent: what the person has to decide next, or the request and what its answer means."""

import hashlib
import json
from dataclasses import replace
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Final
from uuid import UUID

from flask import Response, request

from services.web import parts
from services.web.doing import pages
from services.web.doing.act import Source
from services.web.doing.context import Context, context_of
from services.web.doing.drafting import keep
from services.web.doing.forming import every_field, fields_of
from services.web.doing.pages import Page, Place, Shown
from services.web.doing.sending import Submission, ask_of, reading_of, takes_back
from services.web.forms.conflict import differences, rebased
from services.web.forms.reading import Reading, typed_from
from services.web.forms.refusals import Refusal, refusals_of, unreadable
from services.web.guarding import signed_in
from services.web.saying import led_to
from services.web.sign_in.routes import refused_token
from services.web.upstream.client import Answer
from services.web.words.texts import gettext_noop

#: Steps of a form that send nothing: the person has chosen what decides the other fields, wants more rows, or returns
#: from the second question.
_DRAWS_AGAIN: Final = frozenset(("choose", "rows", "change"))
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
    act = place.act
    fields = fields_of(act, sent.typed)
    step = request.form.get("step", "")
    if step in _DRAWS_AGAIN or (act.decides and len(fields) == 1):
        return _again(place, sent, _unchosen(place, sent) if step not in _DRAWS_AGAIN else Shown())
    reading = reading_of(act, sent, pages.zone())
    if reading.refused:
        refusals = unreadable(fields, reading.refused)
        return _again(place, sent, Shown(refusals, status=HTTPStatus.UNPROCESSABLE_ENTITY))
    context = _needed(place)
    if context is not None:
        stopped = pages.stopped(place, context)
        if stopped is not None:
            return stopped
        if act.is_correction and typed_from(every_field(act), context.begins, pages.zone()) != sent.shown:
            return _conflict(place, context, sent)
        asks = act.is_irreversible or takes_back(act, sent.typed)
        if asks and request.form.get("confirmed") != _token(sent, reading):
            return pages.second_question(place, context, sent, _token(sent, reading))
    ask = ask_of(act, place.case or case_of(context), place.record, reading.body, sent)
    return _answered(place, sent, parts.current().upstream.send(ask, parts.current().caller()))


def case_of(context: Context | None) -> UUID | None:
    """Return the case that a record outside a case's own pages is about."""
    case = context.record.get("case") if context is not None and context.record is not None else None
    return None if case is None else UUID(str(case))


def _needed(place: Place) -> Context | None:
    """Return what the action is about, if the answer depends on it; it is read again."""
    act = place.act
    if not (act.is_correction or act.is_irreversible):
        return None
    is_confirmed = "confirmed" in request.form
    return context_of(act, place.case, place.record, with_preview=not is_confirmed)


def _unchosen(place: Place, sent: Submission) -> Shown:
    chooser = fields_of(place.act, sent.typed)[0]
    return Shown(
        [Refusal(chooser.name, chooser.label, gettext_noop("Choose one."))], status=HTTPStatus.UNPROCESSABLE_ENTITY
    )


# control: H-DESK-9 asks-twice
def _token(sent: Submission, reading: Reading) -> str:
    """Return what the second question sends back. It belongs to this session, this record and exactly these values."""
    stated = json.dumps([request.path, sent.version, reading.body], sort_keys=True)
    return hashlib.blake2b(stated.encode(), key=signed_in().form_token.encode(), digest_size=24).hexdigest()


def _again(place: Place, sent: Submission, shown: Shown) -> Page:
    """Return the form again, with what the person typed."""
    context = context_of(place.act, place.case, place.record)
    if context.state in ("away", "arriving"):
        # Without the service, the form still shows what was typed.
        context = Context()
    stopped = pages.stopped(place, context)
    return stopped if stopped is not None else pages.form_page(place, context, sent, shown)


def _answered(place: Place, sent: Submission, answer: Answer) -> Response | Page:
    person, form = parts.current().person(), request.path
    if answer.is_good:
        parts.current().drafts.delete(person, form)
        return led_to(_next(place, answer))
    keep(place.act, person, form)
    if answer.is_refused_token:
        return refused_token()
    if answer.status in (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED):
        context = context_of(place.act, place.case, place.record)
        stopped = pages.stopped(place, context)
        return stopped if stopped is not None else _conflict(place, context, sent)
    return _refused(place, sent, answer)


# control: H-DESK-8 both-versions
def _conflict(place: Place, context: Context, sent: Submission) -> Page:
    """Return the form with both versions of a record that another person changed, and the new version's number."""
    recorded = typed_from(every_field(place.act), context.begins, pages.zone())
    fields = fields_of(place.act, sent.typed)
    found = differences(fields, recorded, sent.typed)
    merged = rebased(fields, sent.shown, recorded, sent.typed) if context.begins else sent.typed
    fresh = Submission(merged, recorded, context.version, sent.key)
    shown = Shown([Refusal("", "", _CHANGED)], found, status=HTTPStatus.CONFLICT)
    return pages.form_page(place, context, fresh, shown)


def _refused(place: Place, sent: Submission, answer: Answer) -> Page:
    fields = fields_of(place.act, sent.typed)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _again(place, sent, Shown([Refusal("", "", _TOO_OFTEN)], status=answer.status))
    if answer.is_arriving:
        return _again(place, sent, Shown([Refusal("", "", _ARRIVING)], status=answer.status))
    if answer.is_away:
        return _again(place, sent, Shown([Refusal("", "", _AWAY)], status=HTTPStatus.SERVICE_UNAVAILABLE))
    if answer.is_hidden:
        return _again(place, sent, Shown([Refusal("", "", _NOT_ALLOWED)], status=answer.status))
    if _is_key_used(answer):
        fresh = replace(sent, key=token_urlsafe(24))
        return _again(place, fresh, Shown([Refusal("", "", _KEY_USED)], status=HTTPStatus.CONFLICT))
    return _again(place, sent, Shown(refusals_of(fields, answer.document), status=answer.status))


def _is_key_used(answer: Answer) -> bool:
    return str(answer.document.get("type", "")).endswith(":idempotency-key-was-used-before")


def _next(place: Place, answer: Answer) -> str:
    """Return the address that follows: the next action, the case, or the list from which the person came."""
    record = place.record or answer.document.get("id")
    if place.act.leads_to and record:
        return f"/cases/{place.case}/do/{place.act.leads_to}/{record}"
    if place.act.source is Source.NOTHING and answer.document.get("id"):
        return f"/cases/{answer.document['id']}"
    return f"{place.back}"
