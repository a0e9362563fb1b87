"""The field for the time of a fact keeps exactly the known precision."""

import pytest
from marshmallow import Schema, ValidationError

from shared.events.contract import Moment


class Happened(Schema):
    at = Moment(required=True)


@pytest.mark.parametrize(
    "text",
    [
        *("unknown", "2025", "2025-10", "2025-10-17", "2024-02-29", "2025-10-17T17:20Z"),
        *("2025-10-17T19:20:00+03:00", "2025-10-17T17:20:00.250000-00:30"),
    ],
)
def test_a_time_is_said_as_exactly_as_it_is_known(text: str) -> None:
    assert Happened().load({"at": text}) == {"at": text}


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "Unknown", "unknown\n", "2025-13", "2025-02-30", "2025-02-30T10:00:00Z", "1025"),
        *("2025-10-17T17:20:00", "2025-10-17 17:20:00Z", "2025-10-17T24:00:00Z", "2025-10-17T17:20:00+0100"),
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        Happened().load({"at": text})
