"""What a jurisdiction's law says of the path: stages, who decides, periods, remedies, consent. Frozen once loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from shared.reference.errors import UnknownRule
from shared.reference.leaf import Leaf
from shared.reference.periods import Calendar, Length

StageKind = Literal["submission", "decision", "step"]
ClockKind = Literal["minimum", "maximum", "target", "limitation"]
Keeper = Literal["intake", "legal"]
StartsOn = Literal[
    "earliest_incident", "work_ended", "discovery", "referral", "decision", "conviction", "judgment", "not_dated"
]

RECORDED: Final = "recorded"
"""In `starts` and `stops`: a submission or step, which has no outcome, was recorded."""
ANY: Final = "any"
"""In `starts` and `stops`: the decision was made, whatever its outcome."""
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
    """The calendar of working days, and the sources of the days that a law adds to it."""

    calendar: Calendar
    extra: tuple[ExtraDay, ...]


@dataclass(frozen=True, kw_only=True)
class Consent(Leaf):
    """Whether a person's informed consent is needed to go to the official mechanism, and for which purpose.

    `child_basis`, `unable_basis`: what a step rests on instead, for a child and for an adult who can't decide (code
    list `consent_basis`).
    """

    adult: bool
    child: bool
    purpose: str
    child_basis: str
    unable_basis: str

    def needed(self, age: str, *, able: bool = True) -> bool:
        """By code list `age`. A disputed age is treated as a child's until it is decided; one unknown as an adult's."""
        return self.child if age in CHILDREN else self.adult and able

    def basis(self, age: str, *, able: bool = True) -> str:
        """What a step towards the official mechanism rests on (code list `consent_basis`)."""
        if self.needed(age, able=able):
            return INFORMED_CONSENT
        return self.child_basis if age in CHILDREN else self.unable_basis


@dataclass(frozen=True, kw_only=True)
class DutyToNotify(Leaf):
    """Bodies that must report a possible victim even without consent.

    `bodies`: codes of `first_responder` or of the profile's authorities; nobody else is under the duty.
    `anonymous`: without consent, the report must not identify the person.
    """

    bodies: tuple[str, ...]
    receiver: str | None
    anonymous: bool


@dataclass(frozen=True, kw_only=True)
class FirstResponders(Leaf):
    """Bodies that alone can put a case to the authority; each may decline (codes of `first_responder`)."""

    bodies: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Authority(Leaf):
    """A body with a part in the official path."""

    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Stage(Leaf):
    """A stage of the official path, in the jurisdiction's own words.

    `authorities`: who receives or decides; empty: no particular body. `outcomes`: of a decision only. `requires`:
    stages to be recorded before, perhaps as made elsewhere; empty: it may come at any time. `reconsiders`: the stages
    whose negative decision this one looks at again; its positive outcome has the effects of theirs. `needs_consent`:
    where the profile's `consent` asks for one, one's own team needs it to take this step (not to record what an
    authority or another agency did). `starts` and `stops`: clock codes by outcome, RECORDED or ANY.
    """

    code: str
    kind: StageKind
    authorities: tuple[str, ...]
    outcomes: tuple[str, ...]
    requires: tuple[str, ...]
    reconsiders: tuple[str, ...]
    needs_consent: bool
    starts: Mapping[str, tuple[str, ...]]
    stops: Mapping[str, tuple[str, ...]]

    def started_by(self, outcome: str | None = None) -> tuple[str, ...]:
        """Codes of the clocks that start when the stage is recorded with this outcome (None for a stage without)."""
        return _triggered(self.starts, outcome)

    def stopped_by(self, outcome: str | None = None) -> tuple[str, ...]:
        """Codes of the clocks that stop when the stage is recorded with this outcome (None for a stage without)."""
        return _triggered(self.stops, outcome)


def _triggered(effects: Mapping[str, tuple[str, ...]], outcome: str | None) -> tuple[str, ...]:
    keys = (RECORDED,) if outcome is None else (outcome, ANY)
    return tuple(dict.fromkeys(code for key in keys for code in effects.get(key, ())))


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Another way to read a rule that is not settled, and why."""

    length: Length
    first_day: bool
    less_one_day: bool
    why: str


@dataclass(frozen=True, kw_only=True)
class ClockRule(Leaf):
    """One version of a period.

    `kind`: reaching a *minimum* ends nothing; what follows a *maximum* is prepared before its end; a *target* is the
    authority's; a *limitation* is the person's, and past it late filing may be possible (`late_filing`: the rule
    knows exceptions). `keeper`: the service that runs the clock. `length` None: the period is not known, so there is
    no date. `first_day`, `less_one_day`, `roll`: see shared.reference.periods.count. `warn_days`: days before the due
    date. `extendable`: the rule knows an extension. `pausable`: something can stop its time for a while, after which at
    least `left_after_pause` is left. `other`: a second reading, where the rule is not settled.
    """

    code: str
    kind: ClockKind
    keeper: Keeper
    length: Length | None
    first_day: bool
    less_one_day: bool
    roll: bool
    late_filing: bool
    warn_days: tuple[int, ...]
    extendable: bool
    pausable: bool
    left_after_pause: Length | None
    other: Reading | None


