"""The states of a contact request: in any order of steps, the request is not lost and its contact not leaked."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.intake.cases.contact_request import rules
from shared.casework.refusals import StepForbidden

WORKERS = [uuid4(), uuid4()]
START = datetime(2026, 12, 1, tzinfo=UTC)
MEMBER = st.sampled_from(WORKERS)


class OneRequest(RuleBasedStateMachine):
    """A request, the staff who work on it, and the passing of time."""

    @initialize()
    def receive(self) -> None:
        self.now, self.taken_by = START, None
        self.enter(rules.RECEIVED)

    def enter(self, state: str) -> None:
        self.state, self.until = state, rules.until(state, self.now)

    @rule(by=MEMBER)
    def take(self, by: object) -> None:
        was = self.state
        try:
            rules.check_free(self.state)
        except StepForbidden:
            assert was != rules.RECEIVED
            return
        assert was == rules.RECEIVED
        self.taken_by = by
        self.enter(rules.TAKEN)

    @rule(by=MEMBER, outcome=st.sampled_from(["reached", "not_reached", "passed_on", "wrong_contact"]))
    def settle(self, by: object, outcome: str) -> None:
        is_own = by == self.taken_by and self.state in rules.HELD
        assert rules.is_own(self.state, self.taken_by, by) == is_own  # type: ignore[arg-type]  # an id
        if is_own:
            self.enter(rules.after(outcome))

    @rule(hours=st.integers(1, 1_000))
    def pass_time(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        while self.state in rules.HELD and self.now >= self.until:
            self.taken_by = None
            self.enter(rules.RECEIVED)

    @precondition(lambda self: self.state in rules.HELD)
    @rule()
    def no_hold_lasts(self) -> None:
        assert self.until - self.now <= timedelta(hours=72)

    @invariant()
    def a_held_request_has_one_holder_and_a_free_one_none(self) -> None:
        if self.state in rules.HELD:
            assert self.taken_by in WORKERS
        elif self.state == rules.RECEIVED:
            assert self.taken_by is None

    @invariant()
    def the_person_can_change_it_until_it_is_finished_and_never_learns_that_it_is(self) -> None:
        shown = rules.shown_to_person(self.state, may_leave_message=False)
        assert shown["may_change"] == (self.state != rules.FINISHED)
        assert shown["state"] in (rules.RECEIVED, rules.TAKEN, rules.NOT_REACHED)

    @invariant()
    def it_rings_somebody_however_long_it_waits(self) -> None:
        assert "team" in rules.rung(START, self.now)


TestOneRequest = OneRequest.TestCase
