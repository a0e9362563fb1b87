"""What a withdrawal of consent means at the agency: told before, and answered after."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import any_, exists, or_, select
from sqlalchemy.orm import Session

from services.intake import rules
from services.intake.actions.coming_of_age import counting
from services.intake.actions.records import record_of
from services.intake.actions.sharing import untold_of
from services.intake.actions.today import local_today
from services.intake.models import (
    Case,
    Consent,
    Referral,
    WithdrawalAnswer,
    bump,
    covered,
    relations,
    standing_consents,
)
from services.intake.rules import consents
from shared.access import Relation
from shared.envelope import Announcement
from shared.eventlog import record
from shared.reference import profile
from shared.tokens import Principal

#: Whoever has more to ask agencies about asks these first.
MOST = 200
_OFFICER = "data_protection_officer"
_PARTS = (Relation.TEAM, Relation.SUPERVISOR)


def preview(session: Session, now: datetime, case_id: UUID, which: UUID) -> list[dict[str, Any]]:
    """Say, before a consent is taken back, what the agency has got on it, and whether it will keep that.

    `still_covered`: what goes on reaching it, by another consent or without one. The person hears all of it, so what
    is shared without their consent and they were not told of is left out. Raises `NotFound`.
    """
    consent, case = record_of(session, Consent, case_id, which), session.get_one(Case, case_id)
    untold = untold_of(session, case_id)
    sent = [each for each in _sent_on(session, consent) if (each.agency, each.purpose) not in untold]
    if not sent:
        return []
    keeps = consents.keeps(consent.agency, profile(case.jurisdiction))
    return [
        {
            "agency": consent.agency,
            "data_categories": sorted({name for each in sent for name in each.data_categories}),
            "referrals": [each.id for each in sent],
            "still_covered": sorted(_still_covered(session, now, case, consent, untold)),
            "keeps": keeps,
            # No profile has a source for what an agency keeps: ask it, whatever stands here.
            "verify": True,
        }
    ]


def answer(session: Session, now: datetime, case_id: UUID, which: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Record what the agency answered. Raises `NotFound`, `StepForbidden`, `FactRefused`."""
    consent, case = record_of(session, Consent, case_id, which), session.get_one(Case, case_id)
    said, basis = body["answer"], body["basis"]
    before = session.scalars(select(WithdrawalAnswer.answer).where(WithdrawalAnswer.consent_id == which)).all()
    consents.answer(withdrawn=consent.withdrawn_on is not None, before=before, answer=said, basis=basis)
    today = local_today(case.jurisdiction, now)
    body.setdefault("answered_on", today)
    rules.not_in_future("answered_on", body["answered_on"], today)
    made = WithdrawalAnswer(case_id=case_id, consent_id=which, **body)
    session.add(made)
    version = bump(session, case_id)
    told = {"consent": which, "answer": said, "basis": basis}
    record(session, case_id, [Announcement("consent.withdrawal_answered", told)])
    return made.id, version


def unanswered(session: Session, now: datetime, who: Principal, days: int) -> list[dict[str, Any]]:
    """List the withdrawals that no agency has answered in so many days, the oldest first.

    Data protection sees them all, but for those of a person who excluded the officer; a supervisor sees those of the
    cases that they have a part in.
    """
    answered = exists().where(WithdrawalAnswer.consent_id == Consent.id)
    late = (Consent.withdrawn_on <= (now - timedelta(days=days)).date(), ~answered)
    asked = or_(Consent.erase_requested.is_(True), _was_sent())
    found = session.scalars(select(Consent).where(*late, asked).order_by(Consent.withdrawn_on, Consent.id)).all()
    shown = _listed_to(session, who, found)
    names = ("id", "case_id", "agency", "withdrawn_on", "erase_requested")
    return [{name.removesuffix("_id"): getattr(each, name) for name in names} for each in shown[:MOST]]


def _listed_to(session: Session, who: Principal, found: Sequence[Consent]) -> list[Consent]:
    standing = relations(session, {each.case_id for each in found}, who)
    if _OFFICER in who.roles:
        return [each for each in found if standing.get(each.case_id) is not Relation.EXCLUDED]
    return [each for each in found if standing.get(each.case_id) in _PARTS]


def _was_sent() -> Any:
    same = (Referral.case_id == Consent.case_id) & (Referral.agency == Consent.agency)
    return exists().where(same, Referral.sent_on.is_not(None), Referral.purpose == any_(Consent.purposes))


def _sent_on(session: Session, consent: Consent) -> list[Referral]:
    mine = (Referral.case_id == consent.case_id) & (Referral.agency == consent.agency)
    sent = mine & Referral.purpose.in_(consent.purposes) & Referral.sent_on.is_not(None)
    return list(session.scalars(select(Referral).where(sent).order_by(Referral.id)))


def _still_covered(
    session: Session, now: datetime, case: Case, consent: Consent, untold: Collection[tuple[str, str]]
) -> set[str]:
    today = local_today(case.jurisdiction, now)
    others = [
        each.data_categories
        for each in counting(session, case.id, standing_consents(session, case.id, today), today)
        if each.id != consent.id and each.agency == consent.agency and set(each.purposes) & set(consent.purposes)
    ]
    without = [
        each
        for purpose in consent.purposes
        if (consent.agency, purpose) not in untold
        for each in covered(session, case.id, consent.agency, purpose, today)
    ]
    return {name for each in (*others, *without) for name in each}
