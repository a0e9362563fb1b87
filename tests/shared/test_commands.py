"""Commands accept only current codes, and old events with former codes stay readable."""

import pytest
from marshmallow import Schema, ValidationError

from shared.access.declarations import declare
from shared.events.kinds import Code, Codes
from shared.http import Command, optional, required
from shared.http.field_codes import code_of
from shared.reference import codes

REASON = declare(Code(codes("closure_reason")), None, "Why.")
GENDERS = declare(Codes(codes("gender")), None, "All that were said.")


class Close(Command):
    """Close a case."""

    reason: str = required(REASON)
    genders: list[str] | None = optional(GENDERS, default=None)


class Closed(Schema):
    """The event of a closed case."""

    reason = REASON
    genders = GENDERS


OLD = {"reason": "negative_decision_no_support", "genders": ["NonSpecifiedUnknown"]}


def test_a_command_refuses_a_code_of_earlier_times_and_says_so() -> None:
    with pytest.raises(ValidationError) as refused:
        Close.schema().load(OLD)
    messages = refused.value.normalized_messages()
    codes = code_of(messages["reason"][0]), code_of(messages["genders"][0][0])
    assert codes == ("no_longer_taken", "no_longer_taken")


def test_what_is_recorded_today_is_taken() -> None:
    Close.schema().load({"reason": "goals_met", "genders": ["Feminine", "prefer_not_to_say"]})


def test_an_event_of_earlier_times_is_read_for_ever() -> None:
    assert Closed().load(OLD) == OLD
