"""The consequences of one exact reading for each period of a rule: two-valued, one start and one end at a time.

It shares no code with `shared/deadlines/derivation`; `count` and `resumed` are the arithmetic of dates.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from dateutil.relativedelta import relativedelta

from shared.deadlines.facts import Fact
from shared.reference import ClockRule, Profile
from shared.reference.clock_rules import Ending, Pausing, Trigger
from shared.reference.periods import (
    Due,
    ImpossibleDate,
    ImpossiblePeriod,
    count,
    local_date,
    on_day,
    resumed,
    start_of_day,
)
from tests.soundness.readings import NEVER, PATH, Case, Reading

OPENED: Final = "period_opened"
RUNS, MET, ENDED, OVER = "runs", "met", "ended", "over"


@dataclass(frozen=True)
class Start:
    """The start of a period. `identity`: the target of an answer; `key`: the identity of the period."""

    key: UUID | None
    identity: object
    facts: tuple[Fact, ...]
    instant: datetime | None
    learnt: datetime | None


@dataclass(frozen=True)
class Outcome:
    """A period of one reading: its due date (None: no date), and its state at the instant of the check."""

    code: str
    start: Start
    due: Due | None
    state: str


def outcomes(reading: Reading, versions: tuple[ClockRule, ...]) -> list[Outcome]:
    """Return the periods of a rule in a reading."""
    newest = versions[-1]
    all_of_them = [_outcome(reading, versions, start) for start in starts_of(reading, newest)]
    if newest.repeat != "after_end":
        return all_of_them
    opened: list[Outcome] = []
    for outcome in sorted(all_of_them, key=lambda outcome: outcome.start.instant or NEVER):
        if opened and not _is_over_at(reading, newest, opened[-1], outcome.start.instant):
            if newest.kind == "minimum":
                opened[-1] = _prolonged(reading, opened[-1], outcome)
            continue
        opened.append(outcome)
    return opened


# --- starts --------------------------------------------------------------------------------------------------------


def starts_of(reading: Reading, rule: ClockRule) -> list[Start]:
    """Return the starts of a rule in a reading."""
    case = reading.case
    dated, undated = [], []
    for fact in case.facts:
        trigger = _starting(reading, rule, fact)
        if trigger is not None:
            (undated if trigger.undated else dated).append(fact)
    by_hand = [fact for fact in case.of_kind(OPENED) if fact.codes.get("clock") == rule.code]
    interval = next((trigger for trigger in rule.starts if trigger.interval is not None), None)
    if interval is not None:
        return _last_incident(reading, rule, interval, [*dated, *by_hand])
    dated = [*dated, *(fact for fact in by_hand if fact not in dated)]
    if rule.repeat == "once":
        if dated:
            pick = max if rule.pick == "last" else min
            first = pick(dated, key=lambda fact: reading.at[fact.id])
            return [_once(rule, dated, reading.at[first.id], _learnt(reading, first))]
        return [_once(rule, undated, None, None)] if undated else []
    return [
        *(Start(fact.id, fact.id, (fact,), reading.at[fact.id], _learnt(reading, fact)) for fact in dated),
        *(Start(fact.id, fact.id, (fact,), None, None) for fact in undated),
    ]


def _starting(reading: Reading, rule: ClockRule, fact: Fact) -> Trigger | None:
    for trigger in rule.starts:
        if trigger.fits(fact.kind, fact.codes) and not _is_displaced(reading, trigger, fact):
            return trigger
    return None


def _is_displaced(reading: Reading, trigger: Trigger, fact: Fact) -> bool:
    """Return whether another fact has the date for which a start without a date waits."""
    case = reading.case
    known = [] if trigger.if_no is None else [day for day in case.of_kind(trigger.if_no) if case.moment(day).is_known]
    if trigger.undated != "ask":
        return bool(known)
    if any(case.about(day) is fact or case.about(fact) is day for day in known):
        return True
    asked = [other for other in case.of_kind(trigger.fact) if trigger.fits(other.kind, other.codes)]
    free = [day for day in known if case.about(day) not in asked and all(case.about(each) is not day for each in asked)]
    # A date without a reference belongs to one of them, or to none.
    return any(reading.choose(("whose day", day.id), [None, *(each.id for each in asked)]) == fact.id for day in free)


def _once(rule: ClockRule, facts: list[Fact], instant: datetime | None, learnt: datetime | None) -> Start:
    kinds = frozenset(trigger.fact for trigger in rule.starts)
    return Start(None, ("once", kinds), tuple(facts), instant, learnt)


def _learnt(reading: Reading, fact: Fact) -> datetime | None:
    if fact.learnt is None:
        return None
    written = fact.learnt
    return (
        datetime.fromisoformat(written)
        if "T" in written
        else start_of_day(date.fromisoformat(written), reading.case.law.timezone)
    )


def _last_incident(reading: Reading, rule: ClockRule, trigger: Trigger, explicit: list[Fact]) -> list[Start]:
    """Return the start between the known incidents and the end of the exploitation."""
    case, at = reading.case, reading.at
    assert trigger.interval is not None
    begins = case.of_kind(*trigger.interval.not_before)
    ends = case.of_kind(*trigger.interval.not_after)
    if not (explicit or begins or ends):
        return []
    ends = [
        end
        for end in ends
        if not any(case.moment(end).surely_before(case.moment(fact)) for fact in (*begins, *explicit))
    ]
    latest_end = max((at[end.id] for end in ends), default=None)
    last = max((at[fact.id] for fact in explicit), default=None)
    of_kind = [fact for fact in explicit if fact.kind == trigger.fact]
    if explicit:
        after = [
            at[fact.id]
            for fact in begins
            if at[fact.id] > (last or at[fact.id])
            and (not of_kind or all(case.moment(each).surely_before(case.moment(fact)) for each in of_kind))
        ]
        start = last if not after else _between(reading, max((*after, last or after[0])), latest_end)
    else:
        start = _between(reading, max((at[fact.id] for fact in begins), default=None), latest_end)
    if trigger.interval.each_act:
        # The period of every act can apply: those of recorded acts, and of the last one.
        start = reading.choose(("act", rule.code), [start, *(at[fact.id] for fact in (*explicit, *begins))])
    facts = (*explicit, *begins, *ends)
    return [Start(None, ("once", trigger.fact), facts, start, None)]


def _between(reading: Reading, low: datetime | None, high: datetime | None) -> datetime:
    """Draw the last incident between two bounds, each of which may be open."""
    last = high or reading.case.now
    first = low or min(last, reading.case.now) - timedelta(days=4_000)
    if first >= last:
        return first
    options = [first, last, first + (last - first) * reading.chance.random()]
    return reading.choose(("last incident", first, last), options)


# --- due dates ------------------------------------------------------------------------------------------------------


def _outcome(reading: Reading, versions: tuple[ClockRule, ...], start: Start) -> Outcome:
    due = _due(reading, versions, start)
    newest = versions[-1]
    met, ended = [], []
    for fact, effect in _ends(reading, newest, start):
        (met if effect == "met" else ended).append(reading.at[fact.id])
    state = RUNS
    if met:
        state = MET
    elif any(at <= reading.case.now and (due is None or at < due.ends_at) for at in ended):
        state = ENDED
    elif due is not None and due.ends_at <= reading.case.now:
        state = OVER
    return Outcome(newest.code, start, due, state)


def _due(reading: Reading, versions: tuple[ClockRule, ...], start: Start) -> Due | None:
    if start.instant is None:
        return None
    due = _counted(reading, versions, start)
    if due is None:
        return None
    newest = versions[-1]
    due = _after_pauses(reading, newest, start, due)
    for fact in _linked(reading, newest, start, "extension"):
        until = _day_of(fact.codes.get("until", ""))
        if newest.extendable and until is not None and until > due.due_on:
            due = on_day(until, reading.case.law.timezone)
    return due


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _counted(reading: Reading, versions: tuple[ClockRule, ...], start: Start) -> Due | None:
    law = reading.case.law
    base = start.instant
    newest = versions[-1]
    if len(newest.count_from) > 1 and start.learnt is not None:
        base = reading.choose(("count from", newest.code, start.key), [start.instant, start.learnt])
    elif newest.count_from == ("learnt",):
        base = start.learnt
    if base is None:
        return None
    if newest.child and _is_child(reading, start):
        return _child_due(reading, newest)
    day = local_date(base, law.timezone)
    rule = version_on(versions, day)
    ways = [rule.own_reading, *rule.readings]
    way = reading.choose(("way", rule.code, rule.effective_from), ways)
    if way.length is None:
        return None
    try:
        return count(
            way.length,
            base,
            calendar=way.calendar or law.calendar,
            timezone=law.timezone,
            first_day=way.first_day,
            less_one_day=way.less_one_day,
            always_less=way.always_less,
            roll=way.roll or rule.roll,
        )
    except (ImpossibleDate, ImpossiblePeriod):
        return None


def version_on(versions: tuple[ClockRule, ...], day: date) -> ClockRule:
    """Return the version in force on a day; the oldest one applies to everything before it."""
    in_force = [rule for rule in versions if rule.effective_from <= day]
    return in_force[-1] if in_force else versions[0]


def _is_child(reading: Reading, start: Start) -> bool:
    case = reading.case
    ages = [fact.codes.get("age") for fact in case.of_kind("person")]
    age = ages[-1] if ages else None
    born = _born(reading)
    if born is None:
        return reading.choose("child", [age == "child"] if age in ("child", "adult") else [True, False])
    assert start.instant is not None
    day = local_date(start.instant, case.law.timezone)
    return day < born + relativedelta(years=case.law.majority.years)


def _born(reading: Reading) -> date | None:
    birth = reading.case.birth
    if birth is None:
        return None
    first = date.fromisoformat(f"{birth}-01")
    last = first + relativedelta(months=1) - timedelta(days=1)
    return reading.choose("born", [first, last, first + timedelta(days=reading.chance.randrange(28))])


def _child_due(reading: Reading, rule: ClockRule) -> Due | None:
    law, born = reading.case.law, _born(reading)
    if born is None:
        return None
    for way in rule.child:
        if way.fact is not None and way.before_age is not None:
            days = [local_date(reading.at[fact.id], law.timezone) for fact in reading.case.of_kind(way.fact)]
            limit = born + relativedelta(years=way.before_age)
            if not days and not reading.choose(("unrecorded", way.fact), [True, False]):
                continue
            if days and min(days) >= limit:
                continue
        return _by_child_way(reading, law, rule, way.until_age, way.from_age, way.from_fact, way.length, born)
    return None


def _by_child_way(
    reading: Reading,
    law: Profile,
    rule: ClockRule,
    until_age: int | None,
    from_age: int | None,
    from_fact: str | None,
    length: object,
    born: date,
) -> Due | None:
    if until_age is not None:
        return on_day(born + relativedelta(years=until_age), law.timezone)
    base: date | datetime | None = None
    if from_age is not None:
        base = born + relativedelta(years=from_age)
    elif from_fact is not None:
        base = min((reading.at[fact.id] for fact in reading.case.of_kind(from_fact)), default=None)
    if base is None or length is None:
        return None
    return count(length, base, calendar=law.calendar, timezone=law.timezone, roll=rule.roll)  # type: ignore[arg-type]  # a Length


# --- pauses --------------------------------------------------------------------------------------------------------


def _after_pauses(reading: Reading, rule: ClockRule, start: Start, due: Due) -> Due:
    """Apply conciliations and manual pauses, in the order in which they began."""
    begun: list[tuple[Fact, Pausing]] = []
    for pausing in rule.pauses:
        of_kind = sorted(_linked(reading, rule, start, pausing.begins), key=lambda fact: reading.at[fact.id])
        begun += [(fact, pausing) for fact in (of_kind[:1] if pausing.count == "first" else of_kind)]
    if rule.pausable:
        by_hand = Pausing(begins="pause", ends="resumption", left=rule.left_after_pause)
        begun += [(fact, by_hand) for fact in _linked(reading, rule, start, "pause")]
    zone = reading.case.law.timezone
    for fact, pausing in sorted(begun, key=lambda pause: reading.at[pause[0].id]):
        since = local_date(reading.at[fact.id], zone)
        if since > due.due_on:
            continue
        if fact.kind == "pause":
            until = _resumed_on(reading, rule, start, fact, since)
        else:
            until = _until(reading, start, fact, pausing, since)
        if until is not None:
            due = _resumed(reading, rule, due, since, until, pausing)
    return due


def _resumed_on(reading: Reading, rule: ClockRule, start: Start, begun: Fact, since: date) -> date | None:
    ends = [
        local_date(reading.at[fact.id], reading.case.law.timezone)
        for fact in reading.case.of_kind("resumption")
        if fact.codes.get("clock") == rule.code and reading.case.about(fact) in (None, begun, *start.facts)
    ]
    return min((day for day in ends if day >= since), default=None)


def _until(reading: Reading, start: Start, begun: Fact, pausing: Pausing, since: date) -> date:
    """Return the day on which a conciliation ended: by its certificate, or by one that was not recorded."""
    case, zone = reading.case, reading.case.law.timezone
    certificates = [
        local_date(reading.at[fact.id], zone)
        for fact in case.of_kind(pausing.ends)
        if _belongs_to_pause(reading, start, begun, fact, pausing)
    ]
    cap = pausing.cap_on(since)
    longest = count(cap, since, calendar=case.law.calendar, timezone=zone).due_on if cap is not None else None
    after = [day for day in certificates if day >= since]
    if after:
        return min([min(after), *([longest] if longest else [])])
    still_open = [
        local_date(reading.at[fact.id], zone)
        for fact in (case.of_kind(pausing.still_open) if pausing.still_open else [])
        if case.about(fact) in (None, begun, *start.facts) and local_date(reading.at[fact.id], zone) >= since
    ]
    earliest = max([since, *still_open])
    last = longest or earliest + timedelta(days=84)
    earliest = min(earliest, last)
    days = (last - earliest).days
    return reading.choose(
        ("certificate", begun.id), [earliest, last, earliest + timedelta(days=reading.chance.randrange(days + 1))]
    )


def _belongs_to_pause(reading: Reading, start: Start, begun: Fact, certificate: Fact, pausing: Pausing) -> bool:
    case = reading.case
    named = case.about(certificate)
    if named is not None:
        return named.id == begun.id or named in start.facts
    possible = [
        fact
        for fact in case.of_kind(pausing.begins)
        if reading.at[fact.id] <= reading.at[certificate.id]
        or local_date(reading.at[fact.id], case.law.timezone)
        == local_date(reading.at[certificate.id], case.law.timezone)
    ]
    possible = [fact for fact in possible if not _was_open_later(reading, fact, certificate, pausing)] or possible
    if not possible:
        return False
    return reading.choose(("certificate of", certificate.id), possible).id == begun.id


def _was_open_later(reading: Reading, begun: Fact, certificate: Fact, pausing: Pausing) -> bool:
    """Return whether a conciliation was still open after a certificate that does not name it."""
    opens = reading.case.of_kind(pausing.still_open) if pausing.still_open else []
    return any(reading.case.about(fact) == begun and reading.at[fact.id] > reading.at[certificate.id] for fact in opens)


def _resumed(reading: Reading, rule: ClockRule, due: Due, since: date, until: date, pausing: Pausing) -> Due:
    law = reading.case.law
    unit = "D" if rule.length is None else rule.length.unit
    try:
        later = resumed(
            due,
            since,
            until,
            unit=unit,
            calendar=law.calendar,
            timezone=law.timezone,
            roll=rule.roll,
            left=pausing.left,
        )
    except (ImpossibleDate, ImpossiblePeriod):
        return due
    return later if later is not None and later.ends_at > due.ends_at else due


# --- facts of a start -----------------------------------------------------------------------------------------------


def _ends(reading: Reading, rule: ClockRule, start: Start) -> Iterator[tuple[Fact, str]]:
    """Return the facts that meet or end the period of a start, and their effects."""
    for fact in reading.case.facts:
        if fact in start.facts:
            continue
        for ending in rule.ends:
            if not ending.fits(fact.kind, fact.codes) or not _is_in_order(reading, start, fact, ending.effect):
                continue
            if ending.same_stage and not _is_of_stage(reading, start, fact):
                continue
            if _concerns(reading, start, fact):
                yield fact, ending.effect
                break
        else:
            if fact.kind == "period_closed" and fact.codes.get("clock") == rule.code:
                in_order = rule.repeat == "once" or _is_in_order(reading, start, fact, "ended")
                if in_order and _answers(reading, start, fact):
                    yield fact, "ended"


def _is_in_order(reading: Reading, start: Start, fact: Fact, effect: str) -> bool:
    """Return whether a fact follows a start: compared by local days for *met*, by instants for *ended*."""
    if start.instant is None:
        return True
    if reading.case.is_slip(fact) and reading.case.about(fact) in start.facts:
        return True
    if isinstance(start.identity, tuple) and start.key is None and effect == "met":
        return _follows_the_incidents(reading, start, fact)
    if effect == "met":
        zone = reading.case.law.timezone
        return local_date(reading.at[fact.id], zone) >= local_date(start.instant, zone)
    return reading.at[fact.id] >= start.instant


def _follows_the_incidents(reading: Reading, start: Start, fact: Fact) -> bool:
    """Return whether a claim of a case's period is not before the fact that it names, nor before a recorded incident.

    A claim that names none is compared with the start.
    """
    zone = reading.case.law.timezone
    day = local_date(reading.at[fact.id], zone)
    incidents = [each for each in start.facts if each.kind in ("first_incident", "last_incident")]
    names_one = reading.case.about(fact) in start.facts
    if names_one and incidents:
        return all(day >= local_date(reading.at[each.id], zone) for each in incidents)
    return start.instant is None or day >= local_date(start.instant, zone)


def _stages(case: Case, fact: Fact) -> tuple[str, ...]:
    """Return the possible stages of a fact; empty if it has no stage."""
    if "reconsiders" in fact.codes:
        return (fact.codes["reconsiders"],)
    stage = fact.codes.get("stage")
    if stage is None:
        return ()
    known = case.law.stages.get(stage)
    if known is None or not known.reconsiders:
        return (stage,)
    # The named decision determines the stage: its own stage or, for a reconsideration, the reconsidered one.
    named = [each.codes.get("reconsiders", each.codes.get("stage")) for each in case.chain(fact)]
    said = [each for each in named if each in known.reconsiders]
    return (said[0],) if said else tuple(known.reconsiders)  # type: ignore[return-value]  # a stage of the list


def _is_of_stage(reading: Reading, start: Start, fact: Fact) -> bool:
    case = reading.case
    mine = _stages(case, fact)
    if not mine:
        return True
    theirs = tuple(stage for each in start.facts for stage in _stages(case, each))
    if not theirs:
        return reading.case.about(fact) in start.facts
    return reading.choose(("stage", fact.id), mine) in theirs


def _concerns(reading: Reading, start: Start, fact: Fact) -> bool:
    return _path_concerns(reading, start, fact) if fact.kind in PATH else _answers(reading, start, fact)


def _answers(reading: Reading, start: Start, fact: Fact) -> bool:
    """Return whether an answer applies to this start: the one that it names, or the one that this reading chose."""
    case = reading.case
    named = case.about(fact)
    if named is not None:
        if named not in start.facts:
            return False
        return not case.is_slip(fact) or reading.choose(("slip", fact.id), [True, False])
    possible = _possible_starts(reading, fact)
    if not possible:
        return False
    chosen = reading.choose(("answer", fact.id), sorted(possible, key=repr))
    return chosen == start.identity


def _possible_starts(reading: Reading, fact: Fact) -> set[object]:
    possible: set[object] = set()
    for versions in reading.case.law.clocks.values():
        rule = versions[-1]
        fitting = [ending for ending in rule.ends if ending.fits(fact.kind, fact.codes)]
        changes = any(pausing.begins == fact.kind for pausing in rule.pauses) or (
            fact.kind in ("extension", "pause", "period_closed") and fact.codes.get("clock") == rule.code
        )
        if not fitting and not changes:
            continue
        for start in starts_of(reading, rule):
            if fact not in start.facts and _may_answer(reading, rule, start, fact, fitting):
                possible.add(start.identity)
    return possible


def _may_answer(reading: Reading, rule: ClockRule, start: Start, fact: Fact, fitting: list[Ending]) -> bool:
    if not fitting:
        once_closed = fact.kind == "period_closed" and rule.repeat == "once"
        effect = "ended" if fact.kind == "period_closed" else "met"
        return once_closed or _is_in_order(reading, start, fact, effect)
    return any(
        _is_in_order(reading, start, fact, ending.effect)
        and (not ending.same_stage or _is_of_stage(reading, start, fact))
        for ending in fitting
    )


def _linked(reading: Reading, rule: ClockRule, start: Start, kind: str) -> list[Fact]:
    """Return the pauses or extensions of a kind that belong to a start and do not lie before it."""
    by_hand = kind in ("extension", "pause")
    return [
        fact
        for fact in reading.case.of_kind(kind)
        if (not by_hand or fact.codes.get("clock") == rule.code)
        and _is_in_order(reading, start, fact, "met")
        and _answers(reading, start, fact)
    ]


def _path_concerns(reading: Reading, start: Start, fact: Fact) -> bool:
    """Return whether a decision or step concerns a start: of the same referral, and of nothing else."""
    case = reading.case
    named = case.about(fact)
    origins = [each for each in start.facts if each.kind in PATH]
    if named is not None and named not in start.facts and named.kind != "submission":
        in_chain_of_start = any(named in case.chain(each) for each in start.facts)
        start_in_its_chain = any(each in case.chain(named) for each in start.facts)
        if not in_chain_of_start and not start_in_its_chain:
            return False
    if not origins or not _referrals(case):
        return True
    return _referral(reading, fact) in {_referral(reading, each) for each in origins}


def _referrals(case: Case) -> list[Fact]:
    """Return the submissions on which a decision of the law is made."""
    required = {need for stage in case.law.stages.values() for need in stage.requires}
    return [fact for fact in case.of_kind("submission") if fact.codes.get("stage") in required]


def _referral(reading: Reading, fact: Fact) -> object:
    """Return the referral of a submission, decision or step in this reading."""
    case, referrals = reading.case, _referrals(reading.case)
    named = [each for each in (fact, *case.chain(fact)) if each in referrals]
    if named:
        return named[0].id
    possible: list[object] = [each.id for each in referrals if not case.moment(fact).surely_before(case.moment(each))]
    if not possible:
        possible = ["unrecorded"] if fact.kind == "decision" else [each.id for each in referrals]
    # The decisions of one chain are of one referral.
    root = (case.chain(fact) or [fact])[-1]
    return reading.choose(("referral", root.id), possible)


# --- sequences ------------------------------------------------------------------------------------------------------


def _is_over_at(reading: Reading, rule: ClockRule, earlier: Outcome, at: datetime | None) -> bool:
    if at is None:
        return False
    ends = [reading.at[fact.id] for fact, _ in _ends(reading, rule, earlier.start)]
    return any(end <= at for end in ends) or (earlier.due is not None and earlier.due.ends_at <= at)


def _prolonged(reading: Reading, earlier: Outcome, later: Outcome) -> Outcome:
    """Return a minimum with the later of two ends."""
    dues = [outcome.due for outcome in (earlier, later)]
    if None in dues:
        return Outcome(earlier.code, earlier.start, None, RUNS if earlier.state == OVER else earlier.state)
    due = max((due for due in dues if due is not None), key=lambda due: due.ends_at)
    state = earlier.state
    if state in (OVER, RUNS):
        state = OVER if due.ends_at <= reading.case.now else RUNS
    return Outcome(earlier.code, earlier.start, due, state)
