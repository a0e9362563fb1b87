"""A table that maps the stories' words to the services' routes, without computation.

A step becomes one request for each case that it is about. Details that a story leaves open, such as the language in
which a consent was explained, are stated here once for all of them. An agency that is no authority of the law is in
the register under an id that follows from its name. Gaps:

- Staff of an agency join the case's team when it opens, in the role that the table of roles names.
- A transfer to another house changes the law from its day on, and the team. Both houses use the same case id.
- A request that two agencies erase their data is entered as the withdrawal of the consents to both, with the request
  to erase the case. Under the hold of the proceedings, support deletes its data and legal continues.
- An agency's enquiry whether a person is known creates no record, so nothing is entered for it.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

from tests.stories.stories import Step

#: The body of a request. `entries` adds the role that sends it, the service, the path below the case, and the method.
Body = Mapping[str, Any]

#: The agencies of the stories that have an authority's code. The others are registered under an id.
AUTHORITIES: Final[Mapping[str, str]] = {
    "authority": "GB.SCA",
    "politie": "NL.POLICE",
    "ind": "NL.IND",
    "comensha": "NL.COMENSHA",
    "arbeidsinspectie": "NL.LABOUR_AUTHORITY",
    "anitp": "RO.ANITP",
    "igi": "RO.IGI",
    "bcco": "RO.DCCO",
}
#: A role of the stories -> the staff role in Casepath.
ROLES: Final[Mapping[str, str]] = {
    "lead_worker": "caseworker",
    "support_worker": "support_worker",
    "legal_adviser": "legal_adviser",
    "data_protection_officer": "data_protection_officer",
}
#: The roles that join the team of each case when it opens. The first one opens and leads it.
TEAM: Final = ("caseworker", "support_worker", "legal_adviser")

#: A word in the description of an agency -> the role in which its staff read a case.
READS_AS: Final[Mapping[str, str]] = {
    "legal": "legal_adviser",
    "shelter": "support_worker",
    "clinic": "counsellor",
    "hospital": "counsellor",
}

CONTACT: Final[Body] = {"source": "self", "channel": "in_person", "language": "en", "age": "adult"}
#: Details of a case at its opening that do not follow from the table: anonymous, child, and the first jurisdiction if
#: it is not the story's own.
OPENINGS: Final[Mapping[tuple[str, str], Body]] = {
    ("gb-born-in-september", "the case"): {"age": "child"},
    ("gb-one-man-two-doors", "B"): {"anonymous": True},
    ("nl-parcel-hall", "W3"): {"anonymous": True},
    ("nl-parcel-hall", "W4"): {"anonymous": True},
    ("nl-parcel-hall", "W5"): {"anonymous": True},
    ("ro-two-clocks-apart", "the case"): {"jurisdiction": "GB-EAW", "opened_on": "2025-09-30"},
}
#: The step at which anonymous people choose to be named, and the reason.
CHOICES: Final[Mapping[tuple[str, int], Body]] = {
    ("nl-parcel-hall", 5): {"anonymous": False, "reason": "needed_for_a_procedure"},
}
_SIGNS: Final[Body] = {
    "indicators": ["abuse_of_vulnerability"],
    "exploitation_types": ["ForcedLabour"],
    "means_of_control": ["unknown"],
    "detector": "ngo",
}
_EXPLAINED: Final[Body] = {
    "language": "en",
    "checklist": [
        "agrees_interview", "told_purpose", "told_uses", "told_research_use", "told_access_right",
        "told_storage_period", "told_withdrawal",
    ],
    "expires_on": "2027-12-31",
}  # fmt: skip
_ADVICE: Final[Body] = {
    "phase": "before_entry_decision",
    "status": "given",
    "topics": ["entering_official_mechanism"],
    "funding": "pro_bono",
    "language": "en",
    "interpreter": False,
}
#: Additional records at a story's first contact: signs whose days were not asked about, and danger.
BESIDE: Final[Mapping[str, tuple[tuple[str, Body], ...]]] = {
    "gb-born-in-september": (
        ("detections", {**_SIGNS, "last_incident_on": "unknown", "learnt": "2026-08-24T15:30:00+01:00"}),
        ("alerts", {"danger_type": "child_at_risk", "urgency": "immediate"}),
    ),
}
#: A refused person who is not an agency -> the relation to the person.
OWN_LIFE: Final[Mapping[tuple[str, str], str]] = {("gb-born-in-september", "aunt"): "relative"}
#: The remedy of each story's matter.
REMEDIES: Final[Mapping[tuple[str, int], str]] = {
    ("gb-letter-from-the-court", 8): "GB.CIVIL",
    ("gb-one-man-two-doors", 5): "GB.EMPLOYMENT_TRIBUNAL",
}
#: An outcome of the stories -> the stage of the official path and the decision.
STAGES: Final[Mapping[str, Body]] = {
    "rg_positive": {"stage": "reasonable_grounds", "outcome": "positive", "authority": "GB.SCA"},
    "rg_negative": {"stage": "reasonable_grounds", "outcome": "negative", "authority": "GB.SCA"},
    "report_made": {"stage": "report_made", "authority": "NL.POLICE"},
    "presumed": {"stage": "presumed", "outcome": "positive", "authority": "RO.ANITP"},
}
#: Whether the person presumed to be a victim at a step is a foreigner, by the citizenship in the story.
FOREIGNERS: Final[Mapping[tuple[str, int], Body]] = {
    ("ro-two-clocks-apart", 9): {"foreigner": "no"},
    ("ro-voucher-on-the-national-day", 4): {"foreigner": "yes"},
}
#: A jurisdiction -> the step with which its recovery or reflection period begins.
RECOVERIES: Final[Mapping[str, Body]] = {
    "NL": {"stage": "reflection_accepted", "authority": "NL.POLICE"},
    # By the profile, the inspectorate has no part in this stage, so it is not named.
    "RO": {"stage": "potential"},
}
#: The content of each correction of a residence or citizenship, in place of the step that it corrects.
CORRECTIONS: Final[Mapping[tuple[str, int], Body]] = {
    ("nl-parcel-hall", 6): {"reason": "not_so"},
    ("nl-parcel-hall", 7): {"reason": "learnt_more", "dublin": "yes"},
}
#: The kind of fact that a step about residence becomes.
RESIDENCE: Final[Mapping[tuple[str, int], str]] = {
    ("nl-parcel-hall", 8): "residence_requested",
    ("nl-the-second-of-january", 5): "residence_refused",
    ("ro-voucher-on-the-national-day", 7): "residence_requested",
}


def times(step: Step) -> Body:
    """Return when a step happened and was learnt, as its story says."""
    learnt = step.said.get("received") or step.recorded.isoformat()
    return {"happened": step.happened, "learnt": learnt}


def day(step: Step) -> str:
    """Return the day on which a step happened, as written."""
    return step.happened[: len("2026-03-02")]


def signs(step: Step) -> Body:
    """Return the body of a detection in which only the last incident is known."""
    return {**_SIGNS, "last_incident_on": step.happened}


def found(step: Step) -> Body:
    """Return the body of a detection by the inspectorate that found the person."""
    return {**_SIGNS, "detector": "labour_inspectorate", "last_incident_on": step.happened, **times(step)}


def work_ended(step: Step) -> Body:
    """Return the body of a detection after the person's last day of work."""
    return {**_SIGNS, "work_ended_on": step.happened}


