"""The reception status of each agency over HTTP: the reasons follow from stored data, and none names a person."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from deploy.cli import servers
from tests.kit.harness import harness
from tests.kit.told_agencies import NOW, Told, ToldAgency

pytestmark = pytest.mark.integration


@pytest.fixture
def told(postgres: servers.PostgresServer) -> Iterator[Told]:
    with harness("partners", postgres) as partners:
        yield Told(partners)


def received(told: Told, **query: str) -> list[dict[str, Any]]:
    agencies: list[dict[str, Any]] = told.operator.ask("GET", "/v1/reception", query=query).get_json()["agencies"]
    return agencies


def reasons(told: Told, agency: ToldAgency) -> list[str]:
    [summary] = received(told, agency=agency.id)
    found: list[str] = summary["obstacles"]
    return found


def test_the_reasons_disappear_one_by_one(told: Told) -> None:
    registered = told.operator.told(
        "POST", "/v1/agencies", {"name": "Fictitious Harbour", "type": "Shelter", "country": "NL"}, 201
    )["id"]
    [bare] = received(told, agency=str(registered))
    assert bare["obstacles"] == ["no_agreement", "no_subscription", "no_ground", "no_way", "nothing_yet"]
    shelter = told.agency()
    assert reasons(told, shelter) == ["no_ground", "nothing_yet"]
    case = told.case()
    told.consent(case, shelter)
    assert reasons(told, shelter) == []
    [summary] = received(told, agency=shelter.id)
    assert (summary["position"], summary["behind"], summary["last_delivered_at"]) == (1, 0, None)
    assert summary["last_at"] is not None


def test_staff_see_whether_an_agency_can_receive_anything(told: Told) -> None:
    bare = told.operator.told("POST", "/v1/agencies", {"name": "Bare", "type": "Shelter", "country": "NL"}, 201)["id"]
    connected = told.agency()

    def is_connected(agency: str) -> bool:
        path = f"/v1/agencies/{agency}"
        assert "is_connected" not in told.operator.told("GET", path)
        found: bool = told.operator.ask("GET", path, query={"with": "connection"}).get_json()["is_connected"]
        return found

    assert not is_connected(bare)
    assert is_connected(connected.id)
    told.operator.told("POST", f"/v1/agencies/{connected.id}/suspension", {"reason": "own_wish"})
    assert not is_connected(connected.id)
    assert told.operator.ask("GET", f"/v1/agencies/{bare}", query={"with": "all"}).status_code == 400


def test_what_ends_is_a_reason_again(told: Told) -> None:
    shelter, case = told.agency(), told.case()
    told.consent(case, shelter)
    told.partners.move_clock(NOW + timedelta(days=400))
    assert reasons(told, shelter)[:2] == ["no_agreement", "no_ground"]
    told.operator.told("POST", f"/v1/agencies/{shelter.id}/suspension", {"reason": "own_wish"})
    assert reasons(told, shelter)[0] == "agency_suspended"


def test_a_revoked_key_and_a_paused_webhook_are_reasons(told: Told) -> None:
    shelter, case = told.agency(), told.case()
    told.consent(case, shelter)
    path = f"/v1/agencies/{shelter.id}"
    keys = told.operator.told("GET", f"{path}/keys")["keys"]
    for key in keys:
        told.operator.ask("DELETE", f"{path}/keys/{key['id']}")
    assert reasons(told, shelter) == ["no_way"]
    webhook = told.operator.told("POST", f"{path}/webhooks", {"url": "https://93.184.215.14/qzxv", "after": 0}, 201)
    assert reasons(told, shelter) == []
    [summary] = received(told, agency=shelter.id)
    assert summary["behind"] == summary["position"] == 1
    at = f"{path}/webhooks/{webhook['id']}"
    version = told.operator.ask("GET", at).headers["ETag"]
    told.operator.told("PATCH", at, {"is_paused": True}, If_Match=version)
    assert reasons(told, shelter) == ["webhook_paused"]


def test_the_list_has_agencies_that_something_was_set_up_for_a_page_at_a_time(told: Told) -> None:
    shelters = [told.agency() for _ in range(3)]
    told.operator.told("POST", "/v1/agencies", {"name": "Fictitious Quay", "type": "Shelter", "country": "NL"}, 201)
    first = told.operator.ask("GET", "/v1/reception", query={"limit": "2"}).get_json()
    second = told.operator.ask("GET", "/v1/reception", query={"limit": "2", "after": first["next"]}).get_json()
    listed = [each["agency"] for each in (*first["agencies"], *second["agencies"])]
    assert listed == sorted(shelter.id for shelter in shelters)
    assert second["next"] is None


def test_the_summary_names_no_person_and_no_case(told: Told) -> None:
    shelter, case = told.agency(), told.case()
    told.consent(case, shelter)
    assert str(case) not in json.dumps(received(told))


def test_a_summary_of_an_unreadable_agency_is_refused(told: Told) -> None:
    assert told.operator.ask("GET", "/v1/reception", query={"agency": "x"}).status_code == 400
