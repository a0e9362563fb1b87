"""The checker itself is tested: it finds the faults that it must find."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from tests.faults.history import check


@dataclass(frozen=True)
class Written:
    trace: str
    case: str | None


def event(service: str, name: str, position: int, **different: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "source": f"/casepath/{service}",
        "type": f"org.casepath.{service}.{name}.v1",
        "subject": "one case",
        "sequence": f"{position:020d}",
        "data": {"urgent_needs": ["medical"]},
        **different,
    }


def answer(to: dict[str, Any], position: int) -> dict[str, Any]:
    return event("support", "urgent_need.noted", position, causationid=to["id"])


FIRST, SECOND = event("intake", "contact.opened", 1), event("intake", "contact.opened", 2)


def test_a_clean_history_counts_nought() -> None:
    found = check({"intake": [FIRST, SECOND], "support": [answer(FIRST, 1), answer(SECOND, 2)]})
    assert (found.lost, found.duplicated, found.ghosts, found.disorder) == (0, 0, 0, 0)


@pytest.mark.promise("REL-28")
def test_an_unanswered_event_and_a_gap_are_lost() -> None:
    assert check({"intake": [FIRST, SECOND], "support": [answer(FIRST, 1)]}).lost == 1
    assert check({"intake": [FIRST, SECOND], "support": [answer(FIRST, 1), answer(SECOND, 3)]}).lost == 1


def test_two_answers_and_a_repeated_id_are_duplicated() -> None:
    assert check({"intake": [FIRST], "support": [answer(FIRST, 1), answer(FIRST, 2)]}).duplicated == 1
    once = answer(FIRST, 1)
    assert check({"intake": [FIRST], "support": [once, {**once, "sequence": f"{2:020d}"}]}).duplicated == 2


def test_an_answer_to_what_no_log_has_is_a_ghost() -> None:
    assert check({"intake": [FIRST], "support": [answer(FIRST, 1), answer(SECOND, 2)]}).ghosts == 1


def test_answers_in_another_order_than_what_they_answer_are_disorder() -> None:
    assert check({"intake": [FIRST, SECOND], "support": [answer(SECOND, 1), answer(FIRST, 2)]}).disorder == 1


TRACE = uuid4().hex
OPENED = event("intake", "contact.opened", 1, traceparent=f"00-{TRACE}-{TRACE[:16]}-01")
ANSWERED = {"intake": [OPENED], "support": [answer(OPENED, 1)]}


def test_a_write_that_was_answered_and_is_not_there_is_lost() -> None:
    assert check(ANSWERED, [Written(TRACE, "one case")]).lost == 0
    assert check(ANSWERED, [Written(uuid4().hex, "another case")]).lost == 1


def test_a_write_that_nobody_answered_is_recovered_or_never_was() -> None:
    assert check(ANSWERED, [Written(TRACE, None)]).recovered == 1
    unknown = check(ANSWERED, [Written(uuid4().hex, None)])
    assert (unknown.recovered, unknown.lost) == (0, 0)


def test_a_write_done_twice_is_duplicated() -> None:
    again = {**OPENED, "id": str(uuid4()), "sequence": f"{2:020d}"}
    found = check({"intake": [OPENED, again], "support": [answer(OPENED, 1), answer(again, 2)]}, [])
    assert found.duplicated == 1


def test_counts_can_be_set_against_those_before() -> None:
    before = check({"intake": [FIRST], "support": []})
    after = check({"intake": [FIRST, SECOND], "support": [answer(FIRST, 1), answer(SECOND, 2)]})
    found = after - before
    assert (found.events, found.lost) == (3, -1)
    assert not before.whole
