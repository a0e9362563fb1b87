"""Propose, decide, correct and read sharing without consent. No function commits."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.agencies.consent.actions.agencies import check_takes_part
from services.intake.agencies.consent.actions.coverage import narrow
from services.intake.agencies.consent.events import TELLING
from services.intake.agencies.consent.hooks import NARROWED, WIDENED, Coverage
from services.intake.agencies.consent.models import HeardTelling, Sharing
from services.intake.agencies.consent.rules import ACCESS, NAMED_BY_ID
from services.intake.agencies.consent.rules import sharing as rules
from services.intake.agencies.consent.schemas.sharings import (
    CorrectSharing,
    DecideSharing,
    ProposeSharing,
    RecordPersonTold,
    ToldOutside,
)
from services.intake.facts.case.actions import alike, announce, record_of, recorded
from services.intake.facts.case.models import Case, Correction, bump, current_version, lock
from services.intake.facts.case.rules import OFFICER, check_wanted
from shared.access import case_restrictions, exclusions
from shared.access.tokens import Principal
from shared.access.views import shown
from shared.audit import notices
from shared.casework import corrections, dates, times
from shared.casework.naming import check_acts
from shared.deadlines import timers
from shared.deadlines.timers import Timer
from shared.events.contract import Received
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.exchange.follower import Projection, ReadModelTable
from shared.http import Created
from shared.reference.words import ENGLISH, LANGUAGES, words_of_code
from shared.store.database import NamedRow

#: The timer of the review of a sharing that began at once.
REVIEW: Final = "sharing.review"
_NOTICE: Final = "sharing_without_consent"
_STATED: Final = ("agency", "purpose", "data_categories", "reason", "until")
_ACTS: Final = frozenset(("sharing.propose", "sharing.decide", "sharing.read"))


def propose_sharing(
    session: Session, case_id: UUID, command: ProposeSharing, now: datetime, *, by: Principal
) -> Created:
    """Propose to share something without the person's consent; where a life is in danger it is shared at once.

    A sharing that begins at once sends the referrals that waited for it. Raises `FactRefused`, and `StepForbidden`,
    also for an agency that the person excluded.
    """
    caller = UUID(by.subject)
    case = session.get_one(Case, case_id)
    today = dates.today(now, case.jurisdiction)
    check_takes_part(session, command.agency)
    check_wanted(command.agency, [exclusion.agency for exclusion in exclusions.of_case(session, case_id)])
    begun = rules.propose(command.reason, command.until, today, now)
    when = times.stated(command.happened, command.learnt, now, case.jurisdiction)
    stored = command.stored()
    stated = {name: stored[name] for name in _STATED} | {"state": begun.state}
    earlier = alike(session, Sharing, case_id, stated, when, day="proposed_on")
    proposal = Sharing(
        case_id=case_id,
        state=begun.state,
        review_by=begun.review_by,
        proposed_by=caller,
        proposed_on=today,
        alike=earlier,
        **stored | recorded(when, now, by),
    )
    session.add(proposal)
    bump(session, case_id)
    if begun.review_by is not None:
        timers.schedule(session, proposal.id, REVIEW, begun.review_by)
        announce(session, case_id, [shared(proposal, approved=False)])
    _ask_for_a_second_person(session, case_id, caller, command.reason)
    # Also for a proposal that waits: a referral may wait for another reason that is over now.
    WIDENED.announce(session, Coverage(case, proposal.agency, now))
    return Created(proposal.id, earlier)


def decide_sharing(
    session: Session, case_id: UUID, sharing_id: UUID, command: DecideSharing, now: datetime, *, by: Principal
) -> None:
    """Approve or refuse a sharing without consent, as a second person.

    Send the referrals that waited for it, or withdraw uncovered ones. Nothing is shared with an agency that the person
    has excluded since. Raises `NotFound`, `StepForbidden`.
    """
    caller, approves = UUID(by.subject), command.approves
    proposal = record_of(session, Sharing, case_id, sharing_id)
    case, before = session.get_one(Case, case_id), proposal.state
    if approves:
        check_acts(session, by, ACCESS["sharing.decide"], now)
        rules.check_not_restricted(restricted=case_restrictions.stands(session, case_id))
        # A sharing that began at once may have been right even if the agency has left since.
        if before != rules.ACTING:
            check_takes_part(session, proposal.agency)
        check_wanted(proposal.agency, [exclusion.agency for exclusion in exclusions.of_case(session, case_id)])
    proposal.state = rules.decide(before, proposed_by=proposal.proposed_by, decided_by=caller, approves=approves)
    proposal.decided_by, proposal.decided_on = caller, dates.today(now, case.jurisdiction)
    timers.cancel(session, proposal.id)
    bump(session, case_id)
    if before == rules.ACTING:
        announce(session, case_id, [Announcement("sharing.reviewed", {"sharing": proposal.id, "upheld": approves})])
    elif approves:
        announce(session, case_id, [shared(proposal, approved=True)])
    if approves:
        WIDENED.announce(session, Coverage(case, proposal.agency, now))
    elif proposal.review_by is not None:  # otherwise no data went to the agency before this decision
        NARROWED.announce(session, Coverage(case, proposal.agency, now, [proposal.purpose]))


def record_person_told(
    session: Session, case_id: UUID, sharing_id: UUID, command: RecordPersonTold, now: datetime
) -> None:
    """Record that the person was informed of a sharing without consent.

    Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    proposal = record_of(session, Sharing, case_id, sharing_id)
    today = dates.today(now, session.get_one(Case, case_id).jurisdiction)
    rules.check_not_told(proposal.person_told_on)
    dates.not_in_future("told_on", command.told_on, today)
    proposal.person_told_on = command.told_on or today
    bump(session, case_id)


