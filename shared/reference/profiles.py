"""The law of a jurisdiction: stages, authorities, periods, remedies, consent. Frozen once loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from shared.reference.clock_rules import ClockRule, Trigger
from shared.reference.entitlements import Entitlement
from shared.reference.errors import UnknownRule
from shared.reference.help import HelpPlace
from shared.reference.leaf import Leaf
from shared.reference.other_periods import OtherPeriod
from shared.reference.periods import Calendar, Length
from shared.reference.places import Basis, Place
from shared.reference.practice import Majority, Reassessment, Retention, SafetyDomains

StageKind = Literal["submission", "decision", "step"]
StageAudience = Literal["nobody", "submission", "voucher_request", "presumption", "identification"]
"""Which agencies receive the events of a stage (`shared.events.openings`)."""
RemedyAudience = Literal["claim", "wage_claim"]
"""Which agencies receive the events of claims for a remedy (`shared.events.openings`)."""
StartsOn = Literal[
    "last_incident", "work_ended", "discovery", "referral", "decision", "conviction", "judgment", "not_dated"
]

STAGED: Final = ("submission", "decision", "step")
"""Kinds of fact that are stages of the path."""
INFORMED_CONSENT: Final = "informed_consent"
CHILDREN: Final = ("child", "disputed")
"""Ages of the code list `age` that are treated as a child's."""


@dataclass(frozen=True, kw_only=True)
class Timezone(Leaf):
    """The time zone in whose local days the jurisdiction counts (IANA name)."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Languages(Leaf):
    """The languages of the jurisdiction's authorities (code list `language`)."""

    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ExtraDay(Leaf):
    """A day off that a law adds to the public holidays."""

    name: str


@dataclass(frozen=True, kw_only=True)
class WorkingDays(Leaf):
    """The calendar of working days, and the sources of the days that a law adds to it.

    `complete_from`, `complete_to`: the days between which all days of rest are known, including decreed ones; None
    without a bound.
    """

    calendar: Calendar
    extra: tuple[ExtraDay, ...]
    complete_from: date | None
    complete_to: date | None

    def is_sure_of(self, day: date) -> bool:
        """Return whether all days of rest around that day are known."""
        is_within = (self.complete_from or date.min) <= day <= (self.complete_to or date.max)
        return is_within and not self.verify


@dataclass(frozen=True, kw_only=True)
class Consent(Leaf):
    """Whether a person's informed consent is needed to go to the official mechanism, and for which purpose.

    `child_basis`, `unable_basis`: the basis of a step instead, for a child and for an adult who can't decide (code
    list `consent_basis`).
    """

    adult: bool
    child: bool
    purpose: str
    child_basis: str
    unable_basis: str

    def needed(self, age: str, *, able: bool = True) -> bool:
        """Return whether it is needed, by code list `age`.

        A disputed age is treated as a child's, an unknown one as an adult's.
        """
        return self.child if age in CHILDREN else self.adult and able

    def basis(self, age: str, *, able: bool = True) -> str:
        """Return the basis of a step towards the official mechanism (code list `consent_basis`)."""
        if self.needed(age, able=able):
            return INFORMED_CONSENT
        return self.child_basis if age in CHILDREN else self.unable_basis


@dataclass(frozen=True, kw_only=True)
class DutyToNotify(Leaf):
    """Bodies that must report a possible victim even without consent.

    `bodies`: codes of `first_responder` or of the profile's authorities. `any_institution`: every other institution
    that detects has the duty too. `anonymous`: without consent, the report must not identify the person.
    `before_decision`: a report without identity is possible before the person decides whether to enter the official
    mechanism. A profile without this statement does not mean that there is no duty.
    """

    bodies: tuple[str, ...]
    any_institution: bool
    receiver: str | None
    anonymous: bool
    before_decision: bool


