import json
import time
from uuid import RFC_4122, uuid4

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from shared.events.envelope import MAXIMUM_BYTES, Ids, Unreadable, decode, encode, new_id
from tests.kit.builders import an_event


def test_an_event_survives_the_wire() -> None:
    event = an_event(cause=uuid4(), traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01", data={"age": "adult"})
    assert decode(encode(event)) == event


def test_a_published_library_reads_our_document() -> None:
    event = an_event(data={"age": "adult"})
    read = JSONFormat().read(CloudEvent, encode(event))
    assert read.get_type() == "org.casepath.intake.contact.opened.v1"
    assert read.get_subject() == str(event.subject)
    assert read.get_extension("sequence") == "00000000000000000001"
    assert read.get_data() == {"age": "adult"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"specversion": "0.3"}, "no_cloudevent"),
        ({"type": "com.example.something.v1"}, "foreign_type"),
        ({"source": "/casepath/legal"}, "foreign_source"),
        ({"sequence": "12"}, "bad_attribute"),
        ({"subject": "a name"}, "bad_attribute"),
        ({"time": "2026-03-02T09:30:00"}, "bad_attribute"),
        ({"data": "words"}, "bad_attribute"),
        ({"logepoch": 7}, "bad_attribute"),
    ],
)
def test_what_is_no_event_of_ours_is_named_by_a_code(change: dict[str, object], reason: str) -> None:
    document = {**an_event().document(), **change}
    with pytest.raises(Unreadable) as refused:
        decode(json.dumps(document).encode())
    assert refused.value.reason == reason


def test_a_body_that_is_too_large_is_not_even_parsed() -> None:
    with pytest.raises(Unreadable, match="too_large"):
        decode(b"{" * (MAXIMUM_BYTES + 1))


@given(st.binary(max_size=300))
def test_rubbish_is_refused_and_never_quoted(body: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        decode(body)
    assert refused.value.reason in {"no_json", "no_cloudevent", "bad_attribute", "foreign_type"}


def test_a_traceparent_that_carries_words_is_dropped() -> None:
    document = {**an_event().document(), "traceparent": "call her on 07700 900000"}
    assert decode(json.dumps(document).encode()).traceparent is None


def test_ids_say_when_they_were_made() -> None:
    made = new_id()
    assert (made.version, made.variant) == (7, RFC_4122)
    assert abs(time.time() - (made.int >> 80) / 1000) < 60


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40))
def test_ids_are_in_the_order_in_which_they_were_made_though_the_clock_rests(steps: list[int]) -> None:
    clock = _Clock()
    ids, made = Ids(clock.read), []
    for step in steps:
        clock.milliseconds += step
        made += [ids.new() for _ in range(5)]
        assert made[-1].int >> 80 == clock.milliseconds
    assert made == sorted(set(made))
    assert {(one.version, one.variant) for one in made} == {(7, RFC_4122)}


def test_a_clock_that_is_put_back_is_followed() -> None:
    clock = _Clock()
    ids = Ids(clock.read)
    ids.new()
    clock.milliseconds -= 1
    assert ids.new().int >> 80 == clock.milliseconds


class _Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.milliseconds = 1_764_000_000_000

    def read(self) -> int:
        return self.milliseconds * 1_000_000
