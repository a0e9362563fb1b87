"""Routes for withdrawals and the agencies' answers."""

from typing import Final

from services.intake.case.models import current_version
from services.intake.case.topic import CASE
from services.intake.sharing.schemas import ChangedSharing, DecideSharing
from services.intake.sharing.topic import SHARINGS
from services.intake.withdrawal import actions, events, rules, schemas
from shared.http import Call, CallWith, Reply, post, route
from shared.http.paging import PAGE, days_query, read_days, read_page
from shared.runtime.topics import Topic

_CONSENT = f"{CASE}/consents/<uuid:consent>"


@route(
    "POST",
    f"{_CONSENT}/withdrawal",
    action="consent.withdraw",
    body=schemas.WithdrawConsent,
    changes=True,
    reply=schemas.WithdrawnConsent,
)
def withdraw_consent(call: CallWith[schemas.WithdrawConsent]) -> Reply:
    """Record that a consent was withdrawn."""
    consent, by = call.path["consent"], call.principal
    version = actions.withdraw_consent(call.session, call.case, consent, call.command, call.now, by=by)
    return Reply({"id": consent, "withdrawn": True}, version=version)


@route("GET", f"{_CONSENT}/withdrawal-preview", action="consent.withdraw", reply=schemas.WithdrawalPreview)
def preview_withdrawal(call: Call) -> Reply:
    """Return what the agency received under a consent, and whether it is known to keep that once withdrawn."""
    consent_id = call.path["consent"]
    holders = actions.preview_withdrawal(call.session, call.case, consent_id, call.now)
    return Reply({"id": consent_id, "holders": holders}, version=current_version(call.session, call.case))


@route(
    "GET",
    "/v1/consents/unanswered",
    action="consent.follow",
    query=(days_query(rules.OVERDUE_DAYS, "withdrawal"),),
    reply=schemas.UnansweredList,
)
def unanswered_withdrawals(call: Call) -> Reply:
    """List the withdrawals of consent that the agency has not answered in time."""
    days = read_days(call.query.get("days"), rules.OVERDUE_DAYS)
    return Reply({"consents": actions.unanswered_withdrawals(call.session, days, call.now, by=call.principal)})


@route("GET", "/v1/consents/withdrawals", action="consent.follow", query=PAGE, reply=schemas.FollowedList)
def followed_withdrawals(call: Call) -> Reply:
    """List withdrawals of consent: until when the agency's answer was awaited, what it is, and who said so."""
    after, limit = read_page(call.query, rules.read_place)
    consents, following = actions.followed_withdrawals(call.session, after, limit, by=call.principal)
    return Reply({"consents": consents, "next": following})


@route(
    "POST",
    f"{SHARINGS}/<uuid:sharing>/decision",
    action="sharing.decide",
    body=DecideSharing,
    changes=True,
    reply=ChangedSharing,
)
def decide_sharing(call: CallWith[DecideSharing]) -> Reply:
    """Approve or refuse a sharing without consent, as a second person."""
    sharing_id = call.path["sharing"]
    version = actions.decide_sharing(
        call.session, call.case, sharing_id, call.now, by=call.principal, approves=call.command.approves
    )
    return Reply({"id": sharing_id}, version=version)


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("consent.answer", f"{_CONSENT}/answers", actions.record_answer, name="answer_withdrawal", creates=True),
        post("consent.withdraw", f"{_CONSENT}/correction", actions.correct_consent, creates=True),
        post("consent.withdraw", f"{_CONSENT}/withdrawal/correction", actions.correct_withdrawal, creates=True),
        post(
            "consent.answer",
            f"{CASE}/withdrawal-answers/<uuid:answer>/correction",
            actions.correct_answer,
            creates=True,
        ),
        post("sharing.propose", f"{SHARINGS}/<uuid:sharing>/correction", actions.correct_sharing, creates=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
