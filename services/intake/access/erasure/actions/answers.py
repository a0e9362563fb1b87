"""Follow erasure requests, and give their answer to the person, also once the case is erased."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from services.intake.access.erasure import rules
from services.intake.access.erasure.actions.holds import holds_of
from services.intake.access.erasure.actions.late import agencies_answers, late_answers
from services.intake.access.erasure.actions.orders import answers_of, holders_answered, requests_of
from services.intake.access.erasure.models import ErasureAcknowledgement, ErasureRequest, LateAnswer
from services.intake.access.erasure.rules import letters
from services.intake.access.erasure.schemas import FollowedErasure, OverdueErasure
from services.intake.facts.case.models import Case, TeamMember, current_version
from services.intake.facts.case.rules import OFFICER
from shared.access import exclusions
from shared.access.permissions import NotFound
from shared.access.tokens import Principal
from shared.access.views import Shown, shown
from shared.http import Reply
from shared.privacy import printing
from shared.reference.words import ENGLISH, LANGUAGES
from shared.store.conditions import is_one_of

_LONGEST_LIST: Final = 200


def show_erasure(session: Session, erasure: UUID, *, by: Principal) -> Reply:
    """Return an erasure request, even once its case is erased, with each holder's answer.

    Raises `NotFound`, also for a reader whom the person excluded, as long as the case exists.
    """
    request = session.get(ErasureRequest, erasure)
    if request is None or exclusions.names(session, request.case_id, UUID(by.subject)):
        raise NotFound
    # An operator follows the services' answers. Which agency knew the person is not for them.
    late = late_answers(session, [erasure])[erasure] if OFFICER in by.roles else []
    return Reply(_followed(request, answers_of(session, erasure), late), about=request.case_id)


# control: H-DEADLINE-15 waits-for-erasure
def erasures_of(session: Session, case: UUID) -> tuple[Mapping[str, object], int]:
    """Return a case's legal holds and its erasure requests, each with the holders that it waits for.

    Nothing else of the case is returned. The oldest are first.
    """
    requests = requests_of(session, case)
    erasures = [_followed(request, answers_of(session, request.id)) for request in requests]
    return {"erasure_requests": erasures, "legal_holds": holds_of(session, case)}, current_version(session, case)


def _followed(
    request: ErasureRequest, answers: Sequence[ErasureAcknowledgement], late: Sequence[LateAnswer] = ()
) -> Shown:
    # A complete request waits for no holder, also if a service has become a holder since.
    waits = rules.missing([answer.holder for answer in answers]) if request.state in rules.WAITING else []
    more = {"case": request.case_id, "answers": answers, "late_answers": late, "waits_for": waits}
    return shown(request, FollowedErasure, **more)


# control: H-CONFIDENTIALITY-15 only-present-leads
def _gives_answer(caller: UUID) -> ColumnElement[bool]:
    """Return the condition that a caller gives the person the answer to a request.

    While the case exists, these are its present leads. Once it is erased, these are its last leads.
    """
    team, request = TeamMember.__table__.c, ErasureRequest.__table__.c
    leads = exists().where(team.case_id == request.case_id, team.member == caller, team.lead)
    is_erased = ~exists().where(Case.id == request.case_id)
    given = or_(
        and_(is_erased, is_one_of(ErasureRequest.state, rules.ERASED), ErasureRequest.answer_to.contains([caller])),
        and_(is_one_of(ErasureRequest.state, rules.ANSWERED), leads),
    )
    return and_(given, ~exclusions.excludes(request.case_id, caller))


# control: H-CONFIDENTIALITY-13 letter-names-nothing
def answer_letter(
    session: Session, erasure: UUID, spoken: str, stated: str | None, *, as_page: bool, by: Principal
) -> Reply:
    """Return the answer to a request as a letter to print.

    `stated`: its language. None: the person's, or `spoken`, the reader's, once the case is erased. The letter is in
    English if it has no text in that language. `as_page`: as HTML. Raises `NotFound`.
    """
    request = _answered(session, erasure, by)
    case = session.get(Case, request.case_id)
    language = stated or (spoken if case is None else case.language)
    sentences = letters.letter(
        request.state,
        was_held=request.held_at is not None,
        is_kept=any(answer.answer == "kept" for answer in answers_of(session, erasure)),
        until=max((hold.until for hold in holds_of(session, request.case_id)), default=None),
        agencies=agencies_answers(session, request),
    )
    written = language if language in LANGUAGES else ENGLISH
    if written != language:
        sentences.append((letters.IN_ENGLISH, {}))
    title = printing.sentence("title/letter", {}, written)
    texts = [printing.sentence(f"letter/{key}", values, written) for key, values in sentences]
    headers = {"Content-Language": written}
    if not as_page:
        return Reply({"language": written, "title": title, "sentences": texts}, headers=headers, about=request.case_id)
    headers["Content-Type"] = "text/html; charset=utf-8"
    return Reply(text=printing.letter(title, texts, written), headers=headers, about=request.case_id)


def _answered(session: Session, erasure: UUID, by: Principal) -> ErasureRequest:
    """Return a request whose answer the caller gives or, in data protection, could give. Raises `NotFound`."""
    caller = UUID(by.subject)
    is_readable = ~exclusions.excludes(ErasureRequest.__table__.c.case_id, caller)
    condition = is_readable if OFFICER in by.roles else _gives_answer(caller)
    request = session.scalar(select(ErasureRequest).where(ErasureRequest.id == erasure, condition))
    if request is None:
        raise NotFound
    return request


def answered_erasures(session: Session, *, by: Principal) -> Sequence[Shown]:
    """List the requests whose answer the caller gives to the person, latest first."""
    query = select(ErasureRequest).where(_gives_answer(UUID(by.subject)))
    requests = session.scalars(query.order_by(ErasureRequest.id.desc()).limit(_LONGEST_LIST)).all()
    answers: dict[UUID, list[ErasureAcknowledgement]] = {request.id: [] for request in requests}
    given = select(ErasureAcknowledgement).where(ErasureAcknowledgement.request_id.in_(list(answers)))
    for answer in session.scalars(given.order_by(ErasureAcknowledgement.holder)):
        answers[answer.request_id].append(answer)
    late = late_answers(session, list(answers))
    return [_followed(request, answers[request.id], late[request.id]) for request in requests]


def overdue_erasures(session: Session, days: int, now: datetime, *, by: Principal) -> Sequence[Mapping[str, object]]:
    """List the orders that at least one holder has not answered for `days` days, oldest first.

    Orders for a person who excluded the caller are left out.
    """
    is_ordered = is_one_of(ErasureRequest.state, (rules.ORDERED,))
    late = (is_ordered, ErasureRequest.ordered_at <= rules.overdue_since(now, days))
    is_readable = ~exclusions.excludes(ErasureRequest.__table__.c.case_id, UUID(by.subject))
    query = select(ErasureRequest).where(*late, is_readable).order_by(ErasureRequest.ordered_at)
    orders = session.scalars(query.limit(_LONGEST_LIST)).all()
    answered = holders_answered(session, [order.id for order in orders])
    return [
        shown(order, OverdueErasure, case=order.case_id, waits_for=rules.missing(answered[order.id]))
        for order in orders
    ]
