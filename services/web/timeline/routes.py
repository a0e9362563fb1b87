"""The page of a case's timeline: one request to each service that has a part of it."""

from http import HTTPStatus
from uuid import UUID

from flask import Flask, abort, g, render_template, request

from services.web import parts
from services.web.guarding import for_sessions
from services.web.path.rules import LANES
from services.web.sign_in.routes import notice, refused_token
from services.web.timeline.page import PAGE_SIZE, page_of
from services.web.upstream import reads
from services.web.words.speech import AWAY, LANE_NAMES, MISSING
from services.web.words.texts import gettext as _


def add_to(app: Flask) -> None:
    """Add this address to the application."""
    app.add_url_rule("/cases/<uuid:case_id>/timeline", view_func=show_timeline)


@for_sessions
def show_timeline(case_id: UUID) -> str | tuple[str, int]:
    """Show the entries of all services, the newest first, of one lane or of all."""
    desk = parts.current()
    lane = request.args.get("lane", "") if request.args.get("lane") in LANES else ""
    asks = reads.timelines(case_id, lane=lane, after=request.args.get("after", ""), limit=PAGE_SIZE)
    answers = desk.upstream.together(asks, desk.caller())
    if any(answer.is_refused_token for answer in answers.values()):
        return refused_token()
    intake = answers["timeline_intake"]
    if not intake.is_good and not intake.is_away:
        abort(HTTPStatus.BAD_REQUEST if intake.status == HTTPStatus.BAD_REQUEST else HTTPStatus.NOT_FOUND)
    if all(answer.is_away for answer in answers.values()):
        return notice(*map(_, AWAY)), HTTPStatus.SERVICE_UNAVAILABLE
    page = page_of(answers, desk.settings.zone)
    return render_template(
        "timeline.html",
        case_id=case_id,
        page=page,
        lane=lane,
        lanes=LANE_NAMES,
        missing_texts=MISSING,
        withheld=g.speech.withheld(page.withheld),
    )
