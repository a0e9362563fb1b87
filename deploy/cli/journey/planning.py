"""Plan the steps of a journey from a person, the profile of a jurisdiction and a seeded random choice.

This module contains no rule of a jurisdiction: stages, deciding authorities and consents come from its profile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final, Literal, get_args

from deploy.cli.journey.person import Person
from shared.reference import Profile, Stage, codes

Way = Literal["accepted", "declined", "negative"]
WAYS: tuple[Way, ...] = get_args(Way)
"""The path of a journey: identified, declined with continued help, or a negative decision and its consequences."""

Reach = Literal["contact", "detected", "case", "closed"]
REACHES: tuple[Reach, ...] = get_args(Reach)
"""How far a journey goes: each step is part of the one before it. People stop on the way, and may come back."""

FOREIGN_LANGUAGES = ("bg", "es", "hu", "pl", "ro", "sq", "ti", "uk", "vi", "yo", "ar", "pt")
SOURCES = ("self", "community_or_peer", "hotline", "ngo", "trade_union", "police", "labour_inspectorate", "health")
CHANNELS: Mapping[str, tuple[str, ...]] = {
    "self": ("in_person", "phone", "web_form", "chat"),
    "community_or_peer": ("in_person", "phone", "outreach_event"),
    "hotline": ("phone", "chat"),
}
USUAL_CHANNELS = ("in_person", "phone", "email")
URGENT = ("accommodation_emergency", "medical_emergency", "interpretation", "money_subsistence")
DATED_BY_DETECTION = ("last_incident", "work_ended")
#: Remedies that need no conviction or judgment.
CLAIMED_AT_ONCE = (*DATED_BY_DETECTION, "discovery", "not_dated")
USUAL_AUTHORITIES = 2
"""A profile names the usual bodies first; those for particular groups come after them."""
FIRST_STEP_ELSEWHERE = 0.2
"""The share of journeys whose first stage was taken before the person came here."""
#: Of a domain of an assessment, from 0.
HIGHEST_RISK: Final = 4

#: The answers of an adviser. "unknown" is for staff who only ask the person.
_ADVISED: Final = codes("advice_status").parts[0].values


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One stage of the official path as the journey records it."""

    stage: Stage
    outcome: str | None
    authority: str | None
    made_elsewhere: bool = False

    @property
    def event(self) -> str:
        """The event that recording it sets off."""
        kinds = {"submission": "submitted", "decision": "decided", "step": "step_recorded"}
        return f"identification.{kinds[self.stage.kind]}"


@dataclass(frozen=True, kw_only=True)
class PlannedJourney:
    """A whole journey."""

    number: int
    profile: Profile
    way: Way
    person: Person
    source: str
    channel: str
    language: str
    urgent_needs: tuple[str, ...]
    advice: str
    hesitates: bool
    stages: tuple[Taken, ...]
    reconsidered: str | None
    ground: str
    remedy: str
    outcome: str
    amount_band: str
    goals: tuple[str, ...]
    modality: str
    domains: Mapping[str, Mapping[str, int]]
    reach: Reach = "closed"
    outreach_session: str | None = None

    def goes_as_far_as(self, step: Reach) -> bool:
        """Return whether the journey comes to this step."""
        return REACHES.index(self.reach) >= REACHES.index(step)

    @property
    def entry(self) -> str:
        """The decision about entering the official mechanism."""
        return "decline" if self.way == "declined" else "enter"

    @property
    def asks_consent(self) -> bool:
        """Whether the person's consent is asked before the official mechanism is involved."""
        return bool(self.stages) and self.profile.consent.needed(self.person.age)

    @property
    def asks_first_responder(self) -> bool:
        """Whether a first responder has to submit the case to the authority."""
        own = any(taken.stage.kind == "submission" and not taken.made_elsewhere for taken in self.stages)
        return own and self.profile.first_responders is not None

    @property
    def consent_agency(self) -> str:
        """The authority that the consent names: the one whose stage needs it."""
        asking = [taken.authority for taken in self.stages if taken.stage.needs_consent and taken.authority]
        return asking[0] if asking else next(iter(self.profile.authorities))

    @property
    def in_danger(self) -> bool:
        """Whether the assessment finds danger now, for which an alert is raised."""
        safety = self.profile.safety_domains.domains
        return any(scores["risk"] == HIGHEST_RISK for name, scores in self.domains.items() if name in safety)

    @property
    def is_urgent(self) -> bool:
        """Whether the assessment can require immediate action: a risk is at its highest level."""
        return any(scores["risk"] == HIGHEST_RISK for scores in self.domains.values())

    @property
    def reason(self) -> str:
        """Why the case ends."""
        return "moved_on" if self.way == "declined" else "goals_met"

    def expected(self) -> dict[str, set[str]]:
        """Return the events that each service must have emitted when the journey is over."""
        if self.reach != "closed":
            return self._expected_on_the_way()
        intake = {"contact.opened", "team.member_added", "detection.recorded", "entry.decided", "case.closed"}
        intake |= {taken.event for taken in self.stages} | ({"consent.granted"} if self.asks_consent else set())
        asked = {"first_responder.asked", "first_responder.accepted"}
        intake |= asked if self.asks_first_responder else set()
        compensation = {f"compensation.{verb}" for verb in ("applied", "decided", "paid")}
        legal = {"advice.recorded", "clock.started", "matter.opened", *compensation}
        support = {"assessment.completed", "plan.agreed", "counselling.started", "counselling.ended"}
        support |= {"alert.raised", "alert.acknowledged"} if self.in_danger else set()
        return {
            "intake": intake,
            "legal": legal | ({"reconsideration.requested"} if self.reconsidered else set()),
            "support": support | ({"urgent_need.noted", "service.delivered"} if self.urgent_needs else set()),
        }

    def _expected_on_the_way(self) -> dict[str, set[str]]:
        detected, decided = self.goes_as_far_as("detected"), self.goes_as_far_as("case")
        intake = {"contact.opened", "team.member_added"}
        intake |= ({"detection.recorded"} if detected else set()) | ({"entry.decided"} if decided else set())
        support = {"urgent_need.noted", "service.delivered"} if self.urgent_needs else set()
        return {"intake": intake, "legal": {"clock.started"} if detected else set(), "support": support}


