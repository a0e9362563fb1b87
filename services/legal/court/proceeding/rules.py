"""The current stage of proceedings for each defendant, in any order of recording. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid5

from services.legal.matters.matter_file.rules import StatedFact, Waiting
from shared.casework.refusals import FactRefused, StepForbidden

#: Maximum numbers in one matter.
MOST_PROCEEDINGS, MOST_DEFENDANTS, MOST_STEPS = 30, 100, 500
PLEA_WARNING, NO_CHARGE = "plea_warning", "no_charge_review"
#: The kinds of tasks that follow from proceedings.
KINDS: Final = frozenset((PLEA_WARNING, NO_CHARGE))
CRIMINAL: Final = "criminal"
_ACCUSED: Final = frozenset(("accused", "defendant", "suspect"))
#: Stages without a prosecution. The person can ask for a review of that decision.
_NOT_PROSECUTED: Final = frozenset(("no_crime_recorded", "no_charge_evidence", "no_charge_interest", "charges_dropped"))
#: From least to most advanced. Of two steps of the same day, the later one in this order counts.
_ORDER: Final = (
    *("reported", "investigating", "suspect_known", "charged", "sent_to_trial", "pre_trial", "plea_agreement", "trial"),
    *(
        "convicted",
        "sentenced",
        "acquitted",
        "no_charge",
        "discontinued",
        "ended",
        "sentence_review",
        "appeal",
        "confiscation",
    ),
    *("custody", "final", "closed"),
)


#: Stages at which a court was asked to try an offender, at which the trial goes on, and at which it is over.
_IN_COURT: Final = frozenset(("charged", "sent_to_trial", "pre_trial", "plea_agreement", "trial"))
_TRIED: Final = frozenset(_ORDER[_ORDER.index("trial") :])
_OVER: Final = frozenset(_ORDER[_ORDER.index("convicted") :])
_SENTENCED: Final = "sentenced"
#: The facts of the last prosecution, each once: until when the person can join it.
_OF_ALL: Final = ("prosecution_brought", "trial_begun", "trial_ended")


@dataclass(frozen=True)
class Step:
    """A step: its defendant (None: all of the proceedings), its day and its result."""

    defendant: UUID | None
    happened_on: date
    stage: str | None = None
    disposal: str | None = None
    review: str | None = None


@dataclass(frozen=True)
class Standing:
    """The state of proceedings for a defendant: stage, disposal, and whether a review is possible."""

    stage: str | None
    disposal: str | None
    is_unreviewed: bool


def check_step(step: Step) -> None:
    """Check that a step has a result, and that a disposal names its defendant. Raises `FactRefused`."""
    if step.stage is None and step.disposal is None and step.review is None:
        raise FactRefused(
            "stage",
            "step_says_something",
            "The step has no content. Record a stage, a disposal, or the outcome of a review.",
        )
    if step.disposal is not None and step.defendant is None:
        raise FactRefused(
            "defendant",
            "disposal_of_somebody",
            "The defendant is missing, and each defendant has a separate disposal. Name the defendant.",
        )


def check_warning(kind: str, person_role: str) -> None:
    """Raise `StepForbidden` if the person is not accused of a crime."""
    if not is_accused(kind, person_role):
        raise StepForbidden(
            "person_is_accused",
            "The person is not a defendant in these proceedings. Record first that the person is accused.",
        )


def is_accused(kind: str, person_role: str) -> bool:
    """Return whether the person is accused of a crime."""
    return kind == CRIMINAL and person_role in _ACCUSED


def is_against_others(kind: str, person_role: str) -> bool:
    """Return whether others are accused of a crime, and the person can be a party or a victim there."""
    return kind == CRIMINAL and person_role not in _ACCUSED


def standing_of(steps: Iterable[Step]) -> Standing:
    """Return the state after the steps about one defendant, or about all: the latest day decides.

    A step that requests or waives a review applies to each disposal up to its day.
    """
    ordered = sorted(steps, key=_in_order)
    stages = [step.stage for step in ordered if step.stage is not None]
    disposals = [(step.disposal, step.happened_on) for step in ordered if step.disposal is not None]
    disposal, disposed_on = disposals[-1] if disposals else (None, None)
    reviewed = any(
        step.review is not None and disposed_on is not None and step.happened_on >= disposed_on for step in ordered
    )
    return Standing(stages[-1] if stages else None, disposal, disposal in _NOT_PROSECUTED and not reviewed)


def advanced(stages: Iterable[str | None]) -> tuple[str | None, str | None]:
    """Return the least and the most advanced stage: each defendant can be at a different one."""
    ordered = sorted((stage for stage in stages if stage is not None), key=_ORDER.index)
    return (ordered[0], ordered[-1]) if ordered else (None, None)


def waiting_in(
    proceeding: UUID,
    *,
    is_unwarned: bool,
    standings: Sequence[tuple[UUID, Standing]],
) -> Iterator[Waiting]:
    """Return the tasks of proceedings. `standings` has the state of each defendant.

    The person must be warned before an adviser recommends a guilty plea, because a conviction can end protection
    (Nationality and Borders Act 2022, section 63(3): likely; elsewhere unclear). In no jurisdiction is it certain how
    long a decision not to prosecute can be reviewed. The task is therefore due now and marked unclear.
    """
    if is_unwarned:
        yield Waiting(PLEA_WARNING, proceeding, None)
    for defendant, standing in standings:
        if standing.is_unreviewed:
            yield Waiting(NO_CHARGE, defendant, None, unclear=True)


# control: H-DEADLINE-8 court-stages
def stated_by(proceeding: UUID, steps: Mapping[UUID, Step], defendants: Collection[UUID]) -> Iterator[StatedFact]:
    """Return the facts that the steps of a prosecution state.

    A trial begins or ends for the person when it has begun or ended against every defendant. An inquiry that led to no
    prosecution has no trial. A prosecution that is brought again is another one: a claim in the earlier one is not a
    claim in it.
    """
    brought = _brought(proceeding, steps, defendants)
    if brought is not None:
        record, brought_on = brought
        begun = _by_all(steps.values(), defendants, _TRIED)
        ended = _by_all(steps.values(), defendants, _OVER)
        opening, *later = _OF_ALL
        root = stated_fact(record, opening)
        yield StatedFact(root, opening, brought_on)
        for kind, day in zip(later, (begun, ended), strict=True):
            if day is not None:
                yield StatedFact(stated_fact(proceeding, kind), kind, day, root)
    for step, said in steps.items():
        if said.stage == _SENTENCED:
            yield StatedFact(stated_fact(step, _SENTENCED), _SENTENCED, said.happened_on)


# control: H-DEADLINE-8 brought-again
def _brought(proceeding: UUID, steps: Mapping[UUID, Step], defendants: Collection[UUID]) -> tuple[UUID, date] | None:
    """Return the record that states the last prosecution, and the day on which it was brought; None if none was.

    The proceedings state the first one. After the end against every defendant, the next step in court states another.
    """
    found: tuple[UUID, date] | None = None
    everyone = frozenset[UUID | None](defendants or (None,))
    over: frozenset[UUID | None] = frozenset()
    is_over = False
    for step, said in sorted(steps.items(), key=lambda item: _in_order(item[1])):
        if said.stage in _IN_COURT and (found is None or is_over):
            found = (proceeding if found is None else step, said.happened_on)
            is_over = False
        concerned = everyone if said.defendant is None else everyone & {said.defendant}
        if said.stage is not None:
            over = over | concerned if said.stage in _OVER else over - concerned
        is_over = is_over or over == everyone
    return found


def _by_all(steps: Collection[Step], defendants: Collection[UUID], stages: Collection[str]) -> date | None:
    """Return the day from which all defendants are at one of these stages; None if one is not."""
    days = [
        _since([step for step in steps if step.defendant in (None, defendant)], stages)
        for defendant in defendants or (None,)
    ]
    reached = [day for day in days if day is not None]
    return max(reached) if len(reached) == len(days) else None


def _since(steps: Collection[Step], stages: Collection[str]) -> date | None:
    """Return the day from which a defendant is at one of these stages; None if the current stage is not one of them."""
    since: date | None = None
    for step in sorted(steps, key=_in_order):
        if step.stage is not None:
            since = (since or step.happened_on) if step.stage in stages else None
    return since


def possible_facts(proceeding: UUID, steps: Iterable[UUID]) -> set[UUID]:
    """Return the ids of all facts that proceedings and their steps can state."""
    of_all = {stated_fact(proceeding, kind) for kind in _OF_ALL}
    return of_all | {stated_fact(step, kind) for step in steps for kind in (_OF_ALL[0], _SENTENCED)}


def stated_fact(record: UUID, kind: str) -> UUID:
    """Return the id of the fact of a kind that proceedings or a step state."""
    return uuid5(record, kind)


def _in_order(step: Step) -> tuple[date, int, str]:
    return step.happened_on, -1 if step.stage is None else _ORDER.index(step.stage), step.disposal or ""
