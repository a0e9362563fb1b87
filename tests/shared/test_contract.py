from datetime import date
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


READS = Reads(Read("intake.contact.opened", View), ignores=("intake.case.closed",))


def test_a_follower_sees_only_the_fields_that_it_declared() -> None:
    opened = READS.open(an_event(data={"source": "self", "later_field": 3}))
    assert opened is not None
    assert opened.data == {"source": "self"}


def test_an_ignored_type_is_nothing_and_an_unknown_one_is_known_to_be_unknown() -> None:
    assert READS.open(an_event(name="case.closed")) is None
    with pytest.raises(UnknownType):
        READS.open(an_event(name="case.forgotten"))


NOUNS = Reads(Read("intake.contact.opened", View), ignores=("intake.contact.*", "intake.referral.*", "legal.*"))


@pytest.mark.parametrize(
    ("source", "name"), [("intake", "referral.sent"), ("intake", "contact.ended"), ("legal", "hearing.announced")]
)
def test_a_type_of_an_ignored_noun_or_source_is_nothing_also_one_that_is_new(source: str, name: str) -> None:
    assert NOUNS.open(an_event(source=source, name=name)) is None
    assert NOUNS.is_ignored(f"{source}.{name}")


def test_an_ignored_noun_never_hides_a_type_that_is_read() -> None:
    opened = NOUNS.open(an_event(data={"source": "self"}))
    assert opened is not None
    assert opened.data == {"source": "self"}
    with pytest.raises(NewerVersion):
        NOUNS.open(an_event(version=2, data={"source": "self"}))


@pytest.mark.parametrize("name", ["referral_in.recorded", "referrals.sent", "case.closed"])
def test_a_noun_is_ignored_whole_and_no_noun_that_only_begins_like_it(name: str) -> None:
    with pytest.raises(UnknownType):
        NOUNS.open(an_event(name=name))


def test_a_type_is_not_both_read_and_ignored_by_its_name() -> None:
    with pytest.raises(ValueError, match=r"contact\.opened"):
        Reads(Read("intake.contact.opened", View), ignores=("intake.contact.opened",))


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
    reads = Reads(ignores=["legal.*", "intake.case.closed"])
    assert reads.sources == ("intake", "legal")
    for name in ("sources", "versions", "protecting"):
        assert getattr(reads, name) is getattr(reads, name)
