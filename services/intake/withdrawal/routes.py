"""Routes for withdrawals and the agencies' answers."""

from services.intake.case.models import current_version
from services.intake.case.routes import CASE, created
from services.intake.consent.schemas import CorrectConsent
from services.intake.sharing.routes import SHARINGS
from services.intake.sharing.schemas import ChangedSharing, CorrectSharing, DecideSharing
from services.intake.withdrawal import actions, rules, schemas
from shared.http import Call, CallWith, Reply, route
from shared.http.paging import PAGE, days_query, read_days, read_page

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


@route("POST", f"{_CONSENT}/answers", action="consent.answer", body=schemas.AnswerWithdrawal, creates=True)
def answer_withdrawal(call: CallWith[schemas.AnswerWithdrawal]) -> Reply:
    """Record what the agency did after a withdrawal of consent: deleted, stopped, or kept on a legal basis."""
    consent, by = call.path["consent"], call.principal
    return created(actions.record_answer(call.session, call.case, consent, call.command, call.now, by=by))


@route("POST", f"{_CONSENT}/correction", action="consent.withdraw", body=CorrectConsent, creates=True)
def correct_consent(call: CallWith[CorrectConsent]) -> Reply:
    """Put a consent right, or take it back as recorded wrongly."""
    consent, by = call.path["consent"], call.principal
    return created(actions.correct_consent(call.session, call.case, consent, call.command, call.now, by=by))


@route(
    "POST",
    f"{_CONSENT}/withdrawal/correction",
    action="consent.withdraw",
    body=schemas.CorrectWithdrawal,
    creates=True,
)
def correct_withdrawal(call: CallWith[schemas.CorrectWithdrawal]) -> Reply:
    """Put the withdrawal of a consent right, or take it back as recorded wrongly."""
    consent, by = call.path["consent"], call.principal
    return created(actions.correct_withdrawal(call.session, call.case, consent, call.command, call.now, by=by))


@route(
    "POST",
    f"{CASE}/withdrawal-answers/<uuid:answer>/correction",
    action="consent.answer",
    body=schemas.CorrectAnswer,
    creates=True,
)
def correct_answer(call: CallWith[schemas.CorrectAnswer]) -> Reply:
    """Put an agency's answer to a withdrawal right, or take it back as recorded wrongly."""
    answer, by = call.path["answer"], call.principal
    return created(actions.correct_answer(call.session, call.case, answer, call.command, call.now, by=by))


@route(
    "POST",
    f"{SHARINGS}/<uuid:sharing>/correction",
    action="sharing.propose",
    body=CorrectSharing,
    creates=True,
)
def correct_sharing(call: CallWith[CorrectSharing]) -> Reply:
    """Put a sharing without consent right, or take it back as recorded wrongly."""
    sharing, by = call.path["sharing"], call.principal
    return created(actions.correct_sharing(call.session, call.case, sharing, call.command, call.now, by=by))


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
