from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from marshmallow import Schema, fields

from shared.events.contract import (
    Code,
    Codes,
    Count,
    Day,
    Emits,
    EventRefused,
    EventType,
    Flag,
    NewerVersion,
    PartialDay,
    Read,
    Reads,
    Reference,
    UnknownType,
    UnreadableData,
)
from shared.events.envelope import Announcement
from tests.kit.builders import an_event


class Opened(Schema):
    source = Code(("self", "police"), of="contact_source", required=True)
    opened_on = Day(required=True)
    began_on = PartialDay(required=True, allow_none=True)
    asked = Count(required=True)
    anonymous = Flag(required=True)
    worker = Reference(required=True)
    needs = Codes(("food", "shelter"), of="service_type", required=True)


GOOD = {
    "source": "self",
    "opened_on": date(2026, 3, 2),
    "began_on": "2025-11",
    "asked": 1,
    "anonymous": True,
    "worker": uuid4(),
    "needs": ["food"],
}
EMITS = Emits("intake", EventType("contact.opened", Opened, "contact", "A contact opened."))


def test_what_fits_the_schema_may_be_told() -> None:
    _, data = EMITS.check(Announcement("contact.opened", GOOD))
    assert data["opened_on"] == "2026-03-02"
    assert data["began_on"] == "2025-11"


@pytest.mark.parametrize(
    "change",
    [
        {"source": "neighbour"},
        {"source": "she said he beat her"},
        {"source": "self\n"},
        {"began_on": "2025-11\n"},
        {"began_on": "2025-13"},
        {"began_on": "2025-02-30"},
        {"asked": -1},
        {"needs": ["food", "food"]},
        {"needs": ["a hot meal, please"]},
        {"name": "Somebody"},
    ],
)
def test_what_breaks_the_schema_is_refused_without_being_quoted(change: dict[str, object]) -> None:
    with pytest.raises(EventRefused) as refused:
        EMITS.check(Announcement("contact.opened", {**GOOD, **change}))
    for value in change.values():
        assert str(value) not in str(refused.value)


def test_an_event_that_was_not_declared_is_refused() -> None:
    with pytest.raises(EventRefused):
        EMITS.check(Announcement("contact.opened", GOOD, version=2))


@pytest.mark.parametrize("kind", [fields.String(), fields.Raw(), fields.Dict(), fields.Email(), fields.Float()])
@pytest.mark.hazard("H-CONFIDENTIALITY-1", control="events-carry-codes")
def test_a_field_that_could_carry_words_can_not_be_declared(kind: fields.Field[object]) -> None:
    leaky = type("Leaky", (Schema,), {"note": kind})
    with pytest.raises(EventRefused, match=type(kind).__name__):
        Emits("intake", EventType("contact.opened", leaky, "contact", "x"))


def test_a_subclass_of_an_allowed_field_is_no_allowed_field() -> None:
    class Wide(Code):
        pass

    leaky = type("Leaky", (Schema,), {"note": Wide()})
    with pytest.raises(EventRefused):
        Emits("intake", EventType("contact.opened", leaky, "contact", "x"))


def test_a_code_of_no_list_that_identifies_nothing_can_not_be_declared() -> None:
    unnamed = type("Unnamed", (Schema,), {"reason": Code(("one", "two"))})
    with pytest.raises(EventRefused, match=r"Unnamed\.reason"):
        Emits("intake", EventType("contact.opened", unnamed, "contact", "x"))


class View(Schema):
    source = Code(required=True)


def known() -> frozenset[tuple[str, str, int]]:
    """Return the catalogue of a release: one event type is read, and one is not."""
    return frozenset((("intake", "contact.opened", 1), ("intake", "case.closed", 1)))


READS = Reads(Read("intake.contact.opened", View), published=known)


def test_a_follower_sees_only_the_fields_that_it_declared() -> None:
    opened = READS.open(an_event(data={"source": "self", "later_field": 3}))
    assert opened is not None
    assert opened.data == {"source": "self"}


def test_a_type_of_the_catalogue_that_is_not_read_is_ignored() -> None:
    assert READS.open(an_event(name="case.closed")) is None


@pytest.mark.parametrize(
    "unknown",
    [{"name": "case.forgotten"}, {"name": "case.closed", "version": 2}, {"name": "case.closed", "source": "legal"}],
)
def test_a_type_or_version_that_is_not_in_the_catalogue_is_unknown(unknown: dict[str, Any]) -> None:
    with pytest.raises(UnknownType):
        READS.open(an_event(**unknown))


def test_the_catalogue_is_the_one_of_this_release_if_no_other_is_given() -> None:
    reads = Reads(Read("intake.contact.opened", View))
    assert reads.open(an_event(name="case.closed")) is None
    with pytest.raises(UnknownType):
        reads.open(an_event(name="thing.planted"))


def test_a_newer_version_waits_for_an_upgrade() -> None:
    with pytest.raises(NewerVersion):
        READS.open(an_event(version=2, data={"source": "self"}))


def test_data_that_break_the_view_are_told_by_field_alone() -> None:
    with pytest.raises(UnreadableData) as refused:
        READS.open(an_event(data={"source": "a long story"}))
    assert "source" in str(refused.value)
    assert "story" not in str(refused.value)


@pytest.mark.hazard("H-OPERATION-7", control="compiled-once")
def test_what_is_followed_is_worked_out_once() -> None:
    reads = Reads(Read("intake.contact.opened", View), follows=["legal", "intake"])
    assert reads.sources == ("intake", "legal")
    for name in ("sources", "versions", "protecting"):
        assert getattr(reads, name) is getattr(reads, name)
