"""Routes by which agencies report, one or several at once, and see what became of it."""

from functools import partial
from typing import Final
from uuid import UUID

from services.partners.channels.report import actions, events, rules, schemas
from shared.http import Call, CallInPieces, CallWith, Reply, route
from shared.http.paging import PAGE, read_page
from shared.runtime.topics import Topic

_REPORTS: Final = "/v1/agency/reports"


@route("POST", _REPORTS, action="report.make", body=schemas.MakeReport, reply=schemas.ShownReport, status=201)
def make_report(call: CallWith[schemas.MakeReport]) -> Reply:
    """Report something, once under one id: a referral, an answer, how far help is; sent again it is answered alike."""
    report = actions.make(call.session, call.command, call.now, by=call.principal)
    shown = actions.shown(call.session, call.command.id, by=call.principal)
    return Reply(shown, status=201, about=report.id)


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
    return Reply({"reports": actions.make_all(call.pieces, call.command, by=call.principal)})


@route("GET", _REPORTS, action="report.read", query=(schemas.STATE_ASKED, *PAGE), reply=schemas.ReportPage)
def list_reports(call: Call) -> Reply:
    """List what the agency has reported, the latest first, and where each stands."""
    after, limit = read_page(call.query, partial(actions.place, call.session, by=call.principal))
    reports, following = actions.page(call.session, call.query.get("state"), after, limit, by=call.principal)
    return Reply({"reports": reports, "next": following}, about=call.principal.agency)


@route("GET", f"{_REPORTS}/<uuid:report>", action="report.read", reply=schemas.ShownReport)
def show_report(call: Call) -> Reply:
    """Show where a report stands, by the agency's own id for it."""
    report: UUID = call.path["report"]
    return Reply(actions.shown(call.session, report, by=call.principal), about=call.principal.agency)


TOPIC: Final = Topic(
    __name__,
    access=rules.ACCESS,
    events=events.EVENTS,
    reads=events.READS,
    reactions=actions.REACTIONS,
    expiring=actions.EXPIRING,
)
