"""The directory of providers, and matching: the reasons that exclude a provider, and those that support it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.cli import servers
from services.intake.agencies.referral.schemas import DraftReferral
from services.support.help.provider import rules
from services.support.help.provider.rules import Offered, Wanted, judge
from shared.access import agencies, exclusions
from shared.access.agencies import Agency
from shared.access.exclusions import Exclusion
from shared.reference import codes
from tests.kit.client import Client
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

NOW = datetime(2025, 12, 4, 11, tzinfo=UTC)
TODAY = date(2025, 12, 4)
SHELTER: dict[str, Any] = {
    "name": "Fictitious Harbour",
    "services": ["accommodation_emergency", "counselling"],
    "languages": ["nl", "bg"],
    "country": "NL",
    "regions": ["NL-ZH"],
}
ASKED = {"service_type": "accommodation_emergency"}


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as service:
        service.move_clock(NOW)
        yield service


@pytest.fixture
def keeper(support: Harness) -> Client:
    return support.staff("supervisor")


@pytest.fixture
def worker(support: Harness) -> Client:
    return support.member("support_worker", lead=True)


def added(keeper: Client, **more: Any) -> str:
    return str(keeper.told("POST", "/v1/providers", {**SHELTER, **more}, 201)["id"])


def matched(worker: Client, **asked: str) -> dict[str, Any]:
    answer = worker.ask("GET", "provider-matches", query={**ASKED, **asked})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    body: dict[str, Any] = answer.get_json()
    return body


def registered(support: Harness, **more: Any) -> UUID:
    agency = Agency(id=uuid4(), type="NGO", country="NL", **more)
    with support.database.transaction() as session:
        agencies.keep(session, agency)
    return agency.id


def test_a_provider_is_added_read_and_stated_anew(support: Harness, keeper: Client, worker: Client) -> None:
    provider = added(keeper)
    read = worker.ask("GET", f"/v1/providers/{provider}")
    assert (read.get_json()["vacancy"], read.get_json()["known_until"]) == ("not_known", None)
    anew = {**SHELTER, "name": "Fictitious Haven", "takes_children": True}
    path = f"/v1/providers/{provider}"
    assert keeper.ask("PUT", path, anew).status_code == 428
    assert keeper.ask("PUT", path, anew, If_Match=read.headers["ETag"]).status_code == 200
    assert keeper.ask("PUT", path, anew, If_Match=read.headers["ETag"]).status_code == 412
    [listed] = worker.ask("GET", "/v1/providers", query={"service_type": "counselling"}).get_json()["providers"]
    assert (listed["name"], listed["takes_children"], listed["version"]) == ("Fictitious Haven", True, 2)
    for narrowed in ({"service_type": "documents"}, {"region": "NL-NH"}, {"state": "defunct"}):
        assert worker.ask("GET", "/v1/providers", query=narrowed).get_json()["providers"] == []
    assert support.announced() == []


def test_an_address_has_no_field(keeper: Client) -> None:
    refused = keeper.told("POST", "/v1/providers", {**SHELTER, "address": "1 High Street, fictitious"}, 422)
    assert [error["field"] for error in refused["errors"]] == ["address"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"agency": str(uuid4())}, "agency"),
        ({"country": "nl"}, "regions"),
        ({"regions": ["RO-B"]}, "regions"),
        ({"children_up_to": -1}, "children_up_to"),
    ],
)
def test_what_can_be_no_provider_is_refused(keeper: Client, change: dict[str, Any], field: str) -> None:
    refused = keeper.told("POST", "/v1/providers", {**SHELTER, **change}, 422)
    assert [error["field"] for error in refused["errors"]] == [field]


def test_those_that_suit_come_first_and_each_says_why(keeper: Client, worker: Client) -> None:
    near, far = added(keeper, name="Fictitious Near"), added(keeper, name="Fictitious Far", languages=["nl"])
    full = added(keeper, name="Fictitious Full")
    for provider, vacancy in ((near, "free"), (full, "full")):
        count = {"vacancy": vacancy, "free_places": 2 if vacancy == "free" else 0, "known_until": "2025-12-05"}
        keeper.told("POST", f"/v1/providers/{provider}/places", count)
    answer = matched(worker, region="NL-ZH", status="none")
    assert [each["id"] for each in answer["suiting"]] == [near, far]
    assert answer["suiting"][0]["reasons"] == [
        "offers_it", "speaks_language", "in_region", "status_fits", "has_places",
    ]  # fmt: skip
    assert answer["suiting"][0]["free_places"] == 2
    assert answer["suiting"][1]["reservations"] == [
        "needs_interpreter", "region_to_avoid_not_known", "children_not_known", "access_needs_not_known",
        "places_not_known",
    ]  # fmt: skip
    assert [(each["id"], each["refusals"]) for each in answer["left_out"]] == [(full, ["no_places", "too_few_places"])]
    assert (answer["suiting_count"], answer["left_out_count"]) == (2, 1)


def test_a_count_keeps_its_time_and_an_older_one_changes_nothing(keeper: Client, worker: Client) -> None:
    own = str(uuid4())
    assert added(keeper, id=own) == own
    keeper.told("POST", "/v1/providers", {**SHELTER, "id": own}, 409)
    path, count = f"/v1/providers/{own}/places", {"vacancy": "free", "known_until": "2025-12-10"}
    keeper.told("POST", path, {**count, "counted_at": "2025-12-03T08:00:00+01:00"})
    keeper.told("POST", path, {**count, "vacancy": "full", "counted_at": "2025-12-02T08:00:00Z"})
    stands = worker.ask("GET", f"/v1/providers/{own}").get_json()
    assert (stands["vacancy"], stands["counted_at"][:16]) == ("free", "2025-12-03T07:00")
    later = keeper.told("POST", path, {**count, "counted_at": "2025-12-05T08:00:00Z"}, 422)
    assert [error["field"] for error in later["errors"]] == ["counted_at"]


def test_a_match_is_drafted_as_the_referral_that_intake_takes(support: Harness, keeper: Client, worker: Client) -> None:
    agency = registered(support)
    house = added(keeper, agency=str(agency))
    drafted = worker.ask("GET", f"provider-matches/{house}/referral-draft", query=ASKED)
    referral = {name: value for name, value in drafted.get_json().items() if name in DraftReferral.schema().fields}
    assert not DraftReferral.schema().validate(referral)
    assert (referral["agency"], referral["purpose"]) == (str(agency), "accommodation_placement")
    assert (referral["urgent"], referral["reply_by"]) == (True, "2025-12-05")
    assert support.announced() == []


def test_no_referral_is_drafted_to_who_was_left_out_or_is_no_agency(
    support: Harness, keeper: Client, worker: Client
) -> None:
    aside, nobodys = added(keeper, agency=str(registered(support, state="suspended"))), added(keeper)
    for provider, status in ((aside, 409), (nobodys, 409), (str(uuid4()), 404)):
        path = f"provider-matches/{provider}/referral-draft"
        assert worker.ask("GET", path, query=ASKED).status_code == status


def test_whom_the_person_does_not_want_is_never_suggested(support: Harness, keeper: Client, worker: Client) -> None:
    agency = registered(support)
    added(keeper, agency=str(agency))
    assert len(matched(worker)["suiting"]) == 1
    with support.database.transaction() as session:
        exclusions.keep(session, Exclusion(uuid4(), support.case, "agency", None, agency))
    answer = matched(worker)
    assert answer["suiting"] == []
    assert answer["left_out"][0]["refusals"] == ["person_does_not_want"]


def test_an_agency_that_stands_aside_or_takes_nobody_is_left_out(
    support: Harness, keeper: Client, worker: Client
) -> None:
    suspended, closed = registered(support, state="suspended"), registered(support, takes_referrals=False)
    for agency in (suspended, closed):
        added(keeper, agency=str(agency))
    refusals = sorted(each["refusals"][0] for each in matched(worker)["left_out"])
    assert refusals == ["agency_stands_aside", "takes_no_referrals"]


@pytest.mark.parametrize(
    "query", [{"service_type": ""}, {"service_type": "x"}, {"gender": "x"}, {"oldest_child": "x"}, {"status": "x"}]
)
def test_what_is_no_code_is_refused(worker: Client, query: dict[str, str]) -> None:
    assert worker.ask("GET", "provider-matches", query={**ASKED, **query}).status_code == 400


def test_matching_stores_and_tells_nothing(support: Harness, keeper: Client, worker: Client) -> None:
    added(keeper)
    version = worker.ask("GET", "").headers["ETag"]
    matched(worker, avoid="NL-ZH")
    assert worker.ask("GET", "").headers["ETag"] == version
    assert support.announced() == []


# --- the rules --------------------------------------------------------------------------------------------------------

PLACE = Offered(
    id=uuid4(), agency=None, agency_state=None, takes_referrals=None, state="active",
    languages=("nl",), country="NL", regions=("NL-ZH",), serves=("women",), takes_children=True, children_up_to=12,
    boys_up_to=None, minimum_age=None, maximum_age=None, access=None, asks_status="presumed_victim", vacancy="free",
    free_places=2, known_until=TODAY,
)  # fmt: skip
ANYBODY = Wanted(today=TODAY)


@pytest.mark.parametrize(
    ("wanted", "refusals"),
    [
        ({"gender": "men"}, ("not_for_them",)),
        ({"gender": "women"}, ()),
        ({"oldest_child": 12}, ()),
        ({"oldest_child": 13}, ("takes_no_children",)),
        ({"status": "none"}, ("asks_another_status",)),
        ({"status": "recognised_victim"}, ()),
        ({"avoid": "NL-ZH"}, ("in_region_to_avoid",)),
        ({"avoid": "NL-NH"}, ()),
    ],
)
def test_what_leaves_a_provider_out(wanted: dict[str, Any], refusals: tuple[str, ...]) -> None:
    assert judge(PLACE, replace(ANYBODY, **wanted)).refusals == refusals


@pytest.mark.parametrize(
    ("place", "reservation"),
    [
        ({"known_until": date(2025, 12, 3)}, "places_out_of_date"),
        ({"known_until": None}, "places_not_known"),
        ({"vacancy": "full_waiting_list"}, "waiting_list"),
        ({"vacancy": "assess_first"}, "assesses_first"),
        ({"vacancy": "free_soon"}, "places_soon"),
    ],
)
def test_what_is_known_of_places_counts_until_its_day(place: dict[str, Any], reservation: str) -> None:
    judged = judge(PLACE._replace(**place), ANYBODY)
    assert reservation in judged.reservations
    assert "has_places" not in judged.reasons


def test_a_full_house_of_yesterday_is_asked_again() -> None:
    yesterday = PLACE._replace(vacancy="full", known_until=date(2025, 12, 3))
    assert judge(yesterday, ANYBODY).refusals == ()
    assert judge(yesterday._replace(known_until=TODAY), ANYBODY).refusals == ("no_places",)


def test_a_provider_without_regions_works_in_all_of_its_country() -> None:
    everywhere = PLACE._replace(regions=())
    assert "in_region" in judge(everywhere, replace(ANYBODY, region="NL-GR")).reasons
    assert "in_another_region" in judge(everywhere, replace(ANYBODY, region="RO-B")).reservations
    assert "may_be_in_region_to_avoid" in judge(everywhere, replace(ANYBODY, avoid="NL-GR")).reservations


@given(
    gender=st.sampled_from([None, *codes("served_gender")]),
    oldest_child=st.sampled_from([None, 0, 12, 13, 25]),
    status=st.sampled_from([None, *codes("asked_status")]),
    avoid=st.sampled_from([None, "NL-ZH", "NL-NH"]),
    vacancy=st.sampled_from([*codes("vacancy_state")]),
    known_until=st.sampled_from([None, TODAY, date(2025, 12, 1)]),
)
def test_each_provider_is_either_left_out_or_suits_and_says_why(vacancy: Any, known_until: Any, **wanted: Any) -> None:
    judged = judge(PLACE._replace(vacancy=vacancy, known_until=known_until), replace(ANYBODY, **wanted))
    assert bool(judged.refusals) != bool(judged.reasons)
    assert set(judged.refusals) <= set(codes("match_refusal"))
    assert set(judged.reasons) <= set(codes("match_reason"))
    assert set(judged.reservations) <= set(codes("match_reservation"))


def test_each_code_of_the_lists_can_be_said() -> None:
    assert rules._REFUSALS.keys() == set(codes("match_refusal"))
    assert rules._REASONS.keys() == set(codes("match_reason"))
    assert rules._RESERVATIONS.keys() == set(codes("match_reservation"))
