"""The official path of one case, recorded and corrected in any order: a part of the simulated case."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid5

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.intake.path.identification import rules
from services.intake.path.identification.rules import NewStep
from shared.casework.refusals import StepForbidden
from shared.deadlines.facts import Fact
from shared.events.envelope import Announcement
from shared.reference import profile

LAW = profile("GB-EAW")
LEAD = UUID(int=9)


def refusal(act: Callable[[], object]) -> str | None:
    """Return the rule that refused; None if none did."""
    try:
        act()
    except StepForbidden as refused:
        return refused.rule
    return None


class OfficialPath(RuleBasedStateMachine):
    """The facts of the steps that apply, by number, in the order in which they arrived."""

    today: date
    expected: list[str]

    def __init__(self) -> None:
        super().__init__()
        self.taken = 0
        self.steps: dict[int, Fact] = {}

    def tell(self, *announced: Announcement) -> None:
        """Publish events. The class that simulates the case implements this method."""
        raise NotImplementedError

    @rule(
        stage=st.sampled_from(sorted(LAW.stages)),
        outcome=st.sampled_from(["positive", "negative"]),
        happened=st.sampled_from(["2026-01", "2026-01-05", "2026-01-05T10:00:00Z", "2026-02", "2025", "unknown"]),
    )
    def take_official_step(self, stage: str, outcome: str, happened: str) -> None:
        known = LAW.stage(stage)
        decided = outcome if known.kind == "decision" else None
        step = NewStep(stage=stage, outcome=decided, received_on=self.today, made_elsewhere=True)
        assert rules.identification_step(LAW, step, age="adult", agencies=(), today=self.today) is known
        self.taken += 1
        self.steps[self.taken] = Fact(
            id=uuid5(LEAD, f"step {self.taken}"),
            case=LEAD,
            kind=known.kind,
            happened=happened,
            learnt=self.today.isoformat(),
            codes={"stage": stage} | ({} if decided is None else {"outcome": decided}),
        )

    @rule(place=st.integers(0, 9))
    def correct_official_step(self, place: int) -> None:
        if not self.steps:
            return
        numbers = list(self.steps)
        gone = self.steps.pop(numbers[place % len(numbers)])
        told = {"step": gone.id, "stage": gone.codes["stage"], "reason": "other"}
        self.tell(Announcement("identification.corrected", {**told, "corrected_on": self.today}))
        self.expected.append("identification.corrected")

    @invariant()
    def the_status_is_that_of_the_steps_that_count_in_whatever_order_they_were_heard_of(self) -> None:
        heard = list(self.steps.values())
        status = rules.identification_status(LAW, heard)
        assert status == rules.identification_status(LAW, heard[::-1])
        assert (status == rules.NOT_REFERRED) is (not heard)

    @invariant()
    def each_reconsideration_looks_at_a_decision_that_was_negative(self) -> None:
        heard: Sequence[Fact] = [replace(fact) for fact in self.steps.values()]
        negative = {fact.codes["stage"] for fact in heard if fact.codes.get("outcome") == "negative"}
        again = rules.looked_at_again(LAW, heard)
        assert again == rules.looked_at_again(LAW, heard[::-1])
        assert set(again.values()) <= negative
