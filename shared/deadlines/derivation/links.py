"""Whether a fact concerns a start: the same conditions for facts that meet, end, pause or extend a period.

A *path fact* (a referral, a decision, a step) concerns every period of its referral. Any other fact is an *answer*: it
concerns one start, either the one that it names or the only one that it can mean.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from uuid import UUID

from shared.deadlines.derivation.certainty import NO_LINK, SURE, Link, Truth, all_of
from shared.deadlines.derivation.history import History
from shared.deadlines.derivation.starts import BY_HAND, Start, starts_of
from shared.deadlines.facts import Fact
from shared.reference import ClockRule, Profile
from shared.reference.challenges import DECIDED, MADE, NAMED_BY
from shared.reference.periods import Moment

EXTENSION, PAUSE, RESUMPTION, CLOSED = "extension", "pause", "resumption", "period_closed"
#: Decisions about the periods of one rule. The decision names the rule by its code.
OF_ONE_RULE: Final = frozenset((EXTENSION, PAUSE, RESUMPTION, CLOSED))
_PATH: Final = frozenset(("submission", "decision", "step"))
SUBMISSION: Final = "submission"
_ENDED: Final = "exploitation_ended"
_CLAIM_DECIDED: Final = "claim_decided"


class Choice(NamedTuple):
    """A start that an answer can belong to.

    `name`: the fact by which to name it. `key`: the same; None for the only period of a case. `known_by`: all facts by
    which it can be named.
    """

    name: UUID
    key: UUID | None
    known_by: frozenset[UUID]


class Links:
    """The links between facts and starts, over all rules of all laws of a case."""

    def __init__(self, history: History) -> None:
        """Find the starts of every rule."""
        self.history: Final = history
        self._starts: Final = {
            (law.code, code): starts_of(history, law, versions[-1])
            for law in history.laws
            for code, versions in law.clocks.items()
        }
        self._meant: dict[UUID, list[frozenset[UUID]]] = {}
        self._referrals: dict[tuple[str, UUID], frozenset[UUID | None] | None] = {}

    def starts(self, law: Profile, rule: ClockRule) -> list[Start]:
        """Return the starts of a rule's periods."""
        return self._starts[law.code, rule.code]

    def to(self, fact: Fact, law: Profile, start: Start, *, same_stage: bool = False, by_instant: bool = False) -> Link:
        """Return whether a fact concerns a start.

        `by_instant`: compare instants, not local days, which answers can share.
        """
        if fact.id in start.known_by:
            return NO_LINK
        if fact.kind in _PATH:
            return self._of_path(fact, law, start, same_stage=same_stage, by_instant=by_instant)
        names = fact.about in start.known_by
        if not names and self.history.stands(fact.about):
            return NO_LINK
        here = self._here(fact, law, start, names=names, same_stage=same_stage, by_instant=by_instant)
        if names or here.truth is Truth.NOT:
            return here
        meant = self._starts_meant(fact)
        if not any(start.known_by & known_by for known_by in meant):
            return NO_LINK
        return all_of((here, SURE if len(meant) == 1 else _perhaps("which_start")))

    def _here(self, fact: Fact, law: Profile, start: Start, *, names: bool, same_stage: bool, by_instant: bool) -> Link:
        """Return the conditions of this start only: stage and order."""
        stage = _stage(law, fact, start, names=names) if same_stage else SURE
        return all_of((stage, self._order(fact, law, start, names=names, by_instant=by_instant)))

    # --- answers ----------------------------------------------------------------------------------------------------

    def _starts_meant(self, fact: Fact) -> list[frozenset[UUID]]:
        """Return the starts that an answer can mean if it names none. Starts that share a fact are one."""
        meant = self._meant.get(fact.id)
        if meant is None:
            possible = list(self._possible(fact))
            # In joined cases, a fact is first matched within its own case.
            own = [start for start in possible if any(by.case == fact.case for by in start.facts)] or possible
            meant = self._meant[fact.id] = _apart(start.known_by for start in own)
        return meant

    def choices(self, fact: Fact) -> list[Choice]:
        """Return what an answer can belong to if it names nothing, in an order independent of ids."""
        before = list(self._paused_before(fact)) or self._challenged_before(fact)
        if before:
            return [Choice(earlier.id, earlier.id, self._known_by(earlier)) for earlier in before]
        possible = list(self._possible(fact))
        return [
            Choice(start.facts[0].id, start.key, known_by)
            for known_by in self._starts_meant(fact)
            for start in [next(start for start in possible if start.known_by <= known_by)]
        ]

    def _paused_before(self, fact: Fact) -> Iterator[Fact]:
        """Return the conciliations that a certificate can belong to."""
        begins = {
            (pausing.begins, law.timezone)
            for law in self.history.laws
            for versions in law.clocks.values()
            for pausing in versions[-1].pauses
            if fact.kind in (pausing.ends, pausing.still_open)
        }
        for kind, zone in sorted(begins):
            for begun in self.history.of_kind(kind):
                if not by_days(zone, self.history.moment(fact, zone), self.history.moment(begun, zone))[0]:
                    yield begun

    def _challenged_before(self, fact: Fact) -> list[Fact]:
        """Return the challenges that a decision on one can be about: those of its kind that are not surely later."""
        if fact.kind != DECIDED:
            return []
        zone = next((law.timezone for law in self.history.laws if law.code == self.history.law_of(fact)), "UTC")
        return [
            made
            for made in self.history.of_kind(MADE)
            if made.codes.get(NAMED_BY) == fact.codes.get(NAMED_BY)
            and not by_days(zone, self.history.moment(fact, zone), self.history.moment(made, zone))[0]
        ]

    def _known_by(self, begun: Fact) -> frozenset[UUID]:
        return frozenset((begun.id, *(named.id for named in self.history.chain(begun))))

    def _possible(self, fact: Fact) -> Iterator[Start]:
        for law in self.history.laws:
            for versions in law.clocks.values():
                rule = versions[-1]
                for same_stage, by_instant in _ways_to_concern(rule, fact):
                    for start in self.starts(law, rule):
                        here = self._here(fact, law, start, names=False, same_stage=same_stage, by_instant=by_instant)
                        if here.truth is not Truth.NOT and fact.id not in start.known_by:
                            yield start

    # --- decisions and steps ----------------------------------------------------------------------------------------

    def _of_path(self, fact: Fact, law: Profile, start: Start, *, same_stage: bool, by_instant: bool) -> Link:
        chain = self.history.chain(fact)
        names = fact.about in start.known_by
        if not names and self._names_another(start, chain):
            return NO_LINK
        here = self._here(fact, law, start, names=names, same_stage=same_stage, by_instant=by_instant)
        if names or here.truth is Truth.NOT:
            return here
        return all_of((here, self._same_referral(law, fact, start)))

    def _names_another(self, start: Start, chain: Iterable[Fact]) -> bool:
        """Return whether a path fact names a fact that neither led to the start nor followed from it."""
        named = next(iter(chain), None)
        if named is None or named.kind == SUBMISSION:
            return False
        led_here = {linked.id for own in start.facts for linked in self.history.chain(own)}
        return named.id not in led_here and not any(linked.id in start.known_by for linked in chain)

    def _same_referral(self, law: Profile, fact: Fact, start: Start) -> Link:
        mine, other = self._referral(law, start.facts[0]), self._referral(law, fact)
        if mine is None or other is None:
            return SURE
        if not mine & other:
            return NO_LINK
        return SURE if len(mine | other) == 1 else _perhaps("which_referral")

    def _referral(self, law: Profile, fact: Fact) -> frozenset[UUID | None] | None:
        """Return the referrals that a fact can belong to (None: an unrecorded one); None if it has none."""
        if fact.kind not in _PATH:
            return None
        if (law.code, fact.id) not in self._referrals:
            self._referrals[law.code, fact.id] = self._referral_of(law, fact)
        return self._referrals[law.code, fact.id]

    def _referral_of(self, law: Profile, fact: Fact) -> frozenset[UUID | None] | None:
        stages = {code for stage in law.stages.values() for code in stage.requires}
        referrals = [linked for linked in self.history.of_kind(SUBMISSION) if linked.codes.get("stage") in stages]
        if not referrals:
            return None
        for linked in (fact, *self.history.chain(fact)):
            if linked in referrals:
                return frozenset((linked.id,))
        moment = self.history.moment(fact, law.timezone)
        earlier = [
            linked for linked in referrals if not moment.surely_before(self.history.moment(linked, law.timezone))
        ]
        if earlier:
            own = [linked for linked in earlier if linked.case == fact.case]
            return frozenset(linked.id for linked in own or earlier)
        return frozenset((None,)) if fact.kind == "decision" else frozenset(linked.id for linked in referrals)

    # --- order ------------------------------------------------------------------------------------------------------

    def _order(self, fact: Fact, law: Profile, start: Start, *, names: bool, by_instant: bool) -> Link:
        if start.undated == "now" and not by_instant:
            return SURE if names else self._of_open_window(fact, law, start)
        moment = self.history.moment(fact, law.timezone)
        if names and start.key is None:
            return self._after_named(fact, law, start, moment)
        is_before, is_after = (
            _by_instant(moment, start.happened) if by_instant else by_days(law.timezone, moment, start.happened)
        )
        if is_before:
            return _perhaps("answer_before") if names else NO_LINK
        # A fact that names another follows it.
        return SURE if names or is_after else _perhaps("perhaps_earlier")

    def _of_open_window(self, fact: Fact, law: Profile, start: Start) -> Link:
        """Return whether an answer that names nothing concerns a window for which the law sets no day.

        A claim before the window opened (made to the police) can be of it, or of another. If it was decided before,
        it was of another.
        """
        zone = law.timezone
        is_before, is_after = by_days(zone, self.history.moment(fact, zone), start.happened)
        if is_after:
            return SURE
        decisions = (decided for decided in self.history.of_kind(_CLAIM_DECIDED) if decided.about == fact.id)
        if any(by_days(zone, self.history.moment(decided, zone), start.happened)[0] for decided in decisions):
            return NO_LINK
        return _perhaps("answer_before" if is_before else "perhaps_earlier")

    def _after_named(self, fact: Fact, law: Profile, start: Start, moment: Moment) -> Link:
        """Return whether a fact that names one of a start's facts also follows the other incidents."""
        zone = law.timezone
        named = next(linked for linked in self.history.chain(fact) if linked.id == fact.about)
        named_moment = self.history.moment(named, zone)
        if by_days(zone, moment, named_moment)[0]:
            return _perhaps("answer_before")
        # An incident that is not surely later than the named fact is not later: the named fact limits the others.
        others = [
            incident.happened
            for incident in start.incidents
            if incident.fact.id != named.id
            and not (named.kind == _ENDED and not named_moment.surely_before(incident.happened))
        ]
        if not start.incidents:
            # Without a recorded incident, a period counts from the day on which a person opened it.
            others = [
                self.history.moment(opened, zone)
                for opened in start.facts
                if opened.kind == BY_HAND and opened.id != named.id
            ]
        if all(by_days(zone, moment, other)[1] for other in others):
            return SURE
        return _perhaps("perhaps_earlier")


