"""The projection of cases and teams has the same result however its events are split into batches."""

from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.casework.projections import CaseState, Membership, case_states, memberships

CASES = [UUID(int=number) for number in (1, 2)]
MEMBERS = [UUID(int=number) for number in (11, 12)]
OPENED, CLOSED, REOPENED = "intake.contact.opened", "intake.case.closed", "intake.case.reopened"
ADDED, REMOVED = "intake.team.member_added", "intake.team.member_removed"

case_facts = st.lists(
    st.tuples(
        st.sampled_from(CASES),
        st.sampled_from([OPENED, CLOSED, REOPENED, ADDED, "intake.detection.recorded"]),
    ),
    max_size=12,
)
team_facts = st.lists(
    st.tuples(
        st.sampled_from(CASES),
        st.sampled_from([ADDED, REMOVED]),
        st.fixed_dictionaries(
            {
                "member": st.sampled_from(MEMBERS),
                "role": st.sampled_from(["caseworker", "legal_adviser"]),
                "lead": st.booleans(),
            }
        ),
    ),
    max_size=15,
)


def batches_of(facts: list[Any], cuts: list[int]) -> list[list[Any]]:
    ends = sorted({0, len(facts), *(cut % (len(facts) + 1) for cut in cuts)})
    return [facts[begin:end] for begin, end in pairwise(ends)]


def _with_data(facts: list[Any]) -> list[Any]:
    return [(case, key, {"jurisdiction": "NL"} if key == OPENED else {}) for case, key in facts]


@given(case_facts, st.lists(st.integers(0, 12), max_size=4), st.randoms())
def test_a_case_is_the_same_for_any_batches_and_any_order_of_events_except_closings(
    facts: list[Any], cuts: list[int], random: Random
) -> None:
    facts = _with_data(facts)
    whole = case_states("intake", facts)
    in_order = iter([fact for fact in facts if fact[1] in (CLOSED, REOPENED)])
    random.shuffle(facts)
    facts = [next(in_order) if key in (CLOSED, REOPENED) else (case, key, data) for case, key, data in facts]
    states: dict[UUID, CaseState] = {}
    for batch in batches_of(facts, cuts):
        for case, state in case_states("intake", batch).items():
            before = states.get(case, CaseState())
            states[case] = CaseState(state.opening or before.opening, state.status or before.status)
    assert states == whole


def test_any_event_makes_a_case_known_without_guessing_its_jurisdiction() -> None:
    assert case_states("intake", [(CASES[0], ADDED, {"member": MEMBERS[0]})]) == {CASES[0]: CaseState(None, None)}


def test_a_case_is_open_or_closed_as_its_last_event_says() -> None:
    facts: list[Any] = [(CASES[0], key, {}) for key in (CLOSED, REOPENED, CLOSED, REOPENED)]
    statuses = [case_states("intake", facts[:number])[CASES[0]].status for number in (1, 2, 3, 4)]
    assert statuses == ["closed", "open"] * 2
    detected = [(CASES[0], "intake.detection.recorded", {"jurisdiction": "NL"})]
    assert case_states("intake", detected)[CASES[0]].opening is None


def test_only_the_source_opens_and_closes_a_case() -> None:
    facts: list[Any] = [(CASES[0], "legal.contact.opened", {}), (CASES[0], "legal.case.closed", {})]
    assert case_states("intake", facts) == {CASES[0]: CaseState(None, None)}


@given(team_facts, st.lists(st.integers(0, 15), max_size=5))
def test_the_last_event_about_each_member_decides_the_team_for_any_batches(facts: list[Any], cuts: list[int]) -> None:
    one_by_one: dict[Any, Any] = {}
    for case, key, data in facts:
        if key == ADDED:
            one_by_one[case, data["member"]] = Membership(data["role"], data["lead"])
        else:
            one_by_one.pop((case, data["member"]), None)
    after: dict[Any, Any] = {}
    for batch in batches_of(facts, cuts):
        after |= memberships("intake", batch)
    assert {key: membership for key, membership in after.items() if membership is not None} == one_by_one
