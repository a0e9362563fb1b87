"""Routes for posters of outreach sessions: the code and the counts for staff, and counting a scan for the public."""

from typing import Final

from services.intake.path.poster import actions, schemas
from shared.http import Call, CallWith, Reply, get, route
from shared.runtime.topics import Topic

_SESSION: Final = "/v1/outreach-sessions/<uuid:session>"


@route("POST", f"{_SESSION}/poster-code", action="outreach.record", reply=schemas.PosterCodeShown)
def make_poster_code(call: Call) -> Reply:
    """Return the code in the QR codes of a session's posters; it is made by the first request."""
    return Reply({"code": actions.code_of(call.session, call.path["session"], by=call.principal)})


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
        get(
            "outreach.read",
            f"{_SESSION}/poster-scans",
            actions.scans_of,
            name="poster_scans",
            reply=schemas.PosterScansReport,
        ),
    ),
)
