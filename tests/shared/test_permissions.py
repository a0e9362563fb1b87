"""Permissions: needs and relations, refusals that do not reveal a case, and the limits of an agency's key."""

from uuid import UUID

import pytest

from shared.access.permissions import (
    READ_CASE,
    FieldClass,
    FieldVisibility,
    Forbidden,
    KeyForbidden,
    Need,
    NotFound,
    Relation,
    Sight,
    check_own,
    forbidden,
    permits,
    refusal,
)
from shared.access.tokens import AGENCIES, AGENCY_REPORTER_ROLE, STAFF, Principal

PERSON = "0190a000-0000-7000-8000-000000000001"
AGENCY, OTHER = UUID(int=1), UUID(int=2)
TABLE = {
    READ_CASE: {"reader": Need.READING, "member": Need.TEAM},
    "case.close": {"member": Need.TEAM},
    "report.make": {AGENCY_REPORTER_ROLE: Need.ANY},
}
#: The relations that satisfy each need.
SUFFICE = {
    Need.TEAM: {Relation.TEAM},
    Need.SUPERVISION: {Relation.TEAM, Relation.SUPERVISOR},
    Need.READING: {Relation.TEAM, Relation.SUPERVISOR, Relation.BREAK_GLASS},
    Need.ANY: {Relation.TEAM, Relation.SUPERVISOR, Relation.BREAK_GLASS, Relation.NONE},
}


def staff(*roles: str) -> Principal:
    return Principal(PERSON, frozenset(roles), STAFF)


def key_of(agency: UUID) -> Principal:
    return Principal(PERSON, frozenset({AGENCY_REPORTER_ROLE}), AGENCIES, agency=agency)


@pytest.mark.hazard("H-CONFIDENTIALITY-2", control="access-table")
@pytest.mark.parametrize("need", Need)
@pytest.mark.parametrize("relation", Relation)
def test_a_need_is_met_by_its_relations_and_by_no_other(need: Need, relation: Relation) -> None:
    table = {"case.close": {"member": need}}
    assert permits(table, "case.close", staff("member"), relation) is (relation in SUFFICE[need])


@pytest.mark.hazard("H-CONFIDENTIALITY-2", control="access-table")
def test_neither_another_role_nor_another_action_is_allowed() -> None:
    assert permits(TABLE, "case.close", staff("member"), Relation.TEAM)
    assert permits(TABLE, "case.close", staff("reader", "member"), Relation.TEAM)
    assert not permits(TABLE, "case.close", staff("reader"), Relation.TEAM)
    assert not permits(TABLE, "case.close", staff(), Relation.TEAM)
    assert not permits(TABLE, "case.erase", staff("member"), Relation.TEAM)


@pytest.mark.parametrize(
    ("role", "relation", "kind"),
    [
        ("reader", Relation.TEAM, Forbidden),
        ("reader", Relation.BREAK_GLASS, Forbidden),
        ("reader", Relation.NONE, NotFound),
        ("reader", Relation.EXCLUDED, NotFound),
        ("stranger", Relation.TEAM, NotFound),
    ],
)
def test_only_a_reader_of_the_case_learns_who_has_an_action(
    role: str, relation: Relation, kind: type[Exception]
) -> None:
    refused = refusal(TABLE, "case.close", staff(role), relation)
    assert type(refused) is kind
    if isinstance(refused, Forbidden):
        assert (refused.action, refused.roles, refused.about_case) == ("case.close", TABLE["case.close"], True)


def test_a_refusal_that_is_about_no_case_names_the_action_and_its_roles() -> None:
    refused = forbidden(TABLE, "case.close", staff("reader"))
    assert (type(refused), refused.action, refused.roles) == (Forbidden, "case.close", TABLE["case.close"])
    assert not refused.about_case


def test_an_agency_s_key_is_refused_with_scopes_and_without_the_roles_of_staff() -> None:
    refused = forbidden(TABLE, "report.make", key_of(AGENCY))
    assert type(refused) is KeyForbidden
    assert refused.members == {"action": "report.make", "scopes": ["reporting"]}
    assert forbidden(TABLE, "case.close", key_of(AGENCY)).members == {"action": "case.close"}


def test_a_key_is_refused_at_the_address_of_another_agency_only() -> None:
    for principal, agency in ((key_of(AGENCY), AGENCY), (key_of(AGENCY), None), (staff("reader"), OTHER)):
        check_own(principal, agency)
    with pytest.raises(NotFound):
        check_own(key_of(AGENCY), OTHER)


def test_a_class_of_fields_is_visible_with_its_own_need_only() -> None:
    visibility = FieldVisibility.seen_by({FieldClass.HEALTH: {"member": Need.TEAM}})
    assert visibility.classes == {"health": {"member": Need.TEAM}}
    assert visibility.seen(staff("member"), Relation.TEAM) == {FieldClass.HEALTH}
    assert visibility.withheld(staff("member"), Relation.SUPERVISOR) == ["health"]


def test_an_agency_has_the_categories_that_it_was_granted_and_what_every_reader_sees() -> None:
    granted = Sight(frozenset(FieldClass), frozenset({"health"}))
    assert [granted.has(category) for category in ("health", "account", None)] == [True, False, True]
    assert Sight(frozenset(FieldClass)).has("account"), "of the agency that leads the case"
    assert not Sight(frozenset(FieldClass), frozenset()).has("health")


def test_a_record_is_an_agency_s_own_by_its_author_or_by_the_agency_it_is_about() -> None:
    colleague, stranger = UUID(int=3), UUID(int=4)
    sight = Sight(frozenset(FieldClass), frozenset(), AGENCY, frozenset({colleague}))
    assert [sight.is_own(who, is_author=True) for who in (colleague, stranger, AGENCY)] == [True, False, False]
    assert [sight.is_own(what, is_author=False) for what in (AGENCY, OTHER, colleague)] == [True, False, False]
