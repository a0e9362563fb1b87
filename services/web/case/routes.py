"""The page of a case: four requests to the services, at the same time."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Flask, abort, g, render_template

from services.web import parts
from services.web.case.page import CasePage, page_of
from services.web.guarding import for_sessions, signed_in
from services.web.path.layout import MARK
from services.web.sign_in.routes import notice, refused_token
from services.web.upstream import reads
from services.web.words.texts import gettext as _
from services.web.words.texts import gettext_noop

LANE_NAMES = {
    "detection": gettext_noop("Detection"),
    "identification": gettext_noop("Identification"),
    "support": gettext_noop("Support"),
    "justice": gettext_noop("Justice"),
}
#: Texts for the parts of a service that does not answer, so that no reader takes a missing part for an empty one.
MISSING = {
    "contact": gettext_noop("Safe contact cannot be shown now: the service for intake does not answer."),
    "legal": gettext_noop(
        "Legal deadlines and steps cannot be shown now: the service for legal advice does not answer. "
        "Deadlines continue to run."
    ),
    "support": gettext_noop("Support, risks and alerts cannot be shown now: the service for support does not answer."),
}
#: Words for the field classes that are not data categories. The others use the words of their category.
_WITHHELD = {
    "privileged": gettext_noop("Privileged records"),
    "statistics": gettext_noop("How the contact began"),
    "standing": gettext_noop("References"),
    "of_the_lead": gettext_noop("How the case is run"),
}
_AWAY = (
    gettext_noop("Not possible now"),
    gettext_noop("The service for intake does not answer, so the case cannot be shown. Try again in a minute."),
)


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule("/cases/<uuid:case_id>", view_func=show_case)


@for_sessions
def show_case(case_id: UUID) -> str | tuple[str, int]:
    """Show the parts of a case that the services show to the person."""
    desk = parts.current()
    answers = desk.upstream.together(reads.case(case_id), desk.caller())
    intake = answers["intake"]
    if intake.is_refused_token:
        return refused_token()
    if intake.is_away:
        return notice(*map(_, _AWAY)), HTTPStatus.SERVICE_UNAVAILABLE
    if not intake.is_good:
        abort(HTTPStatus.NOT_FOUND)
    return render_template("case.html", **_shown(page_of(answers, desk.today())))


def _shown(page: CasePage) -> dict[str, Any]:
    return {
        "page": page,
        "lanes": LANE_NAMES,
        "size": MARK,
        "missing_texts": MISSING,
        "withheld": ", ".join(_withheld(name) for name in page.withheld),
        "me": signed_in().tokens.member,
    }


def _withheld(name: str) -> str:
    return _(_WITHHELD[name]) if name in _WITHHELD else g.speech.word("data_category", name)
