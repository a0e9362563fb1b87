"""Unfinished forms: saved while the person types, and when a form arrives after its session has ended.

A form of an ended session is never sent to a service. The session's cookie and the form's token show whose it was, so
that the desk can keep it sealed for this person. Only a new sign-in of the same person shows it again.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_time
from flask import g, request

from services.web import parts
from services.web.doing.act import Act
from services.web.doing.forming import every_field
from services.web.doing.sending import Submission
from services.web.forms.reading import Typed, typed_of
from services.web.session.drafts import Draft
from services.web.session.rules import KEPT
from services.web.sign_in.routes import not_signed_in, person_of_ended_session, welcome
from services.web.words.texts import gettext as _
from services.web.words.texts import gettext_noop

_KEPT: Final = gettext_noop(
    "Your session ended before you sent the form. Nothing was saved in the case. What you typed is kept for 60 "
    "minutes: sign in again, check it, and send it."
)
_DRAFT: Final = "/draft"


def submission_of(act: Act) -> Submission:
    """Return the form that was sent."""
    return Submission(
        typed=typed_of(every_field(act), request.form.lists()),
        shown=_shown(act, request.form.get("shown", "")),
        version=request.form.get("version", "")[:200],
        key=request.form.get("key", "")[:100] or token_urlsafe(24),
    )


def _shown(act: Act, text: str) -> Typed:
    """Return the form as it was shown before the person typed, which the form carries."""
    try:
        stated = json.loads(text or "{}")
        return typed_of(every_field(act), [(name, [str(each) for each in texts]) for name, texts in stated.items()])
    except (ValueError, AttributeError, TypeError):
        return {}


def keep(act: Act, person: bytes, form: str) -> datetime:
    """Store the form that was sent as a draft; return until when it is kept."""
    return store(submission_of(act), person, form)


def store(sent: Submission, person: bytes, form: str, reply: Mapping[str, Any] | None = None) -> datetime:
    """Store a form as a draft, with what the desk answers to it; return until when it is kept."""
    now = parts.current().clock()
    draft = Draft(sent.typed, sent.shown, sent.version, sent.key, reply=reply or {})
    parts.current().drafts.save(person, form, draft, now)
    return now + KEPT


def keep_while_typing(act: Act) -> str:
    """Store what the person has typed so far; return the text that the page shows."""
    until = keep(act, parts.current().person(), request.path.removesuffix(_DRAFT))
    zone = ZoneInfo(parts.current().settings.zone)
    at = format_time(until.astimezone(zone), "short", locale=g.speech.language)
    return _("What you typed is kept until %(at)s. It is not saved in the case yet.", at=at)


# control: H-DESK-7 ended-sessions-send-nothing
def keep_of_ended_session(act: Act) -> tuple[str, int]:
    """Keep a form whose session ended by time, and show the sign-in page."""
    person = person_of_ended_session()
    if person is None:
        return not_signed_in()
    keep(act, person, request.path)
    return welcome(request.path, reason=_(_KEPT)), HTTPStatus.UNAUTHORIZED


def keep_while_typing_of_ended_session(act: Act) -> tuple[str, int]:
    """Keep what the person has typed since their session ended by time; return the text that the page shows."""
    person = person_of_ended_session()
    if person is None:
        return _("Your session has ended. What you typed last is not kept. Copy it before you sign in."), HTTPStatus.OK
    keep(act, person, request.path.removesuffix(_DRAFT))
    return _("Your session has ended. What you typed is kept for 60 minutes. Sign in again to send it."), HTTPStatus.OK