def by_days(zone: str, moment: Moment, other: Moment) -> tuple[bool, bool]:
    """Return whether a moment is surely on an earlier local day than another, and whether it is surely not."""
    first, last = moment.first_day(zone), moment.last_day(zone)
    since, until = other.first_day(zone), other.last_day(zone)
    return (
        last is not None and since is not None and last < since,
        first is not None and until is not None and first >= until,
    )


def _by_instant(moment: Moment, other: Moment) -> tuple[bool, bool]:
    is_after = moment.lo is not None and other.hi is not None and moment.lo >= other.hi
    return moment.surely_before(other), is_after


def _ways_to_concern(rule: ClockRule, fact: Fact) -> set[tuple[bool, bool]]:
    """Return how a rule uses a fact: by the same stage or not, and by its instant or its day; empty: not at all."""
    if fact.kind in OF_ONE_RULE:
        return {(False, fact.kind == CLOSED)} if fact.codes.get("clock") == rule.code else set()
    ways = {(ending.same_stage, ending.effect == "ended") for ending in rule.ends if ending.fits(fact.kind, fact.codes)}
    return ways | {(False, False) for pausing in rule.pauses if fact.kind == pausing.begins}


# control: H-DEADLINE-3 same-stage
def _stage(law: Profile, fact: Fact, start: Start, *, names: bool) -> Link:
    """Return whether a fact is of the stage that started a period."""
    own, of_start = _stages(law, fact), _stages(law, start.facts[0])
    if not own:
        return SURE
    if not of_start:
        return SURE if names else NO_LINK
    if not own & of_start:
        return NO_LINK
    return SURE if names or len(own | of_start) == 1 else _perhaps("which_stage")


def _stages(law: Profile, fact: Fact) -> frozenset[str]:
    """Return the possible stages of a fact. For a reconsideration, it is the stage that was reconsidered."""
    reconsidered, stage = fact.codes.get("reconsiders"), fact.codes.get("stage")
    if reconsidered is not None:
        return frozenset((reconsidered,))
    if stage is None:
        return frozenset()
    rule_of_stage = law.stages.get(stage)
    return frozenset(rule_of_stage.reconsiders if rule_of_stage is not None and rule_of_stage.reconsiders else (stage,))


def _apart(groups: Iterable[frozenset[UUID]]) -> list[frozenset[UUID]]:
    """Return the groups, after merging those that share a member."""
    apart: list[frozenset[UUID]] = []
    for group in groups:
        joined = [other for other in apart if other & group]
        apart = [*(other for other in apart if not other & group), group.union(*joined)]
    return apart


def _perhaps(doubt: str) -> Link:
    return Link(Truth.PERHAPS, frozenset((doubt,)))


def choices(facts: Iterable[Fact], fact: Fact) -> list[Choice]:
    """Return what a new fact can belong to if it names nothing, by the current facts of its person's cases."""
    return Links(History(facts, {})).choices(fact)