def sharings_of(session: Session, case: UUID) -> tuple[dict[str, object], int]:
    """List a case's sharings without consent, in every state.

    They are in the order in which they were proposed.
    """
    sharings = session.scalars(select(Sharing).where(Sharing.case_id == case).order_by(Sharing.id)).all()
    return {"sharings": sharings}, current_version(session, case)


def untold_of(session: Session, case: UUID) -> set[tuple[UUID, str]]:
    """Return the agency and purpose of each sharing of a case that the person has not been informed of."""
    untold = select(Sharing.agency, Sharing.purpose).where(Sharing.case_id == case, Sharing.person_told_on.is_(None))
    return {(row.agency, row.purpose) for row in session.execute(untold)}


def correct_sharing(
    session: Session, case_id: UUID, sharing_id: UUID, command: CorrectSharing, now: datetime, *, by: Principal
) -> UUID:
    """Correct a sharing without consent, or withdraw it as recorded wrongly.

    Referrals without coverage are withdrawn. The agency, the data and the reason were decided by two people and cannot
    be corrected: propose another sharing instead. Return the correction's id. Raises `NotFound`, `StepForbidden`,
    `FactRefused`.
    """
    case, sharing = session.get_one(Case, case_id), record_of(session, Sharing, case_id, sharing_id)
    today = dates.today(now, case.jurisdiction)
    rules.check_corrected(sharing.until, command.until, command.person_told_on, today)
    corrected = corrections.put_right(session, Correction, sharing, "sharing", command, now=now, today=today, by=by)
    record(session, case_id, [corrected.announcement])
    if corrected.takes_back:
        _stop(session, sharing)
    elif sharing.state in rules.COVERS and "until" in corrected.was:
        announce(session, case_id, [shared(sharing, approved=sharing.state != rules.ACTING)])
    session.flush()
    narrow(session, case, sharing.agency, [sharing.purpose], now)
    return corrected.id


def _stop(session: Session, sharing: Sharing) -> None:
    """Stop a sharing that was withdrawn. It was never valid, and needs no further review."""
    timers.cancel(session, sharing.id)
    if sharing.state in rules.COVERS:
        sharing.state = rules.REVERSED
        reviewed = Announcement("sharing.reviewed", {"sharing": sharing.id, "upheld": False})
        announce(session, sharing.case_id, [reviewed])
    elif sharing.state == rules.PROPOSED:
        sharing.state = rules.REFUSED


