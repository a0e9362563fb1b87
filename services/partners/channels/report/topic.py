"""Routes by which agencies report, one or several at once, and see what became of it."""

from typing import Final

from services.partners.channels.report import events, rules, schemas
from services.partners.channels.report.actions import making, settling, showing
from shared.http import CallInPieces, Reply, get, post, route
from shared.http.paging import PAGE
from shared.runtime.topics import Topic

_REPORTS: Final = "/v1/agency/reports"


@route(
    "POST",
    "/v1/agency/report-batches",
    action="report.make",
    body=schemas.MakeReports,
    in_pieces=True,
    reply=schemas.ReportsMade,
)
def make_reports(call: CallInPieces[schemas.MakeReports]) -> Reply:
    """Send several reports; each succeeds or fails separately."""
    return Reply({"reports": making.make_all(call.pieces, call.command, by=call.principal)})


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("report.make", _REPORTS, making.make_report, reply=schemas.ShownReport, status=201),
        get(
            "report.read",
            _REPORTS,
            showing.list_reports,
            query=(schemas.STATE_ASKED, *PAGE),
            reply=schemas.ReportPage,
        ),
        get("report.read", f"{_REPORTS}/<uuid:report>", showing.show_report, reply=schemas.ShownReport),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    reads=events.READS,
    reactions=settling.REACTIONS,
    expiring=settling.EXPIRING,
)