def agency(story: str, name: str) -> str:
    """Return the authority's code of an agency of a story, or else its id in the register."""
    return AUTHORITIES.get(name) or str(uuid5(NAMESPACE_OID, f"{story}/{name}"))


def reads_as(what: str) -> str:
    """Return the role in which an agency's staff read a case, by the description of the agency."""
    return next((role for word, role in READS_AS.items() if word in what), TEAM[0])


def consents(story: str, step: Step) -> list[Body]:
    """Return the bodies of the consents that a step grants."""
    return [
        {
            "agency": agency(story, name),
            "purposes": grant["purposes"],
            "data_categories": grant["categories"],
            **_EXPLAINED,
            **times(step),
        }
        for name, grant in step.said.get("grants", {}).items()
    ]


def refusals(story: str, step: Step) -> list[tuple[str, Body]]:
    """Return the paths and bodies of the person's refusals: an agency, or a person from their own life."""
    refused: list[tuple[str, Body]] = []
    for name in step.said.get("refuses", ()):
        relation = OWN_LIFE.get((story, name))
        if relation is None:
            refused.append(("consent-refusals", {"agency": agency(story, name), **times(step)}))
        else:
            refused.append(("exclusions", {"kind": relation, "note": f"Fictitious: the {name}"}))
    return refused


def step_of_path(stated: Body) -> Callable[[Step], Body]:
    """Return a builder of the body of a step on the official path that another organisation took."""
    return lambda step: {**stated, "made_elsewhere": True, **times(step)}


def fact(kind: str, **codes: str) -> Callable[[Step], Body]:
    """Return a builder of the body of a fact without a separate record."""
    return lambda step: {"kind": kind, **codes, **times(step)}


def advice(step: Step) -> Body:
    """Return the body of advice."""
    return {**_ADVICE, "given_on": day(step)}


def voucher(step: Step) -> Body:
    """Return the body of the service record of a voucher, in addition to the fact that it was given."""
    return {"service_type": "money_subsistence", "urgent": True, **times(step)}


def entry(step: Step) -> Body:
    """Return the body of the person's decision not to enter the official mechanism."""
    return {"decision": "decline", "advice": "given", "decided_on": day(step)}