@dataclass(frozen=True, kw_only=True)
class FirstResponders(Leaf):
    """The only bodies that can put a case to the authority. Each can decline (codes of `first_responder`)."""

    bodies: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Authority(Leaf):
    """A body with a part in the official path. `type`: its kind, by the code list `agency_type`."""

    code: str
    name: str
    type: str


@dataclass(frozen=True, kw_only=True)
class Stage(Leaf):
    """A stage of the official path, in the jurisdiction's own words.

    `authorities`: who receives or decides; empty: no particular body. `outcomes`: only for a decision. `requires`:
    stages to be recorded before, perhaps as made elsewhere; empty: it can come at any time. `reconsiders`: the stages
    whose negative decision this one reconsiders; its positive outcome has the effects of theirs. `needs_consent`: if
    the profile's `consent` requires it, our own team needs consent to take this step (not to record what an authority
    or another agency did). `requested_by`: who may request this reconsideration (code list `requester`); empty: not
    stated. `audience`: which agencies can receive its events; None: not stated, so none.
    """

    code: str
    kind: StageKind
    authorities: tuple[str, ...]
    outcomes: tuple[str, ...]
    requires: tuple[str, ...]
    reconsiders: tuple[str, ...]
    needs_consent: bool
    requested_by: tuple[str, ...] = ()
    audience: StageAudience | None = None


@dataclass(frozen=True, kw_only=True)
class Remedy(Leaf):
    """A way to compensation or other redress.

    `clock` None: no period in days is known to limit it. `audience`: which agencies can receive the events of a claim.
    `matter`: the type of matter that it belongs to (code list `matter_type`); None: not stated.
    """

    code: str
    forum: str
    clock: str | None
    starts_on: StartsOn
    audience: RemedyAudience = "claim"
    matter: str | None = None


@dataclass(frozen=True, kw_only=True)
class RemedyConflict(Leaf):
    """The effect of the first remedy on the second (code list `remedy_conflict`), for example that it excludes it."""

    first: str
    second: str
    effect: str


@dataclass(frozen=True, kw_only=True)
class Right(Leaf):
    """A right that must be explained to the person (code list `victim_right`). Its source is the provision.

    `answered_in`: how many days the authorities have to answer a request based on it; None: no law specifies it.
    """

    code: str
    answered_in: Length | None