def ways_of(profile: Profile) -> tuple[Way, ...]:
    """Return the ways that a jurisdiction has: without a deciding stage there is no negative decision."""
    decided = any("negative" in stage.outcomes for stage in profile.stages.values())
    return tuple(way for way in WAYS if way != "negative" or decided)


def decide_journey(number: int, profile: Profile, way: Way, person: Person, random: Random) -> PlannedJourney:
    """Decide everything that the columns of a row leave open."""
    stages, reconsidered = _stages(profile, way, random)
    source = random.choice(SOURCES)
    return PlannedJourney(
        number=number,
        profile=profile,
        way=way,
        person=person,
        source=source,
        channel=random.choice(CHANNELS.get(source, USUAL_CHANNELS)),
        language=profile.languages[0] if person.citizen else random.choice(FOREIGN_LANGUAGES),
        urgent_needs=tuple(random.sample(URGENT, random.choice([0, 1, 1, 2]))),
        # Someone who declines has been advised: the choice was theirs.
        advice="given" if way == "declined" else random.choice(_ADVISED),
        hesitates=random.random() < 0.25,  # noqa: PLR2004 - a share
        stages=stages,
        reconsidered=reconsidered,
        ground=random.choice(codes("reconsideration_ground").values),
        remedy=random.choice(_remedies(profile, person)),
        outcome=random.choice(["granted", "partly_granted"]),
        amount_band=random.choice(codes("amount_band").values),
        goals=_goals(person),
        modality=random.choice(["one_to_one", "group", "online", "creative", "cultural_mediation"]),
        domains=_domains(person, random),
    )


def _stages(profile: Profile, way: Way, random: Random) -> tuple[tuple[Taken, ...], str | None]:
    """Plan the stages in the order of the profile; return also the stage whose negative decision is reconsidered."""
    if way == "declined":
        return (), None
    usual = [stage for stage in profile.stages.values() if not stage.reconsiders]
    refused = _refused(usual) if way == "negative" else None
    taken: list[Taken] = []
    reconsidered = None
    for stage in usual:
        taken.append(_taken(stage, "negative" if stage is refused else "positive", taken, random))
        second = _second_look(profile, stage) if stage is refused else None
        if second:
            reconsidered = stage.code
            taken.append(_taken(second, "positive", taken, random))
    if random.random() < FIRST_STEP_ELSEWHERE:
        first = taken[0]
        taken[0] = Taken(stage=first.stage, outcome=first.outcome, authority=first.authority, made_elsewhere=True)
    return tuple(taken), reconsidered


def _refused(stages: list[Stage]) -> Stage | None:
    return next((stage for stage in stages if "negative" in stage.outcomes), None)


def _second_look(profile: Profile, refused: Stage) -> Stage | None:
    return next((stage for stage in profile.stages.values() if refused.code in stage.reconsiders), None)


def _taken(stage: Stage, outcome: str, before: list[Taken], random: Random) -> Taken:
    """Plan a stage; the authority that has the case keeps it where the profile allows."""
    chosen = (outcome if outcome in stage.outcomes else stage.outcomes[0]) if stage.outcomes else None
    earlier = [taken.authority for taken in before if taken.authority in stage.authorities]
    usual = earlier[-1:] or stage.authorities[:USUAL_AUTHORITIES]
    return Taken(stage=stage, outcome=chosen, authority=random.choice(usual) if usual else None)


def _remedies(profile: Profile, person: Person) -> list[str]:
    at_once = [remedy for remedy in profile.remedies.values() if remedy.starts_on in CLAIMED_AT_ONCE]
    fitting = [remedy.code for remedy in at_once if remedy.starts_on != "work_ended" or person.work_ended]
    return fitting or list(profile.remedies)


def _goals(person: Person) -> tuple[str, ...]:
    own = {"ForcedLabour": "LabourExploitationRehabilitation", "SexualExploitation": "SexualExploitationRehabilitation"}
    return ("Health", "Legal", *(own[code] for code in person.exploitation if code in own))


def _domains(person: Person, random: Random) -> dict[str, dict[str, int]]:
    """Return needs and risks, each 0 to 4; the recruiter decides where the danger may come from."""
    danger = {"IntimatePartner": "trafficker_contact", "Family": "family_at_home"}.get(person.recruiter)
    domains = ["immediate_safety", "accommodation", "mental_health", "legal_immigration", "money_debt"]
    scores = {name: {"need": random.randint(1, 4), "risk": random.randint(0, 3)} for name in domains}
    if danger:
        scores[danger] = {"need": 3, "risk": HIGHEST_RISK, "priority": 1}
    if "PsychoactiveSubstance" in person.means:
        scores["substance_use"] = {"need": random.randint(1, 4), "risk": random.randint(1, 4)}
    return scores
