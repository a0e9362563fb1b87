"""The steps of leave, legal aid and non-punishment, the state that follows from them, and the tasks. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid5

from services.legal.matters.matter_file.rules import StatedFact, Waiting
from shared.casework.refusals import FactRefused
from shared.reference import JURISDICTIONS, LISTS_OF_BASES, codes, profile

#: Maximum numbers in one matter.
MOST_PROTECTIONS, MOST_STEPS = 50, 500
RESIDENCE, LEGAL_AID, NON_PUNISHMENT = "residence", "legal_aid", "non_punishment"
ENDS, REFUSED, AID_OPEN, NOT_RAISED = "leave_ends", "leave_refused", "legal_aid_open", "non_punishment_open"
#: How long before leave ends the team is warned, and applies for renewal. These are our own rules, not legal ones.
WARNED_BEFORE: Final[Mapping[str, timedelta]] = {
    "leave_renewal": timedelta(days=90),
    "leave_ends_in_30_days": timedelta(days=30),
    "leave_ends_in_14_days": timedelta(days=14),
}
#: The kinds of tasks that follow from protections.
KINDS: Final = frozenset((*WARNED_BEFORE, ENDS, REFUSED, AID_OPEN, NOT_RAISED))
#: The steps of each kind, in the order that decides between steps of the same day: the last one counts.
STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    RESIDENCE: ("applied", "refused", "challenged", "granted", "renewal_applied", "renewed", "withdrawn", "ended"),
    LEGAL_AID: ("not_needed", "applied", "refused", "review_asked", "granted", "capped", "withdrawn", "ended"),
    NON_PUNISHMENT: (
        *("asked", "statement_recorded", "authority_told", "raised", "pending", "no_charge", "discontinued"),
        *("acquitted", "convicted_no_penalty", "convicted", "quashed"),
    ),
}
#: Steps that grant something until a day.
_GRANTING: Final = frozenset(("granted", "renewed"))
#: Steps after which there is leave. Leave continues while a renewal is pending.
_WITH_LEAVE: Final = frozenset(("granted", "renewed", "renewal_applied"))
_AID_OPEN: Final = frozenset(("applied", "refused", "review_asked", "capped"))
#: States before an authority was informed that the person must not be punished.
_NOT_RAISED: Final = frozenset((None, "asked", "statement_recorded"))
#: In whose law each legal basis is: a country, or a layer such as `EU`. Other bases apply everywhere.
_LAW_OF: Final[Mapping[str, str]] = {
    basis: law for name in LISTS_OF_BASES.values() for basis, law in codes(name).laws.items()
}
#: Bases whose refusal is appealed to a court of its own kind, as a refusal of asylum is.
_ASYLUM: Final = codes(LISTS_OF_BASES["residence"]).asylum
_REFUSED, _CHALLENGED = "refused", "challenged"
#: The challenges that the law of a case allows against a fact, by its kind and its codes.
Challenges = Callable[[str, Mapping[str, str]], Sequence[str]]


@dataclass(frozen=True)
class Step:
    """A step on a day. `until` is the last day of a grant."""

    step: str
    happened_on: date
    until: date | None = None


@dataclass(frozen=True)
class Stated:
    """The facts that the steps of a protection state.

    `has_window`: the last refusal starts a period in which it can be challenged, and is surely of the stage that it is
    stated as.
    """

    facts: tuple[StatedFact, ...] = ()
    has_window: bool = False


@dataclass(frozen=True)
class Standing:
    """The current state, and the last day of a grant. None: nothing was granted, or the end is not known."""

    state: str | None
    until: date | None


def check_basis(kind: str, basis: str, bases: Mapping[str, Iterable[str]], jurisdiction: str | None) -> None:
    """Check that a legal basis is of this kind and applies in the country of the case. Raises `FactRefused`."""
    if basis not in bases[kind]:
        raise FactRefused(
            "basis",
            "basis_of_its_kind",
            "This legal basis belongs to another kind of request. Choose a basis of this kind.",
        )
    if jurisdiction is not None and not _applies(basis, jurisdiction):
        raise FactRefused(
            "basis",
            "basis_of_the_jurisdiction",
            "This legal basis is not in the law of this case. Choose a basis of its profile.",
        )


def _applies(basis: str, jurisdiction: str) -> bool:
    """Return whether a basis is in the law of a jurisdiction. Without its profile here, only general bases apply."""
    law = _LAW_OF.get(basis)
    return law is None or (jurisdiction in JURISDICTIONS and profile(jurisdiction).has_law(law))


def check_offence(kind: str, offence: str | None) -> None:
    """Raise `FactRefused` if a non-punishment request names no offence, or another protection names one."""
    if (kind == NON_PUNISHMENT) != (offence is not None):
        raise FactRefused(
            "offence",
            "offence_of_non_punishment",
            "An offence is required for non-punishment requests, and not allowed for others. Send the offence, or "
            "leave it out.",
        )


def check_step(kind: str, step: Step) -> None:
    """Check that a step is of this kind, and that a grant does not end before the step. Raises `FactRefused`."""
    if step.step not in STEPS[kind]:
        raise FactRefused(
            "step", "step_of_its_kind", "A request of this kind does not have this step. Choose another step."
        )
    if step.until is not None and (step.step not in _GRANTING or step.until < step.happened_on):
        raise FactRefused(
            "until",
            "granted_until",
            "A last day is required for a grant, and not allowed for other steps. Send the last day, or leave it out.",
        )


def standing_of(kind: str, steps: Iterable[Step]) -> Standing:
    """Return the state that follows from the steps, in any order of recording: the latest day decides."""
    order = STEPS[kind].index
    ordered = sorted(steps, key=lambda step: (step.happened_on, order(step.step), step.until or date.min))
    granted = [step.until for step in ordered if step.step in _GRANTING]
    return Standing(ordered[-1].step if ordered else None, granted[-1] if granted else None)


def refused_as(kind: str, basis: str) -> str | None:
    """Return the kind of fact that a refusal states; None if no period of the case counts from it."""
    if kind != RESIDENCE:
        return None
    return "asylum_refused" if basis in _ASYLUM else "residence_refused"


# control: H-DEADLINE-7 refused-again
def stated_by(kind: str, basis: str, steps: Mapping[UUID, Step], challenges: Challenges) -> Stated:
    """Return the facts that the steps of a protection state: each refusal, its challenge, and the decision on that.

    A refusal after a challenge is stated as the decision on it, and can be challenged in its turn. It can also be a new
    refusal after a successful challenge, because no step records the success. Its stage is therefore not certain. If
    the law allows several challenges, the step does not say which one was made. The next refusal is then stated as a
    refusal, and its stage is not certain either.
    """
    refused = refused_as(kind, basis)
    if refused is None:
        return Stated()
    facts = list[StatedFact]()
    decision: StatedFact | None = None
    made: StatedFact | None = None
    allowed: Sequence[str] = ()
    is_unclear = has_unknown = False
    for step, said in sorted(steps.items(), key=lambda item: (item[1].happened_on, STEPS[kind].index(item[1].step))):
        if said.step == _CHALLENGED:
            made = None
            if decision is not None and len(allowed) == 1:
                codes = {"challenge": allowed[0]}
                made = StatedFact(stated_fact(step), "challenge_made", said.happened_on, decision.id, codes)
                facts.append(made)
            has_unknown = made is None
            continue
        if said.step == _REFUSED:
            decision = StatedFact(stated_fact(step), refused, said.happened_on)
            if made is not None:
                codes = {**made.codes, "result": _REFUSED}
                decision = replace(decision, kind="challenge_decided", about=made.id, codes=codes)
            facts.append(decision)
            allowed, is_unclear = challenges(decision.kind, decision.codes), has_unknown or made is not None
        made, has_unknown = None, False
    return Stated(tuple(facts), has_window=bool(allowed) and not is_unclear)


def stated_fact(step: UUID) -> UUID:
    """Return the id of the fact that a step states."""
    return uuid5(step, "stated")


def waiting_for(protection: UUID, kind: str, standing: Standing, *, has_window: bool) -> Iterator[Waiting]:
    """Return the tasks of a protection.

    `has_window`: the last refusal surely starts a period in which it can be challenged. Without one, the task is due
    now and marked unclear.
    """
    state, until = standing.state, standing.until
    if kind == RESIDENCE:
        if state == _REFUSED and not has_window:
            yield Waiting(REFUSED, protection, None, unclear=True)
        if state in _WITH_LEAVE and until is not None:
            yield Waiting(ENDS, protection, until)
            if state != "renewal_applied":
                for warning, before in WARNED_BEFORE.items():
                    yield Waiting(warning, protection, until - before)
    elif kind == LEGAL_AID and state in _AID_OPEN:
        yield Waiting(AID_OPEN, protection, None)
    elif kind == NON_PUNISHMENT and state in _NOT_RAISED:
        yield Waiting(NOT_RAISED, protection, None)