@dataclass(frozen=True, kw_only=True)
class Residence(Leaf):
    """A ground for residence. `authorities`: who decides; `at_least`: the shortest duration that is granted."""

    code: str
    name: str
    authorities: tuple[str, ...]
    at_least: Length | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Profile:
    """A jurisdiction's profile, with the leaves of its parents. A leaf's `layer` states its origin.

    `without_start`: inherited periods that no fact starts here, by code, each with the reason. `other_periods`: those
    that no clock of a case counts.
    """

    code: str
    layers: tuple[str, ...]
    place: Place
    time: Timezone
    working_days: WorkingDays
    spoken: Languages
    consent: Consent
    duty_to_notify: DutyToNotify | None
    first_responders: FirstResponders | None
    authorities: Mapping[str, Authority]
    stages: Mapping[str, Stage]
    clocks: Mapping[str, tuple[ClockRule, ...]]
    without_start: Mapping[str, str]
    other_periods: Mapping[str, OtherPeriod]
    remedies: Mapping[str, Remedy]
    remedy_conflicts: tuple[RemedyConflict, ...]
    rights: Mapping[str, Right]
    residence: Mapping[str, Residence]
    majority: Majority
    retention: Mapping[str, Retention]
    reassessment: Reassessment
    safety_domains: SafetyDomains
    help: Mapping[str, HelpPlace]
    entitlements: Mapping[str, Entitlement]
    bases: Mapping[str, Basis]

    @property
    def country(self) -> str:
        """Return the country of the jurisdiction (ISO 3166-1)."""
        return self.place.country

    def has_law(self, law: str) -> bool:
        """Return whether the law of a country, or of a layer such as `EU`, applies here."""
        return law == self.country or law in self.layers

    @property
    def timezone(self) -> str:
        """Return the IANA name of the time zone."""
        return self.time.name

    @property
    def calendar(self) -> Calendar:
        """Return the calendar of working days."""
        return self.working_days.calendar

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages of the authorities."""
        return self.spoken.values

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Return every sourced statement of the profile."""
        single = (self.place, self.time, self.working_days, self.spoken, self.consent, *self.working_days.extra)
        practice = (self.majority, *self.retention.values(), self.reassessment, self.safety_domains)
        perhaps = tuple(leaf for leaf in (self.duty_to_notify, self.first_responders) if leaf is not None)
        versions = tuple(rule for rules in self.clocks.values() for rule in rules)
        rights = (*self.remedies.values(), *self.remedy_conflicts, *self.rights.values(), *self.residence.values())
        rights = (*rights, *self.bases.values())
        law = (*self.stages.values(), *self.other_periods.values(), *self.entitlements.values(), *rights)
        return (*single, *perhaps, *practice, *self.authorities.values(), *self.help.values(), *law, *versions)

    @property
    def challenges(self) -> tuple[str, ...]:
        """Return the codes of the periods in which a decision can be challenged."""
        return tuple(code for code, versions in self.clocks.items() if versions[-1].forum is not None)

    def challenges_of(self, kind: str, codes: Mapping[str, str]) -> tuple[str, ...]:
        """Return the codes of the challenges that a fact of this kind and with these codes starts."""
        starts = {code: self.clocks[code][-1].starts for code in self.challenges}
        return tuple(code for code, of_it in starts.items() if any(start.fits(kind, codes) for start in of_it))

    def stage(self, code: str) -> Stage:
        """Return a stage by its code. Raises UnknownRule."""
        if code not in self.stages:
            raise UnknownRule(
                f"The profile {self.code} has no such stage. Choose one of these: {', '.join(self.stages)}."
            )
        return self.stages[code]

    def remedy(self, code: str) -> Remedy:
        """Return a remedy by its code. Raises UnknownRule."""
        if code not in self.remedies:
            raise UnknownRule(
                f"The profile {self.code} has no such remedy. Choose one of these: {', '.join(self.remedies)}."
            )
        return self.remedies[code]

    def starts_by(self, code: str) -> tuple[Trigger, ...]:
        """Return the facts that can start a period here: those of its rule whose stages exist in this law."""
        newest = self._versions(code)[-1]
        return tuple(start for start in newest.starts if self._has_stage_of(start))

    def _has_stage_of(self, trigger: Trigger) -> bool:
        return trigger.fact not in STAGED or any(
            stage in self.stages and self.stages[stage].kind == trigger.fact
            for stage in trigger.where.get("stage", tuple(self.stages))
        )

    def clock(self, code: str, *, on: date) -> ClockRule:
        """Return the version of a clock's rule in force on the day on which the period starts.

        A limitation also applies to earlier facts: those before the oldest version on record use that version. For any
        other kind, the rule of such a day is not known (its `length` is None). A period that no clock of a case counts
        has a rule too. Raises UnknownRule.
        """
        if code in self.other_periods:
            return self.other_periods[code].rule
        versions = self._versions(code)
        return next((rule for rule in versions if rule.in_force(on)), versions[0])

    def clock_version(self, code: str, version: str) -> ClockRule:
        """Return the version of the rule that a running clock began with. Raises UnknownRule."""
        for rule in self._versions(code):
            if rule.version == version:
                return rule
        raise UnknownRule(
            f"The profile {self.code} has no such version of the period {code}. Choose a version of the profile."
        )

    def _versions(self, code: str) -> tuple[ClockRule, ...]:
        if code not in self.clocks:
            raise UnknownRule(
                f"The profile {self.code} has no such period. Choose one of these: {', '.join(self.clocks)}."
            )
        return self.clocks[code]
