"""What an agency reads about itself with its own key: its register entry and its agreements."""

from collections.abc import Iterator

import pytest

from deploy.cli import servers
from tests.kit.agency_keys import make, with_key
from tests.kit.harness import Harness, harness
from tests.kit.told_agencies import AGREED, Told

pytestmark = pytest.mark.integration


@pytest.fixture
def told(postgres: servers.PostgresServer) -> Iterator[Told]:
    with harness("partners", postgres) as partners:
        yield Told(partners)


@pytest.fixture
def partners(told: Told) -> Harness:
    return told.partners


@pytest.mark.parametrize("scope", ["reading", "reporting", "administering"])
def test_an_agency_reads_its_own_entry_with_each_key(told: Told, partners: Harness, scope: str) -> None:
    entry = {"name": "Fictitious Harbour", "type": "Shelter", "country": "NL", "contact": "Fictitious desk"}
    agency = told.operator.told("POST", "/v1/agencies", entry, 201)["id"]
    own = with_key(partners, make(told.operator, agency, scopes=[scope])["key"]).told("GET", "/v1/agency/entry")
    assert {name: own[name] for name in ("id", *entry)} == {"id": agency, **entry}
    shown = told.operator.told("GET", f"/v1/agencies/{agency}")
    assert own == {name: shown[name] for name in own}


def test_an_agency_reads_its_own_agreements_and_no_others(told: Told) -> None:
    first, second = told.agency(), told.agency()
    [agreement] = first.ask("/v1/agency/agreements").get_json()["agreements"]
    agreed = {name: value for name, value in AGREED.items() if name != "reference"}
    assert {name: agreement[name] for name in agreed} == agreed
    assert (agreement["state"], agreement["counts"]) == ("in_force", True)
    [other] = second.ask("/v1/agency/agreements").get_json()["agreements"]
    assert other["id"] != agreement["id"]
    assert "reference" not in agreement
    assert [name for name in agreement if name.endswith("_by")] == []


def test_an_agency_lists_agreements_by_state_and_in_pages(told: Told) -> None:
    agency = told.agency()
    told.agree(agency.id, first_day="2027-03-02", last_day="2028-03-01")
    path = "/v1/agency/agreements"
    assert [each["state"] for each in agency.ask(path).get_json()["agreements"]] == ["in_force", "ahead"]
    [ahead] = agency.ask(path, state="ahead").get_json()["agreements"]
    assert ahead["first_day"] == "2027-03-02"
    page = agency.ask(path, limit=1).get_json()
    assert [each["id"] for each in agency.ask(path, after=page["next"]).get_json()["agreements"]] == [ahead["id"]]


def test_an_agency_reads_that_its_agreement_was_suspended_without_the_reason(told: Told) -> None:
    agency = told.agency()
    [agreement] = agency.ask("/v1/agency/agreements").get_json()["agreements"]
    path = f"/v1/agencies/{agency.id}/agreements/{agreement['id']}"
    told.operator.told("POST", f"{path}/suspension", {"reason": "data_breach"})
    [suspended] = agency.ask("/v1/agency/agreements").get_json()["agreements"]
    assert (suspended["state"], suspended["counts"], "reason" in suspended) == ("suspended", False, False)


def test_no_member_of_staff_has_affairs_of_an_agency(told: Told) -> None:
    for client in (told.operator, told.officer):
        assert client.ask("GET", "/v1/agency/entry").status_code == 403
        assert client.ask("GET", "/v1/agency/agreements").status_code == 403
