"""The page instead of one whose main part a service does not show."""

from http import HTTPStatus

from flask import abort

from services.web.sign_in.routes import notice, refused_token
from services.web.upstream.client import Answer
from services.web.words.speech import AWAY
from services.web.words.texts import gettext as _


# control: H-DESK-6 missing-parts-are-named
def instead_of(answer: Answer, away: tuple[str, str] = AWAY) -> tuple[str, int] | None:
    """Return the page to show instead if this answer cannot be shown; None if it can.

    `away`: the title and the text if the service does not answer. Hidden content returns "not found": the services do
    not distinguish the two.
    """
    if answer.is_refused_token:
        return refused_token()
    if answer.is_away:
        return notice(*map(_, away)), HTTPStatus.SERVICE_UNAVAILABLE
    if not answer.is_good:
        abort(HTTPStatus.NOT_FOUND)
    return None