#: The work list and the item (what, code) of each warning of a story, in the order of the file. None: no such warning
#: exists yet, for the reason in `gaps`.
WARNINGS: Final[Mapping[str, tuple[tuple[tuple[str, str | None], ...], ...]]] = {
    "gb-born-in-september": (
        (("alert", None),),
        (("period", "GB.RG"),),
        (("own_consent", None),),
        (("shared_as_child", None),),
        (("period", "GB.CICA"),),
    ),
    "gb-letter-from-the-court": (
        (("period", "GB.CIVIL_PI"), ("period", "GB.CICA")),
        (("period", "GB.CIVIL_PI"), ("period", "GB.CICA")),
        (("period", "GB.CIVIL_PI"),),
        (("period", "GB.CIVIL_PI"),),
        (("period", "GB.CIVIL_PI"),),
        (("period", "GB.CIVIL_PI"),),
    ),
    "gb-one-man-two-doors": (
        (("period", "GB.ET"),),
        (("period", "GB.RECONSIDER"),),
        (("referral_missing", None),),
        (("period", "GB.RG"),),
        (("period", "GB.RECONSIDER"),),
        (("period", "GB.RECONSIDER"),),
    ),
    "nl-parcel-hall": (
        (("period", "NL.REFLECTION_DUBLIN_MAX"),),
        (("period", "NL.REFLECTION_DUBLIN_MAX"),),
        (("period", "NL.REFLECTION_MAX"),),
        (("period", "NL.REFLECTION_MAX"),),
    ),
    "nl-the-second-of-january": (
        (("period", "NL.OBJECTION"),),
        (("overdue", "NL.OBJECTION"),),
        (("rights_period", None),),
        (("message_held", None),),
        (("withdrawal_unanswered", agency("nl-the-second-of-january", "kievit")),),
    ),
    "ro-two-clocks-apart": (
        (("referral_waiting", None),),
        (("referral_back", None),),
        (("period", "RO.VOUCHER"),),
        (("period", "RO.VOUCHER"),),
        (("period", "GB.CICA"),),
    ),
    "ro-voucher-on-the-national-day": (
        (("period", "RO.VOUCHER"),),
        (("overdue", "RO.VOUCHER"),),
        (("overdue", "RO.VOUCHER"),),
        (("period", "RO.RECOVERY_MAX"),),
        (("period", "RO.STATE_COMP"),),
    ),
}
#: The case of each warning if a story has several. The default is the first case.
WARNED: Final[Mapping[tuple[str, int], str]] = {
    ("gb-one-man-two-doors", 0): "B",
    **{("gb-one-man-two-doors", number): "A" for number in range(1, 6)},
    ("nl-parcel-hall", 0): "W3",
    ("nl-parcel-hall", 1): "W3",
    ("nl-parcel-hall", 2): "W1",
    ("nl-parcel-hall", 3): "W1",
}
NAME_KIND: Final = "family"
#: The house of the story that has the one case at the end.
CALLED: Final[Mapping[tuple[str, str], str]] = {("ro-two-clocks-apart", "the case"): "salcam"}
#: A variant of a rule is a separate rule in Casepath.
VARIANTS: Final[Mapping[tuple[str, str], str]] = {("NL.REFLECTION_MAX", "dublin"): "NL.REFLECTION_DUBLIN_MAX"}
#: A state of the stories -> the states in Casepath.
STATES: Final[Mapping[str, tuple[str, ...]]] = {
    "running": ("running", "undated"),
    "met": ("met",),
    "stopped": ("met", "ended"),
    "passed": ("passed",),
    "doubtful": ("doubtful",),
    "late": ("missed",),
    "reached": ("reached",),
    "unknown": ("undated",),
}
#: The contact channel at the end, where the earlier channel became unsafe.
REACHED_BY_MAIL: Final[Body] = {
    "channels": ["email"],
    "unsafe": ["phone", "sms"],
    "zone": "Europe/Amsterdam",
    "windows": [],
    "if_another_answers": "say_wrong_number",
}
#: The house that receives the offer.
HOUSE: Final = ("ro-two-clocks-apart", "salcam")


def offered(step: Step) -> list[tuple[str, Body]]:
    """Return the offer of a person to a house, with the instant by which the house must answer."""
    body = {
        "agency": agency(*HOUSE),
        "purpose": "referral_for_support",
        "service_types": ["accommodation_longer"],
        "data_categories": ["identity"],
        "reply_by": step.said["reply_by"],
    }
    return [("referrals", {**body, **times(step)})]


def accepted(step: Step) -> list[tuple[str, Body]]:
    """Return the house's acceptance, whether or not its offer is recorded yet."""
    return [("referral-answers", {"agency": agency(*HOUSE), "step": "accept", **times(step)})]


def to_authority(step: Step) -> list[tuple[str, Body]]:
    """Return the referral to the authority that decides on grounds."""
    return [("identification", step_of_path({"stage": "referred", "authority": "GB.SCA"})(step))]


def to_voucher(step: Step) -> list[tuple[str, Body]]:
    """Return the steps that state that the person is presumed to be a victim and was referred for the voucher."""
    presumed = step_of_path(STAGES["presumed"])(step)
    referred = step_of_path({"stage": "referred_to_voucher", "authority": "RO.ANITP"})(step)
    return [("identification", presumed), ("identification", referred)]


#: Jurisdiction of the story, whether it asks for an answer by a time, whether it answers an offer.
REFERRALS: Final[Mapping[tuple[str, bool, bool], Callable[[Step], list[tuple[str, Body]]]]] = {
    ("GB-EAW", False, False): to_authority,
    ("RO", True, False): offered,
    ("RO", False, True): accepted,
    ("RO", False, False): to_voucher,
}
