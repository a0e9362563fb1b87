"""Routes for teams, supervision, exclusions, emergency access, and the effects of legal's barriers."""

from typing import Final
from uuid import UUID

from services.intake.access.staff_access import actions, events, rules, schemas
from services.intake.access.staff_access.actions import barriers, waiting
from services.intake.facts.case.topic import CASE
from shared.audit import notices
from shared.http import Awaited, Call, Reply, delete, get, paging, post, route
from shared.http.paging import PAGE, read_page
from shared.runtime.topics import Topic

_SUPERVISOR = "/v1/supervisions/<uuid:supervisor>"


@route("GET", "/v1/notices", action="notice.read", query=(*PAGE, paging.WAIT), reply=schemas.NoticePage)
def unread_notices(call: Call) -> Reply:
    """Return the notices that the caller has not acknowledged yet, oldest first."""
    after, limit = read_page(call.query, UUID)
    seconds = 0 if call.principal.is_service else paging.wait(call.query)
    # Read first: what is given between the two reads is taken for new, and read once more.
    newest = notices.newest(call.session) if seconds else ""
    page, following = actions.unread_notices(call.session, after, limit, by=call.principal)
    awaited = Awaited(UUID(call.principal.subject), newest, seconds) if seconds and not page else None
    return Reply({"notices": page, "next": following}, noted=awaited is None, awaited=awaited)


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("access.revoke", "/v1/access/revocations", actions.revoke_access, reply=schemas.RevokedAccess),
        post("glass.break", f"{CASE}/break-glass", actions.open_in_emergency, creates=True),
        post(
            "glass.review",
            f"{CASE}/break-glass/<uuid:glass>/review",
            actions.review_glass,
            changes=True,
            reply=schemas.ReviewedGlass,
        ),
        post(
            "team.transfer",
            f"{CASE}/transfer",
            actions.transfer_case,
            changes=True,
            reply=schemas.TransferredCase,
        ),
        delete("team.change", f"{CASE}/team/<uuid:member>", actions.remove_member, changes=True, part="team"),
        post("exclusion.record", f"{CASE}/exclusions", actions.record_exclusion, creates=True),
        delete("exclusion.lift", f"{CASE}/exclusions/<uuid:exclusion>", actions.lift_exclusion, changes=True),
        post("team.change", f"{CASE}/team", actions.add_member, creates=True, part="team"),
        post(
            "notice.read",
            "/v1/notices/<uuid:notice>/acknowledgement",
            actions.acknowledge_notice,
            reply=schemas.AcknowledgedNotice,
        ),
        delete("supervision.change", f"{_SUPERVISOR}/<uuid:member>", actions.end_supervision, about="supervisor"),
        get(
            "supervision.change",
            _SUPERVISOR,
            actions.supervised,
            about="supervisor",
            reply=schemas.SupervisedStaff,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    timers=actions.ON_TIMER,
    reads=events.READS,
    projections=barriers.PROJECTIONS,
    reactions=(*barriers.REACTIONS, *waiting.REACTIONS),
)
