"""The fields of a case that a caller sees: classes of fields, by role and relation."""

import pytest

from shared.access.permissions import FieldClass, FieldVisibility, Need, Relation
from shared.access.tokens import STAFF, Principal

VISIBILITY = FieldVisibility.seen_by(
    {
        FieldClass.BASIC: {"supervisor": Need.READING, "adviser": Need.READING},
        FieldClass.HEALTH: {"supervisor": Need.SUPERVISION},
        FieldClass.PRIVILEGED: {"adviser": Need.TEAM},
    },
)


def who(*roles: str) -> Principal:
    return Principal("0190a000-0000-7000-8000-000000000001", frozenset(roles), STAFF)


@pytest.mark.parametrize(
    ("role", "relation", "seen"),
    [
        ("adviser", Relation.TEAM, {FieldClass.BASIC, FieldClass.PRIVILEGED}),
        ("adviser", Relation.BREAK_GLASS, {FieldClass.BASIC}),
        ("supervisor", Relation.SUPERVISOR, {FieldClass.BASIC, FieldClass.HEALTH}),
        ("supervisor", Relation.BREAK_GLASS, {FieldClass.BASIC}),
        ("supervisor", Relation.EXCLUDED, set()),
        ("operator", Relation.TEAM, set()),
    ],
)
def test_a_caller_sees_the_classes_of_their_role_and_relation(
    role: str, relation: Relation, seen: set[FieldClass]
) -> None:
    assert VISIBILITY.seen(who(role), relation) == seen


def test_withheld_classes_are_named_also_if_the_case_has_no_such_data() -> None:
    assert VISIBILITY.withheld(who("adviser"), Relation.BREAK_GLASS) == ["health", "privileged"]
    assert VISIBILITY.withheld(who("adviser", "supervisor"), Relation.TEAM) == []
