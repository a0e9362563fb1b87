"""Accept an offered referral, in one transaction with the case that opens for it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.agencies.referral.rules import ACCESS as REFERRAL_ACCESS
from services.intake.agencies.report.actions import offers
from services.intake.agencies.report.models import Offer
from services.intake.agencies.report.rules import check_open
from services.intake.cases.lifecycle import rules
from services.intake.cases.lifecycle.actions import open_case
from services.intake.cases.lifecycle.schemas import AcceptOffer, OpenCase
from services.intake.facts.case.actions import admit
from services.intake.facts.case.models import lock
from shared.access import agencies
from shared.access.tokens import Principal


def accept(session: Session, offer: Offer, command: AcceptOffer, now: datetime, *, by: Principal) -> UUID:
    """Record an offered referral in a case, which is opened if necessary. Return the case.

    Raises `NotFound`, `Forbidden`, `StepForbidden`, `FactRefused`.
    """
    check_open(offer.state)
    rules.check_opening(command.case, command.channel)
    if command.case is None:
        case = _opened(session, offer, command, now, by=by)
    else:
        case = command.case
        admit(session, case, REFERRAL_ACCESS, "referral.receive", by=by)
        lock(session, case)
    offers.accept(session, offer, case, now, by=by)
    return case


def _opened(session: Session, offer: Offer, command: AcceptOffer, now: datetime, *, by: Principal) -> UUID:
    sender = agencies.find(session, offer.agency)
    opening = OpenCase(
        jurisdiction=offer.jurisdiction,
        source=rules.source_of(None if sender is None else sender.type),
        channel=str(command.channel),
        language=command.language or str(offer.language),
        anonymous=command.anonymous,
        age=str(offer.age),
    )
    return open_case(session, opening, now, by=by)[0]
