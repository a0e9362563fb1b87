"""The explanation of a deadline: a complete page, or the part of a page that htmx requests."""

from functools import partial
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import Flask, abort, g, render_template, request

from services.web import parts
from services.web.deadline.page import answering, changes_of, found_in, recording
from services.web.doing.allowed import ADVISER, answers_for
from services.web.guarding import BY_PAGE, for_sessions, signed_in
from services.web.sign_in.routes import notice, refused_token
from services.web.upstream import reads
from services.web.words.texts import gettext as _
from services.web.words.texts import gettext_noop

USES: Final = {
    "starts": gettext_noop("Counted from"),
    "bounds": gettext_noop("Bounds the start"),
    "pauses": gettext_noop("Stops the time"),
    "extends": gettext_noop("Extends it"),
    "meets": gettext_noop("Meets it"),
    "ends": gettext_noop("Ends it"),
    "may_meet": gettext_noop("May meet it"),
    "may_end": gettext_noop("May end it"),
}
EFFECTS: Final = {
    "moves": gettext_noop("Moves it"),
    "met": gettext_noop("Meets it"),
    "ended": gettext_noop("Ends it"),
    "pauses": gettext_noop("Stops the time"),
    "resumes": gettext_noop("Lets the time continue"),
    "extends": gettext_noop("Extends it"),
}
BASES: Final = {
    "happened": gettext_noop("The day on which it happened"),
    "learnt": gettext_noop("The day of receipt"),
    "birth": gettext_noop("The rule for people who were children"),
}
_AWAY: Final = (
    gettext_noop("Not possible now"),
    gettext_noop(
        "The service that keeps this deadline does not answer. The deadline continues to run. Try again in a minute."
    ),
)


def add_to(app: Flask) -> None:
    """Add this address to the application."""
    app.add_url_rule("/cases/<uuid:case_id>/deadlines/<uuid:deadline>", view_func=explain_deadline)


@for_sessions
def explain_deadline(case_id: UUID, deadline: UUID) -> str | tuple[str, int]:
    """Explain the date of a deadline, and the facts that would change it."""
    desk = parts.current()
    answers = desk.upstream.together(reads.explanations(case_id, deadline), desk.caller())
    if any(answer.is_refused_token for answer in answers.values()):
        return refused_token()
    found = found_in(answers)
    if found.explanation is None:
        if not found.is_away:
            abort(HTTPStatus.NOT_FOUND)
        return notice(*map(_, _AWAY)), HTTPStatus.SERVICE_UNAVAILABLE
    is_adviser = ADVISER in signed_in().tokens.roles
    template = "explained.html" if BY_PAGE in request.headers else "deadline.html"
    return render_template(
        template,
        case_id=case_id,
        found=found.explanation,
        question_forms=answers_for(signed_in().tokens.roles),
        answering=answering(found, is_adviser=is_adviser),
        changes=changes_of(found.explanation, g.speech.word),
        recording=partial(recording, is_adviser=is_adviser),
        uses=USES,
        effects=EFFECTS,
        bases=BASES,
    )
