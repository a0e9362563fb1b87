"""Map the stories' kinds to events, and find which kinds the declared audiences open to an agency.

The model assumes that an agency has all consents that the person ever granted it, and its grounds by law, until they
are withdrawn. Records made before a consent count as open to the agency. The model does not consider which agency
leads a case.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from deploy.cli.installation import HOLDERS
from deploy.cli.replies import CloudEvent
from shared.events.audience import Reach
from shared.events.outside import OutsideType, outside_type
from tests.stories import agreed, grounds
from tests.stories.stories import Step, Story

#: An event by service and name, at its newest version, with the codes on which its audience depends.
Carrier = tuple[str, str, Mapping[str, str]]
#: Purposes and data categories of a consent or a ground.
Covering = tuple[tuple[str, ...], tuple[str, ...]]


def _facts(*kinds: str) -> tuple[Carrier, ...]:
    return tuple((service, "fact.recorded", {"kind": kind}) for service in ("intake", "legal") for kind in kinds)


def _periods(*codes: str) -> tuple[Carrier, ...]:
    return tuple((service, "clock.started", {"code": code}) for service in ("intake", "legal") for code in codes)


def _services(*types: str) -> tuple[Carrier, ...]:
    return tuple(("support", "service.delivered", {"service_type": each}) for each in types)


def _stage(name: str, stage: str) -> Carrier:
    return "intake", f"identification.{name}", {"stage": stage}


_DETECTION: Final[Carrier] = ("intake", "detection.recorded", {})
_CONTACT: Final[tuple[Carrier, ...]] = (
    ("intake", "contact.opened", {}),
    ("intake", "contact.changed", {}),
    *_facts("law"),
)
_REFERRAL: Final[tuple[Carrier, ...]] = (
    ("intake", "referral.sent", {}),
    ("intake", "referral.accepted", {}),
    ("intake", "referral_in.recorded", {}),
)
_COUNSELLING: Final[tuple[Carrier, ...]] = (
    ("support", "counselling.started", {}),
    ("support", "counselling.ended", {}),
    *_services("counselling"),
)
#: The events of each kind of a story.
KINDS: Final[Mapping[str, tuple[Carrier, ...]]] = {
    "contact": _CONTACT,
    # A transfer changes the house and the law.
    "transfer": (("intake", "contact.changed", {}), *_facts("law")),
    "birth": (("intake", "person.recorded", {}), *_facts("person")),
    "incident": (_DETECTION, *_facts("first_incident", "last_incident")),
    "detection": (_DETECTION,),
    "employment_end": (_DETECTION, *_facts("work_ended")),
    "prosecution": _facts("crime_reported"),
    "referral": _REFERRAL,
    "identification": _facts("decision"),
    "recovery": _periods("GB.RECOVERY_MIN", "NL.REFLECTION_MAX", "RO.RECOVERY_MAX"),
    "citizenship": (_stage("corrected", "reflection_accepted"),),
    "reconsideration": (("legal", "reconsideration.requested", {}), *_facts("reconsideration_requested")),
    "clock": _periods("GB.RG", "GB.RECONSIDER", "NL.OBJECTION", "RO.VOUCHER"),
    "limitation": _periods("GB.CICA", "GB.CIVIL_PI", "GB.ET", "NL.SCHADEFONDS", "RO.STATE_COMP"),
    "residence": _facts("residence_requested", "residence_refused"),
    "objection": _facts("objection_made"),
    "judgment": _facts("judgment_final"),
    "matter": (("legal", "matter.opened", {}),),
    "compensation": (("legal", "compensation.applied", {}), ("legal", "compensation.decided", {})),
    "advice": (("legal", "advice.recorded", {}), *_services("legal_advice")),
    "entry_decision": (("intake", "entry.decided", {}),),
    "consent": (("intake", "consent.granted", {}), ("intake", "consent.refused", {})),
    "withdrawal": (("intake", "consent.withdrawn", {}),),
    "ack": (("intake", "consent.withdrawal_answered", {}),),
    "erasure": (("intake", "erasure.held", {}),),
    "merge": (("intake", "case.merged", {}),),
    "safe_contact": (("intake", "safe_contact.changed", {}),),
    "details_changed": (("intake", "details.changed", {}),),
    "counselling": _COUNSELLING,
    "service": (*_services("money_subsistence", "medical"), *_facts("voucher_given")),
    "accommodation": _services("accommodation_emergency", "accommodation_longer"),
    # An enquiry whether a person is known creates no record.
    "enquiry": (),
}
#: The kinds that are a stage of the official path, by jurisdiction.
_STAGES: Final[Mapping[str, Mapping[str, tuple[Carrier, ...]]]] = {
    "GB-EAW": {
        "referral": (_stage("submitted", "referred"),),
        "identification": (_stage("decided", "reasonable_grounds"),),
    },
    "NL": {
        "recovery": (_stage("step_recorded", "reflection_accepted"),),
        "identification": (_stage("step_recorded", "report_made"),),
    },
    "RO": {
        "referral": (_stage("submitted", "referred_to_voucher"),),
        "identification": (_stage("step_recorded", "potential"), _stage("decided", "presumed")),
    },
}
#: All later events of these nouns have the audience of the first one.
_OF_ITS_NOUN: Final = frozenset(("fact", "clock"))


def grounds_of(story: Story, agency: str) -> list[Covering]:
    """Return the purposes and data categories of each consent or ground that an agency has for the person."""
    grants = [step.said.get("grants", {}).get(agency) for step in story.steps]
    consents = [(tuple(grant["purposes"]), tuple(grant["categories"])) for grant in grants if grant is not None]
    by_task = [((ground.purpose,), ground.data_categories) for ground in grounds.of_agency(story, agency)]
    return [*consents, *by_task]


def opened_kinds(story: Story, agency: str) -> set[str]:
    """Return the kinds of which an agency receives at least one event, by the current declarations."""
    covering = grounds_of(story, agency)
    own = _own_kinds(story, agency)
    opened = {
        kind
        for kind in KINDS
        if any(_opens(carrier, covering) for carrier in _carriers(kind, story))
        and not _is_over(story, agency, kind)
        and not _is_of_others(story, agency, kind)
    }
    return opened | own


def kinds_of(story: Story) -> set[str]:
    """Return the kinds that a story's tables contain."""
    tables = story.expect["hears"].values()
    return {kind for table in tables for part in ("must", "may", "never") for kind in table[part]}


