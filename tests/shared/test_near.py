"""For an unknown value, an error names the list and similar values, and repeats no input."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from services.intake.cases.lifecycle.schemas import OpenCase
from shared.http.near import LONGEST, MOST, near
from shared.http.problems import MOST_NEAR, answer
from shared.reference import codes
from tests.kit.intake.cases import OPEN

_ID = "0195566e-7a10-7000-8000-000000000001"


def problem_of(body: dict[str, Any]) -> dict[str, Any]:
    """Return the problem document for a body that is no valid case opening."""
    with pytest.raises(ValidationError) as refused:
        OpenCase.schema().load(body)
    document: dict[str, Any] = json.loads(answer(refused.value, _ID).get_data(as_text=True))
    return document


def test_a_value_that_is_not_on_its_list_is_answered_with_the_list_and_what_is_near() -> None:
    [error] = problem_of({**OPEN, "source": "health-care"})["errors"]
    assert (error["field"], error["list"]) == ("source", "referral_source")
    assert error["near"] == near("health-care", codes("referral_source"))
    assert error["near"]
    assert set(error["near"]) <= set(codes("referral_source"))
    assert "referral_source" in error["message"]


@pytest.mark.parametrize(
    ("sent", "meant"), [("nl", "NL"), ("NLD", "NL"), ("gb eaw", "GB-EAW")], ids=["small", "longer", "a blank"]
)
def test_a_slip_is_understood(sent: str, meant: str) -> None:
    [error] = problem_of({**OPEN, "jurisdiction": sent})["errors"]
    assert meant in error["near"]


def test_a_field_that_is_not_taken_is_answered_with_those_that_are_near() -> None:
    [error] = problem_of({**OPEN, "urgent_need": []})["errors"]
    assert error["near"] == ["urgent_needs"]


def test_nothing_that_was_sent_is_repeated() -> None:
    words = "Ruxandra-Marinescu"
    problem = problem_of({**OPEN, "source": words, "Ruxandra Marinescu": 1, "language": "Ruxandra"})
    assert "uxandra" not in json.dumps(problem)
    assert len(problem["errors"]) == 3


def test_what_is_like_nothing_is_answered_without_a_guess() -> None:
    [error] = problem_of({**OPEN, "source": "q9"})["errors"]
    assert "near" not in error


def test_only_the_first_errors_are_guessed_at() -> None:
    needs = [f"acommodatio{letter}" for letter in "abcdefghijklmnop"]
    errors = problem_of({**OPEN, "urgent_needs": needs})["errors"]
    assert len(errors) == len(needs)
    assert sum("near" in error for error in errors) == MOST_NEAR


@given(st.text(max_size=2 * LONGEST))
def test_only_published_values_are_ever_named(sent: str) -> None:
    published = codes("referral_source")
    found = near(sent, published)
    assert len(found) <= MOST
    assert set(found) <= set(published)
    assert len(sent) <= LONGEST or not found


def test_the_longest_list_is_compared_with_in_a_hundredth_of_a_second() -> None:
    longest = max((codes(name) for name in ("language", "nationality", "referral_source")), key=len)
    began = time.process_time()
    near("z" * LONGEST, longest)
    assert time.process_time() - began < 0.05
