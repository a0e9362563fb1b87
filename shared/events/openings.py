"""Terms for each kind of event: the data category and purposes that an agency needs to receive it.

Both purpose and category count (GDPR, article 5(1)(b) and (c)). A lawyer with access to health data for a claim does
not receive counselling events, and a register with access to the account does not receive claims. Each set of terms is
as narrow as the work for that purpose allows; usefulness is not sufficient.
"""

from collections.abc import Collection, Mapping
from typing import Final

from shared.events.audience import Opening, Terms
from shared.reference import remedy_audiences

#: Purposes of a consent or a named ground (code list `consent_purpose`), in groups for the terms below.
COMPENSATION: Final = frozenset(("compensation_claim",))
LAW: Final = COMPENSATION | {"legal_representation"}
SUPPORT: Final = frozenset(("referral_for_support",))
ROOF: Final = frozenset(("accommodation_placement",))
MEDICINE: Final = frozenset(("medical_care",))
RETURN: Final = frozenset(("return_assistance",))
PROTECTION: Final = frozenset(("protection",))
POLICE: Final = frozenset(("police_investigation",))
#: Identification of the person, and notifications with identity that a law requires.
MECHANISM: Final = frozenset(
    ("referral_to_official_identification", "duty_to_notify_with_identity", "official_notification_with_identity")
)
REGISTER: Final = frozenset(("national_register",))
#: The person's claim for wages, and no other claim: for a trade union or a labour inspectorate.
WAGES: Final = frozenset(("wage_claim",))
#: The protection of a child: the person, or a child who depends on them.
CHILD: Final = frozenset(("child_protection",))
#: A body that reports on trafficking, such as a national rapporteur. It receives no field with a data category.
MONITORING: Final = frozenset(("monitoring_report",))
#: The same groups by one word each, for documents.
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
    "wages": WAGES,
    "child": CHILD,
    "monitoring": MONITORING,
}
#: The only data categories that these purposes open, also in a consent that names more for another purpose.
CATEGORIES_OF: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(WAGES, frozenset(("account", "finances", "contact_safe", "identity", "details_changed"))),
    **dict.fromkeys(CHILD, frozenset(("children", "health", "contact_safe", "identity", "details_changed"))),
    **dict.fromkeys(MONITORING, frozenset(("account",))),
}


def of_a_referral(purpose: str, categories: Collection[str]) -> list[str]:
    """Return the data categories that a consent or sharing opens in a referral for one of its purposes.

    A reporting body receives no referral.
    """
    of_purpose = frozenset() if purpose in MONITORING else CATEGORIES_OF.get(purpose)
    return [category for category in categories if of_purpose is None or category in of_purpose]


CARE: Final = SUPPORT | ROOF | MEDICINE | RETURN | PROTECTION
#: All agencies that work with the person. Statistics and the press receive no event about a person.
ANY_WORK: Final = CARE | LAW | POLICE | MECHANISM | WAGES | CHILD
#: Types of matter (code list `matter_type`), for consents that name some.
_OF_RESIDENCE: Final = frozenset(("residence", "asylum", "detention_removal", "documents_status", "return"))
_OF_IDENTIFICATION: Final = frozenset(("identification_challenge",))

