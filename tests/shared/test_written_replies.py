"""Reply bodies are serialised exactly as Python's own JSON encoder does it, for any content."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from shared.http.route import Reply
from shared.http.transaction import response


class Colour(StrEnum):
    """A code, as code lists are defined in the code."""

    RED = "red"


PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.uuids(),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.sampled_from(Colour),
)
NAMES = st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 99), st.sampled_from(Colour))
BODIES = st.dictionaries(
    NAMES,
    st.recursive(PLAIN, lambda inner: st.one_of(st.lists(inner), st.tuples(inner), st.dictionaries(NAMES, inner))),
)


def sent(body: Any) -> Any:
    answered = response(Reply(body), Request(EnvironBuilder("/v1/fictitious").get_environ()))
    assert answered.content_type == "application/json"
    return json.loads(answered.get_data())


@given(BODIES)
def test_a_body_is_written_as_ever(body: dict[Any, Any]) -> None:
    assert sent(body) == json.loads(json.dumps(body, default=str))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, 10, tzinfo=UTC), "2026-03-02 10:00:00+00:00"),
        (Decimal("1.10"), "1.10"),
        ("Ștefan", "Ștefan"),
    ],
)
def test_what_json_has_no_form_of_is_text(value: object, written: str) -> None:
    assert sent({"value": value}) == {"value": written}
