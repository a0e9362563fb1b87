"""Matching uses known details, and asks for missing ones first. No suggested house violates a known condition."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.cli import servers
from services.support.help.provider import rules
from services.support.help.provider.rules import Offered, Wanted, Years, judge
from shared.reference import codes
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.hearing import hear

pytestmark = pytest.mark.integration

TODAY = date(2025, 12, 4)
NOW = datetime(2025, 12, 4, 11, tzinfo=UTC)
HOUSE: dict[str, Any] = {"services": ["accommodation_emergency"], "languages": ["nl"], "country": "NL"}
ASKED = {"service_type": "accommodation_emergency"}
GROUPS = sorted(codes("served_gender"))
NEEDS = sorted(codes("access_need"))
REGIONS = ("NL-ZH", "NL-NH", "NL-GR")
AGENCIES = tuple(UUID(int=number) for number in range(1, 4))


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as service:
        service.move_clock(NOW)
        yield service


@pytest.fixture
def worker(support: Harness) -> Client:
    return support.member("support_worker", lead=True)


def house(support: Harness, name: str, places: int | None = 5, **more: Any) -> None:
    keeper = support.staff("supervisor")
    added = keeper.told("POST", "/v1/providers", {**HOUSE, "name": name, **more}, 201)["id"]
    counted = {"vacancy": "free", "free_places": places, "known_until": "2025-12-31"}
    keeper.told("POST", f"/v1/providers/{added}/places", counted)


def matched(who: Client, **asked: str) -> dict[str, Any]:
    answer = who.ask("GET", "provider-matches", query={**ASKED, **asked})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return dict(answer.get_json())


def suiting(answer: dict[str, Any]) -> dict[str, list[str]]:
    return {each["name"]: each["reservations"] for each in answer["suiting"]}


def left_out(answer: dict[str, Any]) -> dict[str, list[str]]:
    return {each["name"]: each["refusals"] for each in answer["left_out"]}


@pytest.mark.hazard("H-DANGER-6", control="matching-uses-known-facts")
def test_a_girl_with_a_baby_is_offered_no_place_for_men_for_one_or_without_children(
    support: Harness, worker: Client
) -> None:
    """The care review's search: the men's house came first, as it had the most places."""
    hear(support, ("person.recorded", {"age": "child", "served_as": ["women"]}))
    baby = {"relation": "child", "age": "0_4", "whereabouts": "with_person", "care": "person"}
    worker.told("POST", "dependants", baby, 201)
    house(support, "Men", serves=["men"], takes_children=True)
    house(support, "One place", places=1, serves=["women"], takes_children=True)
    house(support, "No children", serves=["women"])
    house(support, "Adults", serves=["women"], takes_children=True, minimum_age=18)
    house(support, "Fits", serves=["women"], takes_children=True, languages=["bg"], access=[])
    answer = matched(worker, access="", avoid="NL-GR")
    assert left_out(answer) == {
        "Men": ["not_for_them"],
        "One place": ["too_few_places"],
        "No children": ["takes_no_children"],
        "Adults": ["not_of_their_age"],
    }
    assert suiting(answer) == {"Fits": ["may_be_in_region_to_avoid"]}


@pytest.mark.hazard("H-DANGER-6", control="unknown-is-a-question")
def test_what_nobody_knows_is_a_question_to_ask_first(support: Harness, worker: Client) -> None:
    house(support, "Women", serves=["women"], minimum_age=18, asks_status="presumed_victim", takes_children=True)
    [asked] = suiting(matched(worker)).values()
    assert set(asked) >= {
        "gender_not_known", "age_not_known", "children_not_known", "status_not_known",
        "region_to_avoid_not_known", "access_needs_not_known",
    }  # fmt: skip


@pytest.mark.hazard("H-DANGER-6", control="matching-uses-known-facts")
def test_a_typed_value_adds_to_what_is_known_and_the_difference_is_shown(support: Harness, worker: Client) -> None:
    hear(support, ("person.recorded", {"age": "adult", "served_as": ["women"]}))
    child = {"relation": "child", "age": "12_15", "whereabouts": "with_person", "care": "person"}
    worker.told("POST", "dependants", child, 201)
    house(support, "Men", serves=["men"], takes_children=True)
    house(support, "Women", serves=["women"], takes_children=True, children_up_to=10)
    house(support, "All", takes_children=True)
    answer = matched(worker, gender="men", oldest_child="3", beds="1")
    assert answer["differences"] == ["gender", "children", "beds"]
    assert left_out(answer) == {"Men": ["not_for_them"], "Women": ["not_for_them", "takes_no_children"]}
    assert suiting(answer).keys() == {"All"}


@pytest.mark.hazard("H-DANGER-6", control="matching-uses-known-facts")
def test_the_regions_to_stay_away_from_are_those_of_the_safety_plan(support: Harness, worker: Client) -> None:
    step = {"part": "stay_away", "region": "NL-ZH", "visible": "no", "escalates": "no", "who": "person"}
    worker.told("POST", "safety-plans", {"steps": [step]}, 201)
    house(support, "There", regions=["NL-ZH"])
    house(support, "Elsewhere", regions=["NL-GR"])
    answer = matched(worker)
    assert left_out(answer) == {"There": ["in_region_to_avoid"]}
    assert "region_to_avoid_not_known" not in suiting(answer)["Elsewhere"]


@pytest.mark.hazard("H-DANGER-6", control="matching-uses-known-facts")
def test_a_decision_gives_the_status_that_a_house_asks_for(support: Harness, worker: Client) -> None:
    house(support, "Presumed", asks_status="presumed_victim")
    step = {"stage": "presumed", "outcome": "positive", "step": str(uuid4()), "jurisdiction": "NL", "authority": None}
    days = {"occurred_on": "2025-12", "received_on": "2025-12-01", "made_elsewhere": False, "reconsidered": None}
    assert "status_not_known" in suiting(matched(worker))["Presumed"]
    hear(support, ("identification.decided", {**step, **days}))
    assert "status_not_known" not in suiting(matched(worker))["Presumed"]


# --- the rules, over generated houses and people ---------------------------------------------------------------------

years = st.integers(0, 17).flatmap(lambda low: st.integers(low, 17).map(lambda high: Years(low, high)))
some = st.integers(0, 25) | st.none()
houses = st.builds(
    Offered,
    id=st.uuids(),
    agency=st.sampled_from((None, *AGENCIES)),
    agency_state=st.sampled_from((None, "active", "suspended")),
    takes_referrals=st.sampled_from((None, True, False)),
    state=st.sampled_from(("active", "temporarily_closed")),
    languages=st.just(("nl",)),
    country=st.just("NL"),
    regions=st.lists(st.sampled_from(REGIONS), unique=True),
    serves=st.lists(st.sampled_from(GROUPS), unique=True),
    takes_children=st.booleans(),
    children_up_to=some,
    boys_up_to=some,
    minimum_age=st.sampled_from((None, 16, 18)),
    maximum_age=st.sampled_from((None, 17, 65)),
    access=st.none() | st.lists(st.sampled_from(NEEDS), unique=True),
    asks_status=st.sampled_from(sorted(codes("asked_status"))),
    vacancy=st.sampled_from(sorted(codes("vacancy_state"))),
    free_places=st.integers(0, 4) | st.none(),
    known_until=st.sampled_from((None, TODAY, date(2025, 12, 1))),
)
people = st.builds(
    Wanted,
    today=st.just(TODAY),
    is_home=st.just(True),
    excluded=st.frozensets(st.sampled_from(AGENCIES)),
    avoid=st.sampled_from((None, *REGIONS)),
    avoided=st.frozensets(st.sampled_from(REGIONS)),
    gender=st.sampled_from((None, *GROUPS)),
    groups=st.none() | st.frozensets(st.sampled_from(GROUPS)),
    age=st.sampled_from((None, "adult", "child", "disputed")),
    oldest_child=st.integers(0, 17) | st.none(),
    children=st.none() | st.lists(years, max_size=3).map(tuple),
    heads=st.integers(1, 4),
    beds=st.integers(1, 5) | st.none(),
    access=st.none() | st.frozensets(st.sampled_from(NEEDS)),
    status=st.sampled_from((None, *sorted(codes("asked_status")))),
    known_status=st.sampled_from((None, "presumed_victim", "recognised_victim")),
)


def broken(offered: Offered, wanted: Wanted) -> Iterator[str]:
    """Return the known condition that a house violates, by a model independent of the rules."""
    serves, counts = set(offered.serves), offered.known_until is not None and offered.known_until >= TODAY
    if offered.agency in wanted.excluded:
        yield "the person does not want that agency"
    if serves and wanted.groups and not serves & wanted.groups:
        yield "it is for others"
    if serves and wanted.gender and wanted.gender not in serves:
        yield "it is not for whom was asked"
    if wanted.age == "child" and offered.minimum_age is not None and offered.minimum_age >= 18:
        yield "it is for adults"
    if wanted.age == "adult" and offered.maximum_age is not None and offered.maximum_age <= 17:
        yield "it is for children"
    youngest = [child.lowest for child in wanted.children or ()]
    youngest += [wanted.oldest_child] if wanted.oldest_child is not None else []
    if youngest and not offered.takes_children:
        yield "it takes no children"
    if youngest and offered.children_up_to is not None and max(youngest) > offered.children_up_to:
        yield "a child is too old for it"
    if counts and offered.free_places is not None and offered.free_places < max(wanted.heads, wanted.beds or 1):
        yield "it has too few places"
    if offered.regions and set(offered.regions) <= wanted.avoided | {wanted.avoid}:
        yield "it is only where they are not safe"
    if wanted.access and offered.access is not None and wanted.access - set(offered.access):
        yield "it lacks the access that they need"


@pytest.mark.hazard("H-DANGER-6", control="matching-uses-known-facts")
@given(offered=houses, wanted=people)
def test_no_house_that_is_offered_breaks_a_known_condition(offered: Offered, wanted: Wanted) -> None:
    if not judge(offered, wanted).refusals:
        assert list(broken(offered, wanted)) == []


@pytest.mark.hazard("H-DANGER-6", control="unknown-is-a-question")
@given(offered=houses, wanted=people)
def test_a_house_is_offered_without_a_question_only_if_it_is_known_to_fit(offered: Offered, wanted: Wanted) -> None:
    judged = judge(offered, wanted)
    if judged.refusals:
        return
    asked = set(judged.reservations)
    if offered.serves and not wanted.groups and wanted.gender is None:
        assert "gender_not_known" in asked
    if wanted.children is None and wanted.oldest_child is None:
        assert "children_not_known" in asked
    if wanted.age in (None, "disputed") and (offered.minimum_age or offered.maximum_age):
        assert "age_not_known" in asked
    if wanted.access is None:
        assert "access_needs_not_known" in asked
    if wanted.avoid is None and not wanted.avoided:
        assert "region_to_avoid_not_known" in asked
    if any(child.highest > (offered.children_up_to or 99) for child in wanted.children or ()):
        assert "children_age_to_ask" in asked or offered.children_up_to in (None, 0)


@given(offered=houses, wanted=people)
def test_to_know_more_never_brings_a_house_back(offered: Offered, wanted: Wanted) -> None:
    """If no details of a person are known, only conditions that apply to every person exclude a house."""
    of_anybody = judge(offered, Wanted(today=TODAY, excluded=wanted.excluded)).refusals
    assert set(of_anybody) <= set(judge(offered, wanted).refusals) | {"too_few_places"}


def test_every_bracket_of_a_dependant_who_may_be_a_child_has_years() -> None:
    assert rules.BRACKETS.keys() == set(codes("dependant_age")) - {"adult", "unborn"}
