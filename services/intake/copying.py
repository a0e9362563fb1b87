"""What intake hands over when the person asks for a copy.

How they agreed to be reached is never part of it, whoever asks: a code word on paper is in the hands of whoever finds
it, and passes for the person's from then on. They are read it (`GET …/safe-contact/agreement`) when they ask. Of that
class of records, the contacts that were tried are handed over.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from services.intake import views
from services.intake.actions.access_requests import obstacle
from services.intake.actions.annotations import annotations_of
from services.intake.actions.packages import packages_of
from services.intake.actions.persons import person
from services.intake.actions.safe_contact import attempts
from services.intake.actions.sharing import untold_of
from services.intake.models import Disclosure, TeamMember
from shared.copying import HANDED_BY_DEMAND, Copying

_ACTS_ABOUT_DEMANDS = frozenset(("disclosure.record", "disclosure.decide", "disclosure.read", HANDED_BY_DEMAND))
_ACTS_ABOUT_SHARING = frozenset(("sharing.propose", "sharing.decide", "sharing.read"))
#: Staff ids in a referral.
_STAFF = ("made_by", "returned_to")
#: What a demand's row says to the person.
_DEMAND = ("demanded_by", "basis", "asked", "received_on", "challenged", "decision", "given", "decided_on")


def whole(session: Session, case: UUID) -> dict[str, Any]:
    """Give all that intake keeps of a case; of a demand that the person may not hear of, nothing."""
    shown = views.case(session, case)
    # With whom they work is known to the person; the ids of staff are none of what is kept about them.
    shown["team"] = [{"role": each["role"], "lead": each["lead"]} for each in shown["team"]]
    untold = untold_of(session, case)
    shown["referrals"] = [
        {name: value for name, value in each.items() if name not in _STAFF}
        for each in shown["referrals"]
        if (each["agency"], each["purpose"]) not in untold
    ]
    # In no class: the person is given it, and no demand opens it.
    shown["packages"] = packages_of(session, case, untold)
    shown["contact_attempts"] = [
        {name: value for name, value in each.items() if name != "made_by"}
        for each in attempts(session, case, most=None)
    ]
    shown["consents"] = [
        {name: value for name, value in each.items() if name != "explained_by"} for each in shown["consents"]
    ]
    # Of what was shared without consent the person hears when it is safe; that it was told is noted then.
    shown["sharings"] = [
        {name: value for name, value in each.items() if name not in ("proposed_by", "decided_by")}
        for each in shown["sharings"]
        if each["person_told_on"] is not None
    ]
    known = person(session, case)
    shown["person"] = {name: value for name, value in known.items() if name != "id" and value is not None}
    shown["annotations"] = [
        {name: value for name, value in each.items() if name != "by"} for each in annotations_of(session, case)
    ]
    told = (
        select(Disclosure).where(Disclosure.case_id == case, Disclosure.person_told.is_(True)).order_by(Disclosure.id)
    )
    shown["disclosures"] = [{name: getattr(each, name) for name in _DEMAND} for each in session.execute(told).scalars()]
    return shown


def team(session: Session, case: UUID) -> frozenset[str]:
    """Give the staff ids of a case's team."""
    found = session.scalars(select(TeamMember.member).where(TeamMember.case_id == case))
    return frozenset(str(each) for each in found)


def hidden_acts(session: Session, case: UUID) -> frozenset[str]:
    """Name the acts that would tell the person of what they were not told of, or not yet: a demand, or a sharing."""
    demand = exists().where(Disclosure.case_id == case, Disclosure.person_told.is_not(True))
    hidden = _ACTS_ABOUT_DEMANDS if session.execute(select(demand)).scalar_one() else frozenset()
    return hidden | _ACTS_ABOUT_SHARING if untold_of(session, case) else hidden


COPYING = Copying(
    whole,
    team,
    {
        "contact": ("jurisdiction", "status", "source", "channel", "language", "anonymous", "age", "opened_on"),
        "person": ("person",),
        "safe_contact": ("contact_attempts",),
        "exclusion": ("exclusions",),
        "detection": ("detections",),
        "consent": ("consents", "withdrawal_answers"),
        "entry_decision": ("entry_decisions",),
        "identification": ("identification", "first_responders"),
        "deadline": ("clocks",),
        "account": ("accounts",),
        "referral": ("referrals",),
        "referral_in": ("referrals_in",),
        "annotation": ("annotations",),
        "sharing": ("sharings",),
        "notification": ("notifications",),
    },
    third_parties=frozenset(("exclusions", "packages")),
    obstacle=obstacle,
    hidden_acts=hidden_acts,
)