def is_about_somebody(document: CloudEvent) -> bool:
    """Return whether a delivered event is about a person, or about the agency and a person."""
    service, _, name = _key(document).partition(".")
    return service in HOLDERS and _newest(service, name).audience.reach is not Reach.OF_NOBODY


def _key(document: CloudEvent) -> str:
    return document["type"].removeprefix("org.casepath.").rpartition(".v")[0]


def kinds_told_of(story: Story, document: CloudEvent) -> set[str]:
    """Return the kinds that a delivered event belongs to; all events of a fact or a period belong to its kind."""
    key, data = _key(document), document["data"]
    found = {kind for kind in KINDS if any(_carries(carrier, key, data) for carrier in _carriers(kind, story))}
    if "safe_contact" in found and document["time"] < _first(story, "safe_contact"):
        # The agreement at the first contact belongs to the contact, and its event comes before the contact channel
        # changes.
        found = found - {"safe_contact"} | {"contact"}
    return found | ({"erasure"} if data.get("erase_requested") else set())


def _first(story: Story, kind: str) -> str:
    """Return the hour in which a kind was first recorded, as agency copies state it; empty if it never was."""
    return min((step.recorded.strftime("%Y-%m-%dT%H") for step in story.steps if step.kind == kind), default="")


def _carries(carrier: Carrier, key: str, data: Mapping[str, object]) -> bool:
    service, name, said = carrier
    noun = name.partition(".")[0]
    is_of_it = key.startswith(f"{service}.{noun}.") if noun in _OF_ITS_NOUN else key == f"{service}.{name}"
    return is_of_it and said.items() <= data.items()


def _carriers(kind: str, story: Story) -> tuple[Carrier, ...]:
    return (*KINDS[kind], *_STAGES.get(story.jurisdiction, {}).get(kind, ()))


def _opens(carrier: Carrier, covering: Sequence[Covering]) -> bool:
    service, name, data = carrier
    audience = _newest(service, name).audience
    terms = audience.opening(data) if audience.reach is Reach.PERSON else None
    return terms is not None and any(terms.are_met(purposes, categories) for purposes, categories in covering)


def _own_kinds(story: Story, agency: str) -> set[str]:
    """Return the kinds about an agency's own consents and their later changes, which it receives as the party."""
    own = set()
    if any(agency in step.said.get("grants", {}) for step in story.steps):
        own.add("consent")
    if any(agency in step.said.get("withdraws", ()) for step in story.steps):
        own.add("withdrawal")
    if agency in agreed.ERASES.get(story.id, ()):
        own.add("erasure")
    if any(step.kind == "ack" and step.said["by"] == agency for step in story.steps):
        own.add("ack")
    return own


def _is_over(story: Story, agency: str, kind: str) -> bool:
    """Return whether all steps of a kind were recorded after the agency's access had ended."""
    ends = [step.recorded for step in story.steps if _ends(story, step, agency)]
    steps = [step.recorded for step in story.steps if step.kind == kind]
    return bool(ends) and bool(steps) and min(steps) > min(ends)


def _is_of_others(story: Story, agency: str, kind: str) -> bool:
    """Return whether all steps of a kind are about people whom the agency's table does not name: it has no ground."""
    named = set(story.expect["hears"].get(agency, {}).get("for", story.cases))
    about = [set(step.said.get("about", story.cases)) for step in story.steps if step.kind == kind]
    return bool(about) and not any(named & people for people in about)


def _ends(story: Story, step: Step, agency: str) -> bool:
    erases = step.kind == "erasure" and "answers" in step.said and agency in agreed.ERASES.get(story.id, ())
    return erases or agency in step.said.get("withdraws", ())


def _newest(service: str, name: str) -> OutsideType:
    versions = [outside_type(service, name, number) for number in (1, 2)]
    return next(kind for kind in reversed(versions) if kind is not None)
