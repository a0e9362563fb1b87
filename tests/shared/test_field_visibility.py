"""What a caller sees of a case: fields by their class, and a field without a class for nobody."""

import pytest

from shared.access.permissions import FieldClass, FieldVisibility, Need, Relation
from shared.access.tokens import STAFF, Principal

VISIBILITY = FieldVisibility.of(
    {
        FieldClass.BASIC: {"": ("id",), "advice": ("id",)},
        FieldClass.HEALTH: {"": ("risk",), "plans": ("id", "scores")},
        FieldClass.PRIVILEGED: {"advice": ("topics",), "plans.parts": ("words",)},
    },
    {
        FieldClass.BASIC: {"supervisor": Need.READING, "adviser": Need.READING},
        FieldClass.HEALTH: {"supervisor": Need.SUPERVISION},
        FieldClass.PRIVILEGED: {"adviser": Need.TEAM},
    },
)
BODY = {
    "id": 1,
    "risk": "high",
    "new": "?",
    "advice": [{"id": 2, "topics": ["x"], "new": "?"}],
    "plans": [{"id": 3, "scores": {"a": 1}, "parts": [{"words": "w"}]}],
}


def who(*roles: str) -> Principal:
    return Principal("0190a000-0000-7000-8000-000000000001", frozenset(roles), STAFF)


@pytest.mark.parametrize(
    ("role", "relation", "shown"),
    [
        (
            "adviser",
            Relation.TEAM,
            {"id": 1, "advice": [{"id": 2, "topics": ["x"]}], "plans": [{"parts": [{"words": "w"}]}]},
        ),
        ("adviser", Relation.BREAK_GLASS, {"id": 1, "advice": [{"id": 2}]}),
        (
            "supervisor",
            Relation.SUPERVISOR,
            {"id": 1, "risk": "high", "advice": [{"id": 2}], "plans": [{"id": 3, "scores": {"a": 1}}]},
        ),
        ("supervisor", Relation.BREAK_GLASS, {"id": 1, "advice": [{"id": 2}]}),
        ("supervisor", Relation.EXCLUDED, {}),
        ("operator", Relation.TEAM, {}),
    ],
)
def test_a_caller_sees_the_classes_of_their_role_and_relation_and_nothing_without_a_class(
    role: str, relation: Relation, shown: dict[str, object]
) -> None:
    assert VISIBILITY.shown(BODY, who(role), relation) == shown


def test_what_is_withheld_is_named_by_its_class_also_where_the_case_has_nothing_of_it() -> None:
    assert VISIBILITY.withheld(who("adviser"), Relation.BREAK_GLASS) == ["health", "privileged"]
    assert VISIBILITY.withheld(who("adviser", "supervisor"), Relation.TEAM) == []


def test_a_part_of_which_nothing_is_seen_does_not_tell_how_many_there_are() -> None:
    seen = VISIBILITY.shown({"plans": [{"id": 1}, {"id": 2}]}, who("operator"), Relation.TEAM)
    assert seen == {}


def test_fields_without_a_class_are_named() -> None:
    assert VISIBILITY.unclassed(BODY) == ["advice.new", "new"]
    assert FieldVisibility({}, {}).unclassed({"id": 1}) == ["id"]
