"""Find the record that a report is about, by the agency's pseudonym. Records of other agencies are not found."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.channels.report import rules
from services.partners.channels.report.actions.showing import mine
from services.partners.channels.report.models import AgencyReport, OwedAnswer
from services.partners.channels.report.schemas import MakeReport
from services.partners.streams.ground.models import Party
from services.partners.streams.pseudonym import actions as pseudonyms


class About(NamedTuple):
    """The record that a report is about, and its case, if it has one.

    `erasure`: the request for erasure, if the record is a withdrawn consent of an erased person.
    """

    record: UUID | None
    case: UUID | None
    erasure: UUID | None = None


def about(session: Session, agency: UUID, command: MakeReport) -> About:
    """Return the record that a report is about.

    Raises `FactRefused` if the agency has no such record, and `StepForbidden`.
    """
    if command.about is None:
        return About(None, None)
    if command.kind == rules.ADDITION:
        return About(_own_referral(session, agency, command.about).id, None)
    for names in pseudonyms.every(session, agency):
        real = names.real(command.about)
        party = session.get(Party, real)
        if party is not None and party.agency == agency:
            return About(party.id, party.case_id)
        owed = session.get(OwedAnswer, real) if command.kind == rules.WITHDRAWAL_ANSWER else None
        if owed is not None and owed.agency == agency:
            return About(owed.id, None, owed.request)
    raise rules.not_of_the_agency()


def _own_referral(session: Session, agency: UUID, named: UUID) -> AgencyReport:
    """Return the agency's referral that an addition is about; it waits for a decision again."""
    referral = mine(session, agency, named, lock=True)
    if referral is None or referral.kind != rules.REFERRAL:
        raise rules.not_of_the_agency()
    rules.check_addition(referral.state)
    referral.state, referral.asked = rules.WAITING, []
    return referral
