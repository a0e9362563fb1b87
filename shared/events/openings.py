"""What opens which kind of event to an agency: a data category of the person, for one of some purposes.

Purpose and category both count (GDPR, article 5(1)(b) and (c)): a lawyer who may have the person's health for a claim
is not told of counselling, and a register that may have the account is not told of a claim. Each is as narrow as the
work for that purpose allows; what is only useful is not enough.
"""

from collections.abc import Mapping
from typing import Final

from shared.events.audience import Terms

#: Purposes of a consent or a named ground (code list `consent_purpose`), in the groups that events are for.
COMPENSATION: Final = frozenset(("compensation_claim",))
LAW: Final = COMPENSATION | {"legal_representation"}
SUPPORT: Final = frozenset(("referral_for_support",))
ROOF: Final = frozenset(("accommodation_placement",))
MEDICINE: Final = frozenset(("medical_care",))
RETURN: Final = frozenset(("return_assistance",))
PROTECTION: Final = frozenset(("protection",))
POLICE: Final = frozenset(("police_investigation",))
#: To have the person identified, and whoever a law has notified of them by name.
MECHANISM: Final = frozenset(
    ("referral_to_official_identification", "duty_to_notify_with_identity", "official_notification_with_identity")
)
REGISTER: Final = frozenset(("national_register",))
#: The same groups by one word each, as documents have them.
GROUPS: Final[Mapping[str, frozenset[str]]] = {
    "law": LAW,
    "support": SUPPORT,
    "roof": ROOF,
    "medicine": MEDICINE,
    "return": RETURN,
    "protection": PROTECTION,
    "police": POLICE,
    "mechanism": MECHANISM,
    "register": REGISTER,
}
CARE: Final = SUPPORT | ROOF | MEDICINE | RETURN | PROTECTION
#: Whoever works with the person. Figures and the press hear of no person at all.
ANY_WORK: Final = CARE | LAW | POLICE | MECHANISM

#: How a contact began and stands. Authorities are never told: that somebody sought help is no business of theirs.
CONTACT: Final = Terms("account", SUPPORT | ROOF | RETURN | LAW)
#: That the case was closed or opened again, to those who care for or represent the person beside us.
CASE: Final = Terms(None, CARE | LAW)
#: Who the person is has changed, or their age became known: for the limits that follow from it.
AGE: Final = Terms("identity", LAW)
DETAILS: Final = Terms("identity", CARE | LAW)
#: How to reach the person safely has changed: whoever may have the way to them has to ask again before they use it.
SAFE_CONTACT: Final = Terms("contact_safe", ANY_WORK)
#: What happened to the person. The mechanism has what the referral to it says, and is not told what comes up later.
DETECTION: Final = Terms("account", LAW | SUPPORT | POLICE)
#: That there is an account, so that the lawyer need not ask for another; to the police it would be a thing to demand.
ACCOUNT: Final = Terms("account", LAW)
#: That the person declines the mechanism, and whether they were advised, is between them and their lawyer.
ENTRY: Final = Terms("account", LAW)
#: How far identification is. Whoever gives a bed, treats or takes home needs no status to help.
IDENTIFICATION: Final = Terms(None, LAW | SUPPORT | POLICE | MECHANISM | REGISTER)
#: That the case was put to an authority. Their lawyer hears of the time for its answer, and of the answer.
SUBMISSION: Final = Terms(None, SUPPORT | POLICE | MECHANISM | REGISTER)
#: That somebody is taken for a victim for now, so that they are helped: no right is decided, and no limit runs from it.
PRESUMPTION: Final = Terms(None, SUPPORT | POLICE | REGISTER)
#: That money for the first days was asked for.
VOUCHER_REQUEST: Final = Terms(None, SUPPORT)
#: That a negative decision is disputed, for those who are part of that.
RECONSIDERATION: Final = Terms("account", LAW | SUPPORT | MECHANISM)
#: Residence and what depends on it.
RESIDENCE: Final = Terms("immigration", LAW | MECHANISM)
#: Advice, matters, claims, limits: what an authority, a shelter or a clinic would learn from them is the person's case.
ADVICE: Final = Terms("account", LAW)
MATTER: Final = Terms("account", LAW)
CLAIM: Final = Terms("account", COMPENSATION)
AWARD: Final = Terms("finances", COMPENSATION)
LIMIT: Final = Terms("account", LAW)
LIMIT_OF_RESIDENCE: Final = Terms("immigration", LAW)
#: The authority's own times, and the rest that is owed to the person.
DECISION_TIME: Final = Terms("account", LAW | SUPPORT | MECHANISM)
RECOVERY: Final = Terms("account", LAW | SUPPORT)
RECOVERY_BY_RESIDENCE: Final = Terms("immigration", LAW | SUPPORT)
VOUCHER_TIME: Final = Terms("account", LAW | SUPPORT)
VOUCHER: Final = Terms("finances", SUPPORT)
#: A plan says what the person wants to reach, to those who help them reach it.
PLAN: Final = Terms("account", SUPPORT | ROOF | RETURN)
#: Needs and treatment, each to those whose work it is.
HEALTH: Final = Terms("health", MEDICINE | SUPPORT)
COUNSELLING: Final = Terms("health", MEDICINE)
STAY: Final = Terms("location", ROOF | RETURN)
MONEY: Final = Terms("finances", SUPPORT)
CHILDREN: Final = Terms("children", SUPPORT)
FAMILY: Final = Terms("third_parties", SUPPORT | RETURN)
PAPERS: Final = Terms("immigration", SUPPORT | RETURN)
DAILY_LIFE: Final = Terms("account", SUPPORT)
#: What is kept under a hold is kept for legal claims, and told to those who conduct them (GDPR, articles 18(2), 19).
HELD_ERASURE: Final = Terms(None, LAW)