#: How a contact began and its state. Authorities never receive it: that a person sought help does not concern them.
CONTACT: Final = Terms("account", SUPPORT | ROOF | RETURN | LAW)
#: The case was closed or reopened: for agencies that care for or represent the person too.
CASE: Final = Terms(None, CARE | LAW)
#: The person's identity was corrected, or their age became known: for the legal deadlines that depend on it.
AGE: Final = Terms("identity", LAW)
#: That details changed, without the values: an agency can have only this (data category `details_changed`).
DETAILS: Final = Terms("identity", CARE | LAW | WAGES | CHILD, instead="details_changed")
#: The safe ways to contact the person changed: agencies with access to them must query them again before use.
SAFE_CONTACT: Final = Terms("contact_safe", ANY_WORK, instead="details_changed")
#: The account of exploitation. The mechanism has the content of its referral and does not receive later details.
DETECTION: Final = Terms("account", LAW | SUPPORT | POLICE)
#: A detection as such. A reporting body receives that there was one, and its day.
DETECTED: Final = Terms("account", LAW | SUPPORT | POLICE, reported_to=MONITORING)
#: When the work ended and that wages were withheld. A claim for wages depends on it.
WORK: Final = Terms("account", LAW | SUPPORT | POLICE | WAGES)
#: An account exists, so the lawyer need not ask for another one. The police could demand it.
ACCOUNT: Final = Terms("account", LAW)
#: The person declines the mechanism, and whether they received advice: confidential between them and their lawyer.
ENTRY: Final = Terms("account", LAW)
#: Progress of identification. Providers of accommodation, treatment or return assistance need no status to help.
IDENTIFICATION: Final = Terms(None, LAW | SUPPORT | POLICE | MECHANISM | REGISTER, reported_to=MONITORING)
#: The case was submitted to an authority. The lawyer receives the deadline for its decision, and the decision.
SUBMISSION: Final = Terms(None, SUPPORT | POLICE | MECHANISM | REGISTER)
#: The person is presumed to be a victim for now, so that they receive help. It decides no right and starts no deadline.
PRESUMPTION: Final = Terms(None, SUPPORT | POLICE | REGISTER)
#: Money for the first days was requested.
VOUCHER_REQUEST: Final = Terms(None, SUPPORT)
#: A negative decision is challenged: for those involved in the challenge.
RECONSIDERATION: Final = Terms("account", LAW | SUPPORT | MECHANISM, matters=_OF_IDENTIFICATION)
#: Residence status and what depends on it.
RESIDENCE: Final = Terms("immigration", LAW | MECHANISM, matters=_OF_RESIDENCE)
#: Advice, matters, claims, deadlines: they would reveal the person's case to an authority, a shelter or a clinic.
ADVICE: Final = Terms("account", LAW)
MATTER: Final = Terms("account", LAW, of_a_claim=True)
CLAIM: Final = Terms("account", COMPENSATION, of_a_claim=True)
AWARD: Final = Terms("finances", COMPENSATION, of_a_claim=True)
LIMIT: Final = Terms("account", LAW, own_limit=True, of_a_claim=True)
LIMIT_OF_RESIDENCE: Final = Terms("immigration", LAW, own_limit=True, matters=_OF_RESIDENCE)
#: The same of claims for wages only, also for those who pursue only these. Conciliation comes before such a claim.
WAGE_MATTER: Final = Terms("account", LAW | WAGES, of_a_claim=True)
WAGE_CLAIM: Final = Terms("account", COMPENSATION | WAGES, of_a_claim=True)
WAGE_AWARD: Final = Terms("finances", COMPENSATION | WAGES, of_a_claim=True)
WAGE_LIMIT: Final = Terms("account", LAW | WAGES, own_limit=True, of_a_claim=True)
#: An authority's own deadline for its decision.
DECISION_TIME: Final = Terms("account", LAW | SUPPORT | MECHANISM)
#: The person's own deadline to challenge a decision of the mechanism. The deciding authority never receives it: the
#: lawyer's calculation would be evidence that a request is late.
CHALLENGE_TIME: Final = Terms("account", LAW | SUPPORT, own_limit=True, matters=_OF_IDENTIFICATION)
#: The recovery period that the person is entitled to.
RECOVERY: Final = Terms("account", LAW | SUPPORT)
RECOVERY_BY_RESIDENCE: Final = Terms("immigration", LAW | SUPPORT)
VOUCHER_TIME: Final = Terms("account", LAW | SUPPORT)
VOUCHER: Final = Terms("finances", SUPPORT)
#: The person's goals in a plan, for those who help to reach them.
PLAN: Final = Terms("account", SUPPORT | ROOF | RETURN)
#: Needs and treatment, each for the agencies whose work it is.
HEALTH: Final = Terms("health", MEDICINE | SUPPORT)
COUNSELLING: Final = Terms("health", MEDICINE)
STAY: Final = Terms("location", ROOF | RETURN)
MONEY: Final = Terms("finances", SUPPORT)
CHILDREN: Final = Terms("children", SUPPORT | CHILD)
FAMILY: Final = Terms("third_parties", SUPPORT | RETURN)
PAPERS: Final = Terms("immigration", SUPPORT | RETURN)
DAILY_LIFE: Final = Terms("account", SUPPORT)
#: Danger to the person, and that they are missing or found. Any consent or ground for protection opens it, because its
#: urgency must not depend on data categories. These events contain no place and no free text.
DANGER: Final = Terms(None, PROTECTION | CHILD)
#: Data under a legal hold is kept for legal claims, and disclosed to those who conduct them (GDPR, articles 18(2), 19).
HELD_ERASURE: Final = Terms(None, LAW)

#: The terms of the audiences that a profile's file states for its periods and stages (`audience = "limit"`).
OF_PROFILES: Final[Mapping[str, Opening]] = {
    "nobody": None,
    "decision_time": DECISION_TIME,
    # control: H-CONFIDENTIALITY-9 own-limits
    "challenge_time": CHALLENGE_TIME,
    "recovery": RECOVERY,
    "recovery_by_residence": RECOVERY_BY_RESIDENCE,
    "limit": LIMIT,
    "limit_of_residence": LIMIT_OF_RESIDENCE,
    "limit_of_wages": WAGE_LIMIT,
    "voucher_time": VOUCHER_TIME,
    "submission": SUBMISSION,
    "voucher_request": VOUCHER_REQUEST,
    "presumption": PRESUMPTION,
    "identification": IDENTIFICATION,
}

#: The terms of events about claims, by the event and the audience of the remedy in its profile's file.
OF_REMEDIES: Final[Mapping[str, Mapping[str, Terms]]] = {
    "matter.opened": {"claim": MATTER, "wage_claim": WAGE_MATTER},
    "compensation.applied": {"claim": CLAIM, "wage_claim": WAGE_CLAIM},
    "compensation.decided": {"claim": AWARD, "wage_claim": WAGE_AWARD},
    "compensation.paid": {"claim": AWARD, "wage_claim": WAGE_AWARD},
    "award.changed": {"claim": AWARD, "wage_claim": WAGE_AWARD},
}


# control: H-CONFIDENTIALITY-30 wages-only
def of_remedies(event: str) -> dict[str, Opening]:
    """Return the terms of an event about a claim, by the remedy. An unknown remedy opens it to no agency."""
    return {remedy: OF_REMEDIES[event][audience] for remedy, audience in remedy_audiences().items()}
