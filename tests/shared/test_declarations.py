"""Fields declared once: which fields replies show to which readers, and how commands validate bodies."""

from dataclasses import FrozenInstanceError, dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from marshmallow import ValidationError, fields

from shared.access.declarations import declare, nullable, omittable
from shared.access.permissions import FieldClass, Sight
from shared.access.views import CaseView, Copied, ReplyIncomplete, View, copied_of, part, parts, unclassed, written
from shared.events.contract import Code, Codes, Day, Flag, Instant, Reference
from shared.http import Call, Command, Reply, optional, required, route

ID = declare(Reference(), FieldClass.BASIC, "The id.")
PHASE = declare(Code(("before", "after")), FieldClass.BASIC, "When.")
TOPICS = declare(Codes(("housing", "money")), FieldClass.PRIVILEGED, "What about.")
GIVEN_ON = declare(nullable(Day()), FieldClass.BASIC, "The day.")
GIVEN_BY = declare(Reference(), FieldClass.BASIC, "Who gave it.", staff=True)
SCORE = declare(fields.Integer(), FieldClass.HEALTH, "The score.")
SOMEONE = UUID("0190a000-0000-7000-8000-000000000001")


class Advice(View):
    """Advice."""

    id = ID
    topics = TOPICS
    given_on = GIVEN_ON
    given_by = GIVEN_BY


class Risk(View):
    """Risk."""

    score = SCORE


class File(CaseView):
    """A file."""

    id = ID
    late = omittable(declare(Flag(), FieldClass.BASIC, "Whether it came late."))
    advice = parts(Advice, Copied("legal_advice", privileged=True))
    risk = part(Risk)
    opened_at = declare(Instant(), FieldClass.BASIC, "When.")


@dataclass
class Row:
    """A row of a table, read by attribute."""

    id: UUID
    topics: list[str]
    given_on: date | None
    given_by: UUID
    secret: str = "nobody sees a column that no field names"


ROW = Row(SOMEONE, ["money"], date(2026, 3, 2), SOMEONE)
LOADED = {
    "id": SOMEONE,
    "advice": [ROW, Row(SOMEONE, [], None, SOMEONE)],
    "risk": {"score": 3},
    "opened_at": datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    "unnamed": "?",
}
SHOWN_ROW = {"id": str(SOMEONE), "topics": ["money"], "given_on": "2026-03-02", "given_by": str(SOMEONE)}


def test_rows_and_mappings_are_serialised_to_json_with_declared_fields_only() -> None:
    shown = written(File, LOADED)
    assert shown["advice"][0] == SHOWN_ROW
    assert shown["advice"][1]["given_on"] is None
    assert shown["opened_at"] == "2026-03-02T09:30:00+00:00"
    assert shown.keys() == {"id", "advice", "risk", "opened_at"}


@pytest.mark.parametrize(
    ("classes", "keys", "of_advice"),
    [
        ({FieldClass.BASIC}, {"id", "advice", "opened_at"}, {"id", "given_on", "given_by"}),
        ({FieldClass.PRIVILEGED}, {"advice"}, {"topics"}),
        ({FieldClass.HEALTH}, {"risk"}, None),
        (set(), set(), None),
    ],
)
def test_a_reader_sees_the_fields_of_their_classes_and_no_part_without_any(
    classes: set[FieldClass], keys: set[str], of_advice: set[str] | None
) -> None:
    shown = written(File, LOADED, Sight(frozenset(classes)))
    assert shown.keys() == keys
    assert [set(entry) for entry in shown.get("advice", [])] == [of_advice] * 2 * bool(of_advice)


def test_the_persons_copy_has_everything_but_the_ids_of_staff() -> None:
    copied = copied_of(File, LOADED)
    assert copied["advice"][0] == {name: shown for name, shown in SHOWN_ROW.items() if name != "given_by"}


@pytest.mark.parametrize("lacking", ["id", "advice"])
def test_a_reply_that_lacks_a_declared_field_is_our_mistake_and_not_sent(lacking: str) -> None:
    with pytest.raises(ReplyIncomplete, match=lacking):
        written(File, {name: loaded for name, loaded in LOADED.items() if name != lacking})


def test_a_part_that_is_not_there_is_null() -> None:
    assert written(File, {**LOADED, "risk": None})["risk"] is None


class Forgotten(CaseView):
    """A reply with a field whose class is missing."""

    id = ID
    advice = parts(type("Unclassed", (View,), {"note": declare(Code(), None, "?"), "plain": fields.String()}))


def test_declaring_a_reply_about_a_case_with_a_field_without_a_class_fails() -> None:
    assert unclassed(Forgotten) == ["advice.note", "advice.plain"]
    with pytest.raises(ValueError, match=r"advice\.note, advice\.plain"):

        @route("GET", "/v1/cases/<uuid:case>/forgotten", action="case.read", reply=Forgotten)
        def forgotten(_call: Call) -> Reply: ...


def test_what_reads_a_case_names_what_it_withholds() -> None:
    with pytest.raises(ValueError, match="CaseView"):

        @route("GET", "/v1/cases/<uuid:case>/advice", action="case.read", reply=Advice)
        def advice(_call: Call) -> Reply: ...


class GiveAdvice(Command):
    """Advice to give."""

    phase: str = required(PHASE)
    topics: list[str] = required(TOPICS)
    given_on: date | None = optional(GIVEN_ON, default=None)
    again: bool = optional(declare(Flag(), None, "Once more."), default=False)

    def __post_init__(self) -> None:
        """Refuse `again` for the phase before."""
        if self.again and self.phase == "before":
            raise ValidationError({"again": ["is only for later"]})


BODY: dict[str, Any] = {"phase": "after", "topics": ["money"]}


def test_a_body_becomes_a_command_of_typed_fields_that_nobody_changes() -> None:
    command = GiveAdvice.schema().load({**BODY, "given_on": "2026-03-02"})
    assert command == GiveAdvice(phase="after", topics=["money"], given_on=date(2026, 3, 2))
    assert command.again is False
    assert command.stored(again=True) == {**BODY, "given_on": date(2026, 3, 2), "again": True}
    with pytest.raises(FrozenInstanceError):
        command.phase = "before"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"phase": "never"}, "phase"),
        ({"phase": None}, "phase"),
        ({"topics": ["money", "money"]}, "topics"),
        ({"note": "words"}, "note"),
        ({"again": None}, "again"),
        ({"phase": "before", "again": True}, "again"),
    ],
)
def test_a_body_that_is_wrong_is_refused_by_its_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        GiveAdvice.schema().load({**BODY, **wrong})
    assert list(refused.value.messages_dict) == [field]


def test_a_required_field_must_be_sent_and_can_be_null_only_if_declared() -> None:
    with pytest.raises(ValidationError):
        GiveAdvice.schema().load({"topics": ["money"]})
    assert GiveAdvice.schema().load({**BODY, "given_on": None}).given_on is None
