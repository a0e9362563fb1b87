"""Routes for outreach and its posters: the code and the counts for staff, and counting a scan for the public."""

from typing import Final
from uuid import UUID

from services.intake.facts.case.models import fields
from services.intake.path.outreach import actions, events, rules, schemas
from shared.http import Call, CallWith, Reply, get, post, route, sheets
from shared.http.paging import PAGE, read_page
from shared.runtime.topics import Topic

_SESSION = "/v1/outreach-sessions/<uuid:session>"


@route(
    "GET",
    "/v1/outreach-sessions",
    action="outreach.read",
    query=PAGE,
    as_csv=True,
    reply=schemas.OutreachSessionPage,
)
def list_sessions(call: Call) -> Reply:
    """List the sessions of outreach of the caller's own agency, the latest recorded first."""
    after, limit = read_page(call.query, UUID)
    page, following = actions.sessions_after(call.session, after, limit, by=call.principal)
    return sheets.reply(call.accepts, {"sessions": page, "next": following}, [fields(row) for row in page])


@route("GET", f"{_SESSION}/progression", action="progression.read", as_csv=True, reply=schemas.Progression)
def session_progression(call: Call) -> Reply:
    """Return how many met in a session became contacts, were detected, became a case, and were closed."""
    counted = actions.session_progression(call.session, call.path["session"], by=call.principal)
    return sheets.reply(call.accepts, counted, [counted])


@route("GET", "/v1/progression", action="progression.read", as_csv=True, reply=schemas.ProgressionReport)
def progression(call: Call) -> Reply:
    """Return the progression of outreach sessions, by region and in total: to a supervisor their own agency's."""
    report = actions.total_progression(call.session, by=call.principal)
    return sheets.reply(call.accepts, report._asdict(), [*report.regions, {"region": "total", **report.total}])


def _is_counted(_command: schemas.CountScan) -> bool:
    """Return True: every scan is rate-limited, so that one network cannot invent many."""
    return True


@route(
    "POST",
    "/v1/poster-scans",
    action=None,
    body=schemas.CountScan,
    scarce=_is_counted,
    scarce_rate="scans",
    status=204,
)
def count_poster_scan(call: CallWith[schemas.CountScan]) -> Reply:
    """Count that a QR code was scanned; the reply does not say whether there is such a code."""
    actions.count_scan(call.session, call.command)
    return Reply(status=204)


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("outreach.record", "/v1/outreach-sessions", actions.record_session, creates=True),
        get("outreach.read", _SESSION, actions.session_of, name="read_session", reply=schemas.OutreachSession),
        get(
            "outreach.read",
            f"{_SESSION}/poster-scans",
            actions.scans_of,
            name="poster_scans",
            reply=schemas.PosterScansReport,
        ),
        post(
            "outreach.record",
            f"{_SESSION}/poster-code",
            actions.code_of,
            name="make_poster_code",
            reply=schemas.PosterCodeShown,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