def _overdue(session: Session, timer: Timer, now: datetime) -> None:
    sharing_id = timer.owner
    case = session.execute(select(Sharing.case_id).where(Sharing.id == sharing_id)).scalar_one_or_none()
    if case is None:
        return
    lock(session, case)
    proposal = session.get_one(Sharing, sharing_id)
    if rules.is_overdue(proposal.state, proposal.review_by, now):
        record(session, case, [Announcement("sharing.review_overdue", {"sharing": sharing_id})])
        notices.remind(
            session, kind=_NOTICE, case=case, member=proposal.proposed_by, reason=proposal.reason, role=OFFICER
        )
        timers.come_back(session, timer, rules.REVIEWED_WITHIN, now)


ON_TIMER: Final[timers.Handlers] = {REVIEW: _overdue}


def shared(proposal: Sharing, *, approved: bool) -> Announcement:
    """Return the event that data is shared with an agency without consent; `approved`: a second person agreed."""
    payload = {"sharing": proposal.id, "approved": approved, **{name: getattr(proposal, name) for name in _STATED}}
    return Announcement("sharing.without_consent", payload, NAMED_BY_ID)


def _ask_for_a_second_person(session: Session, case: UUID, by: UUID, reason: str) -> None:
    notices.give(
        session,
        kind=_NOTICE,
        case=case,
        member=by,
        reason=reason,
        at=datetime.now(UTC),  # real time, as every notice
        recipients=[],
        role=OFFICER,
    )


def covered(session: Session, case: UUID, agency: UUID, purpose: str, today: date) -> Iterable[list[str]]:
    """Return the categories that an agency may receive for a purpose without consent, for each sharing valid today."""
    is_in_force = (
        (Sharing.case_id == case)
        & (Sharing.agency == agency)
        & (Sharing.purpose == purpose)
        & Sharing.state.in_(rules.COVERS)
        & (Sharing.until >= today)
    )
    return session.execute(select(Sharing.data_categories).where(is_in_force)).scalars().all()


def known_to_person(sharings: Iterable[NamedRow]) -> list[NamedRow]:
    """Return the rows of sharings of which the person was informed, for their copy.

    The team informs the person of a sharing without consent when that is safe, and records it.
    """
    return [sharing for sharing in sharings if sharing["person_told_on"] is not None]


def corrections_known_to_person(corrections: Iterable[NamedRow], sharings: Iterable[NamedRow]) -> list[NamedRow]:
    """Return the rows of corrections without those that would reveal a sharing of which the person is not informed.

    While there is such a sharing, corrections of referrals are left out too: a referral may have used it.
    """
    untold = any(sharing["person_told_on"] is None for sharing in sharings)
    hidden = ("sharing", "referral") if untold else ()
    return [correction for correction in corrections if correction["record_class"] not in hidden]


def hidden_acts(session: Session, case: UUID) -> frozenset[str]:
    """Return the actions that would reveal a sharing of which the person is not informed (yet)."""
    return _ACTS if untold_of(session, case) else frozenset()


def told_outside(session: Session, case: UUID, language: str) -> list[dict[str, object]]:
    """Return the data that outside agencies received about the person, except data that the person may not know of yet.

    The codes have labels in the person's language, or in English.
    """
    untold = {agency for agency, _purpose in untold_of(session, case)}
    spoken = language if language in LANGUAGES else ENGLISH
    rows = select(HeardTelling).where(HeardTelling.case_id == case, HeardTelling.agency.not_in(untold))
    return [
        shown(
            row,
            ToldOutside,
            in_words=[
                *(words_of_code("data_category", category, spoken).label for category in row.data_categories),
                words_of_code("gate_reason", row.because, spoken).label,
            ],
        )
        for row in session.scalars(rows.order_by(HeardTelling.told_on, HeardTelling.event_id))
    ]


def project_tellings(session: Session, events: Sequence[Received]) -> None:
    """Store what agencies received according to partners, also for cases that intake may not have yet."""
    rows = [{"event_id": received.event.id, "case_id": received.subject, **received.data} for received in events]
    session.execute(insert(HeardTelling).on_conflict_do_nothing(), rows)


PROJECTIONS: Final = (
    Projection("heard_tellings", frozenset({TELLING}), project_tellings, (ReadModelTable("heard_tellings"),)),
)
