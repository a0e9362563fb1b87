"""The official path of one case, taken and corrected in whatever order: a part of the case's life."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.intake.identification import rules
from services.intake.identification.rules import NewStep, RecordedStep
from shared.casework.refusals import StepForbidden
from shared.deadlines.requests import START, STOP, Request, outcome
from shared.events.envelope import Announcement
from shared.reference import Stage, profile

LAW = profile("GB-EAW")
LEAD = UUID(int=9)


def refusal(act: Callable[[], object]) -> str | None:
    """The rule that refused; None if none did."""
    try:
        act()
    except StepForbidden as refused:
        return refused.rule
    return None


@dataclass(frozen=True)
class Asked:
    """What a step (by its number) asked of the clock of a code."""

    step: int
    verb: str
    code: str


def asked_by(number: int, step: RecordedStep, again: str | None) -> list[Asked]:
    """What a step asks of clocks, in the order in which it does."""
    stops = LAW.clocks_stopped(step.stage, step.outcome, again)
    starts = LAW.clocks_started(step.stage, step.outcome, again)
    return [Asked(number, STOP, code) for code in stops] + [Asked(number, START, code) for code in starts]


def clocks_of(asked: Iterable[Asked]) -> dict[str, list[tuple[int, bool]]]:
    """By code: the steps that began its clocks, and whether each was stopped."""
    found: dict[str, list[tuple[int, bool]]] = {}
    by_position = dict(enumerate(asked))
    for code in {each.code for each in by_position.values()}:
        mine = [Request(place, each.verb) for place, each in by_position.items() if each.code == code]
        begun = outcome(mine, lambda _start, _by: False)
        found[code] = [(by_position[start.position].step, stopped) for start, stopped in begun]
    return {code: begun for code, begun in found.items() if begun}


def looks_at(stage: Stage, before: list[RecordedStep], all_that_count: list[RecordedStep]) -> str | None:
    """The stage whose negative decision is looked at again: the decision may have been recorded anew, and later."""
    if refusal(lambda: rules.reconsidered(stage, before)) is None:
        return rules.reconsidered(stage, before)
    return rules.reconsidered(stage, all_that_count)


class OfficialPath(RuleBasedStateMachine):
    """Steps that count, by their numbers, and what they asked of clocks."""

    today: date
    expected: list[str]

    def __init__(self) -> None:
        super().__init__()
        self.taken = 0
        self.steps: dict[int, RecordedStep] = {}
        self.asked: list[Asked] = []

    def tell(self, *announced: Announcement) -> None:
        """Tell something; for whoever lives the case."""
        raise NotImplementedError

    @rule(stage=st.sampled_from(sorted(LAW.stages)), outcome=st.sampled_from(["positive", "negative"]))
    def take_official_step(self, stage: str, outcome: str) -> None:
        known, before = LAW.stage(stage), list(self.steps.values())
        outcome_of_step = outcome if known.kind == "decision" else None
        step = NewStep(stage=stage, outcome=outcome_of_step, received_on=self.today, made_elsewhere=True)
        again: list[str | None] = []

        def take() -> None:
            rules.identification_step(LAW, step, before, age="adult", agencies=(), today=self.today)
            again.append(rules.reconsidered(known, before))

        tried = refusal(take)
        assert tried in (None, "earlier_step_first", "reconsiders_a_negative_decision", "outcome_of_the_stage")
        if tried is not None:
            return
        assert set(known.requires) <= {each.stage for each in before}
        self.taken += 1
        self.steps[self.taken] = RecordedStep(stage, outcome_of_step)
        self.asked += asked_by(self.taken, self.steps[self.taken], again[0])

    @rule(place=st.integers(0, 9))
    def correct_official_step(self, place: int) -> None:
        if not self.steps:
            return
        numbers, recorded = list(self.steps), list(self.steps.values())
        wrong = place % len(numbers)
        tried = refusal(lambda: rules.check_correction(LAW, recorded, wrong))
        assert tried in (None, "later_steps_first")
        if tried is not None:
            return
        number = numbers[wrong]
        gone = self.steps.pop(number)
        self.asked = [each for each in self.asked if each.step != number]
        told = {"step": uuid5(LEAD, f"step {number}"), "stage": gone.stage, "reason": "other"}
        self.tell(Announcement("identification.corrected", {**told, "corrected_on": self.today}))
        self.expected.append("identification.corrected")

    @invariant()
    def no_step_of_the_official_path_stands_without_what_it_requires(self) -> None:
        stages = {each.stage for each in self.steps.values()}
        assert all(set(LAW.stage(each).requires) <= stages for each in stages)

    @invariant()
    def the_clocks_are_those_of_the_history_without_what_was_corrected(self) -> None:
        recorded, lived = list(self.steps.values()), []
        for place, (number, step) in enumerate(self.steps.items()):
            lived += asked_by(number, step, looks_at(LAW.stage(step.stage), recorded[:place], recorded))
        assert clocks_of(self.asked) == clocks_of(lived)
