"""What intake hands over when the person asks for a copy.

The safe-contact agreement is never part of it: whoever finds its code word on paper could pass for the person. It is
read out to them (`GET …/safe-contact/agreement`) when they ask. Of that class of records, the contact attempts are
handed over.
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
from shared.privacy.copies import HANDED_BY_DEMAND, Copying

_ACTS_ABOUT_DEMANDS = frozenset(("disclosure.record", "disclosure.decide", "disclosure.read", HANDED_BY_DEMAND))
_ACTS_ABOUT_SHARING = frozenset(("sharing.propose", "sharing.decide", "sharing.read"))
#: Staff ids in a referral.
_STAFF = ("made_by", "returned_to")
#: The columns of a demand that the person gets.
_DEMAND = ("demanded_by", "basis", "asked", "received_on", "challenged", "decision", "given", "decided_on")


def whole(session: Session, case: UUID) -> dict[str, Any]:
    """Return all that intake stores of a case, without demands that the person may not know of."""
    shown = views.case(session, case)
    # The person knows whom they work with; staff ids are not data about the person.
    shown["team"] = [{"role": member["role"], "lead": member["lead"]} for member in shown["team"]]
    untold = untold_of(session, case)
    shown["referrals"] = [
        {name: value for name, value in referral.items() if name not in _STAFF}
        for referral in shown["referrals"]
        if (referral["agency"], referral["purpose"]) not in untold
    ]
    # In no class of records: the person gets it, and no demand can disclose it.
    shown["packages"] = packages_of(session, case, untold)
    shown["contact_attempts"] = [
        {name: value for name, value in attempt.items() if name != "made_by"}
        for attempt in attempts(session, case, most=None)
    ]
    shown["consents"] = [
        {name: value for name, value in consent.items() if name != "explained_by"} for consent in shown["consents"]
    ]
    # The person is informed of a sharing without consent when it is safe; that is recorded then.
    shown["sharings"] = [
        {name: value for name, value in sharing.items() if name not in ("proposed_by", "decided_by")}
        for sharing in shown["sharings"]
        if sharing["person_told_on"] is not None
    ]
    identity = person(session, case)
    shown["person"] = {name: value for name, value in identity.items() if name != "id" and value is not None}
    shown["annotations"] = [
        {name: value for name, value in annotation.items() if name != "by"}
        for annotation in annotations_of(session, case)
    ]
    disclosures = (
        select(Disclosure).where(Disclosure.case_id == case, Disclosure.person_told.is_(True)).order_by(Disclosure.id)
    )
    shown["disclosures"] = [
        {name: getattr(disclosure, name) for name in _DEMAND} for disclosure in session.execute(disclosures).scalars()
    ]
    return shown


def team(session: Session, case: UUID) -> frozenset[str]:
    """Return the staff ids of a case's team."""
    members = session.scalars(select(TeamMember.member).where(TeamMember.case_id == case))
    return frozenset(str(member) for member in members)


def hidden_acts(session: Session, case: UUID) -> frozenset[str]:
    """Return the acts that would reveal a demand or a sharing that the person was not informed of (yet)."""
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