@dataclass(frozen=True, kw_only=True)
class Remedy(Leaf):
    """A way to compensation or other redress. `clock` None: no period in days is known to limit it."""

    code: str
    forum: str
    clock: str | None
    starts_on: StartsOn


@dataclass(frozen=True, kw_only=True)
class Residence(Leaf):
    """A ground on which someone may stay. `authorities`: who decides; `at_least`: how long it is given for."""

    code: str
    name: str
    authorities: tuple[str, ...]
    at_least: Length | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Profile:
    """A jurisdiction's profile, parents' leaves included; a leaf's `layer` tells where it was inherited from."""

    code: str
    layers: tuple[str, ...]
    time: Timezone
    working_days: WorkingDays
    spoken: Languages
    consent: Consent
    duty_to_notify: DutyToNotify | None
    first_responders: FirstResponders | None
    authorities: Mapping[str, Authority]
    stages: Mapping[str, Stage]
    clocks: Mapping[str, tuple[ClockRule, ...]]
    remedies: Mapping[str, Remedy]
    residence: Mapping[str, Residence]

    @property
    def timezone(self) -> str:
        """The IANA name of the time zone."""
        return self.time.name

    @property
    def calendar(self) -> Calendar:
        """The calendar of working days."""
        return self.working_days.calendar

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the authorities."""
        return self.spoken.values

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Every sourced statement of the profile."""
        single = (self.time, self.working_days, self.spoken, self.consent, *self.working_days.extra)
        perhaps = tuple(leaf for leaf in (self.duty_to_notify, self.first_responders) if leaf is not None)
        versions = tuple(rule for rules in self.clocks.values() for rule in rules)
        law = (*self.stages.values(), *self.remedies.values(), *self.residence.values())
        return (*single, *perhaps, *self.authorities.values(), *law, *versions)

    def stage(self, code: str) -> Stage:
        """A stage by its code. Raises UnknownRule."""
        if code not in self.stages:
            raise UnknownRule(f"The profile {self.code} has no such stage; it has {', '.join(self.stages)}.")
        return self.stages[code]

    def remedy(self, code: str) -> Remedy:
        """A remedy by its code. Raises UnknownRule."""
        if code not in self.remedies:
            raise UnknownRule(f"The profile {self.code} has no such remedy; it has {', '.join(self.remedies)}.")
        return self.remedies[code]

    def clock(self, code: str, *, on: date) -> ClockRule:
        """The version of a clock's rule in force on the day on which the period starts.

        A limitation reaches back: what happened before the oldest version kept here is counted by that one. For any
        other kind, the rule of such a day is not known (its `length` is None). Raises UnknownRule.
        """
        versions = self._versions(code)
        return next((rule for rule in versions if rule.in_force(on)), versions[0])

    def clock_version(self, code: str, version: str) -> ClockRule:
        """The rule that a running clock began with, whatever the law says since. Raises UnknownRule."""
        for rule in self._versions(code):
            if rule.version == version:
                return rule
        raise UnknownRule(f"The profile {self.code} has no such version of the clock {code}.")

    def clocks_started(
        self, stage: str, outcome: str | None = None, reconsidered: str | None = None
    ) -> tuple[str, ...]:
        """Codes of the clocks that start; `reconsidered` is the stage whose negative decision is looked at again."""
        own = self.stage(stage).started_by(outcome)
        if outcome == "positive" and reconsidered in self.stage(stage).reconsiders:
            return tuple(dict.fromkeys(own + self.stage(str(reconsidered)).started_by(outcome)))
        return own

    def clocks_stopped(
        self, stage: str, outcome: str | None = None, reconsidered: str | None = None
    ) -> tuple[str, ...]:
        """Codes of the clocks that stop; `reconsidered` as in clocks_started."""
        own = self.stage(stage).stopped_by(outcome)
        if outcome == "positive" and reconsidered in self.stage(stage).reconsiders:
            return tuple(dict.fromkeys(own + self.stage(str(reconsidered)).stopped_by(outcome)))
        return own

    def _versions(self, code: str) -> tuple[ClockRule, ...]:
        if code not in self.clocks:
            raise UnknownRule(f"The profile {self.code} has no such clock; it has {', '.join(self.clocks)}.")
        return self.clocks[code]
