"""Joining two cases of a person does not show staff at intake any data that their agency cannot receive."""

from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.cases.lifecycle.actions.whole import copy_of
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done
from tests.kit.intake.joined_person import Person
from tests.kit.intake.merges import GROUNDS, SUBMITTED
from tests.kit.intake.standing import join

pytestmark = pytest.mark.integration


@pytest.fixture
def two(door: RequestPipeline, database: Database) -> Person:
    """Two cases, of which only the second was referred to the authority and decided."""
    person = Person.with_cases(door, database, [0, 1])
    for step in (SUBMITTED, GROUNDS):
        person.step(1, step)
    return person


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_without_a_consent_there_nothing_of_the_other_case_is_shown(two: Person) -> None:
    before = [two.read(two.leads[case], case) for case in range(2)]
    two.merge(0, 1)
    assert [two.read(two.leads[case], case) for case in range(2)] == before
    assert before[1]["case"]["clocks"] != before[0]["case"]["clocks"] == []


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_what_the_person_agreed_to_there_is_shown_until_they_withdraw_it(two: Person) -> None:
    before, theirs = two.read(two.leads[0], 0), two.own(1)
    consent = two.agrees(1, 0, ["account", "identity"])
    two.merge(0, 1)
    shown = two.read(two.leads[0], 0)
    assert theirs["facts"] <= {each["id"] for each in shown["facts"]}
    assert theirs["clocks"] <= {each["id"] for each in shown["case"]["clocks"]}
    assert shown["case"]["identification_status"] != before["case"]["identification_status"]
    done(two.leads[1], two.cases[1], f"consents/{consent}/withdrawal", {"erase_requested": False})
    assert two.read(two.leads[0], 0) == before


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_parted_cases_show_nothing_of_each_other(two: Person) -> None:
    before = two.read(two.leads[0], 0)
    two.agrees(1, 0, ["account", "identity"])
    two.merge(0, 1)
    assert two.read(two.leads[0], 0) != before
    two.part()
    assert two.read(two.leads[0], 0) == before


@pytest.mark.hazard("H-JOINED-2", control="joined-periods-on-lists")
def test_periods_of_the_joined_case_are_listed_only_for_those_who_may_see_them(two: Person) -> None:
    colleague = two.staff(0)
    told(join(two.leads[0], two.cases[0], colleague, "caseworker"), 201)
    listed = {item["reference"] for item in two.read(two.leads[1], 1)["line"]["items"] if item["what"] == "period"}
    assert listed

    def seen(reader: Client, case: int) -> set[str]:
        items = two.read(reader, case)["line"]["items"]
        return {item["reference"] for item in items if item["what"] == "period"}

    two.merge(0, 1)
    assert seen(two.leads[0], 0) == seen(colleague, 0) == set()
    two.agrees(1, 0, ["account", "identity"])
    assert seen(two.leads[0], 0) == seen(colleague, 0) == listed
    due = {item["reference"] for item in two.read(colleague, 0)["case"]["due"] if item["what"] == "period"}
    assert due == listed
    # A member of both teams sees each period once, with its case.
    told(join(two.leads[1], two.cases[1], colleague, "caseworker"), 201)
    assert (seen(colleague, 0), seen(colleague, 1)) == (set(), listed)


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_the_agency_that_leads_both_sees_one_period_and_not_two(door: RequestPipeline, database: Database) -> None:
    person = Person.with_cases(door, database, [0, 0])
    for case in range(2):
        for step in (SUBMITTED, GROUNDS):
            person.step(case, step)
    person.merge(0, 1)
    shown = person.read(person.leads[0], 0)["case"]["clocks"]
    running = [clock["code"] for clock in shown if clock["state"] == "running"]
    assert len(running) == len(set(running)) > 0


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_the_copy_of_one_case_has_nothing_of_the_other(two: Person) -> None:
    two.agrees(1, 0, ["account", "identity"])
    theirs = two.own(1)
    two.merge(0, 1)
    with two.database.transaction() as session:
        copied = str(copy_of(session, UUID(two.cases[0])))
    assert [each for part in theirs.values() for each in part if each in copied] == []


@pytest.mark.hazard("H-JOINED-3", control="both-teams-are-notified")
def test_both_teams_get_a_notice_of_a_merge_and_of_its_end_that_names_their_own_case(two: Person) -> None:
    for_another_agency = two.staff(2)
    told(join(two.leads[0], two.cases[0], for_another_agency, "caseworker"), 201)
    two.merge(0, 1)
    two.part()
    for case in range(2):
        notices = told(two.leads[case].ask("GET", "/v1/notices"))["notices"]
        assert [(notice["kind"], notice["case"]) for notice in notices] == [
            ("cases_joined", two.cases[case]),
            ("cases_parted", two.cases[case]),
        ]
    for nobody in (two.joiner, for_another_agency):
        assert told(nobody.ask("GET", "/v1/notices"))["notices"] == []


CATEGORIES: Final = ("account", "identity", "health", "location")
STEPS: Final = ((), (SUBMITTED,), (GROUNDS,), (SUBMITTED, GROUNDS))


@settings(max_examples=15)
@given(
    led_by=st.lists(st.integers(0, 2), min_size=2, max_size=3),
    steps=st.lists(st.sampled_from(STEPS), min_size=3, max_size=3),
    consents=st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 2), st.lists(st.sampled_from(CATEGORIES), min_size=1, unique=True)),
        max_size=4,
    ),
    kept=st.integers(0, 2),
)
@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_a_merge_shows_no_reader_what_their_agency_may_not_receive_in_the_other_case(
    door: RequestPipeline,
    database: Database,
    led_by: list[int],
    steps: list[tuple[dict[str, Any], ...]],
    consents: list[tuple[int, int, list[str]]],
    kept: int,
) -> None:
    person, cases = Person.with_cases(door, database, led_by), range(len(led_by))
    for case in cases:
        for step in steps[case]:
            person.step(case, step)
    agreed = [(case, agency, categories) for case, agency, categories in consents if case in cases]
    for case, agency, categories in agreed:
        person.agrees(case, agency, categories)

    def may_have(agency: int, case: int) -> bool:
        by_consent = any((case, agency) == each[:2] and "account" in each[2] for each in agreed)
        return led_by[case] == agency or by_consent

    own = [person.own(case) for case in cases]
    before = {case: person.read(person.leads[case], case) for case in cases}
    first = kept % len(led_by)
    for case in cases:
        if case != first:
            person.merge(first, case)
    for case in cases:
        shown = person.read(person.leads[case], case)
        hidden = [other for other in cases if other != case and not may_have(led_by[case], other)]
        if len(hidden) == len(led_by) - 1:
            assert shown == before[case]
        written = str(shown)
        assert [each for other in hidden for part in own[other].values() for each in part if each in written] == []
