"""Data-sharing agreements over HTTP: recording, confirming and suspending one, its events, and its sealed fields."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from deploy.cli import servers
from shared.access import agencies
from shared.reference import codes
from tests.kit.client import Client
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
AGREED = {
    "purposes": ["referral_for_support"],
    "data_categories": ["contact_safe", "health"],
    "jurisdictions": ["NL", "RO"],
    "first_day": "2026-03-02",
    "last_day": "2027-03-01",
}
SIGNED = {**AGREED, "reference": "Fictitious binder Qzxv"}
WHY = {"reason": "data_breach"}


@pytest.fixture
def partners(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("partners", postgres) as found:
        found.move_clock(NOW)
        yield found


@pytest.fixture
def operator(partners: Harness) -> Client:
    return partners.staff("operator")


@pytest.fixture
def officer(partners: Harness) -> Client:
    return partners.staff("data_protection_officer")


@pytest.fixture
def agency(operator: Client) -> str:
    entry = {"name": "Fictitious Harbour", "type": "Shelter", "country": "NL"}
    return str(operator.told("POST", "/v1/agencies", entry, 201)["id"])


def recorded(first: Client, agency: str, **different: Any) -> str:
    """Record an agreement; return its path."""
    path = f"/v1/agencies/{agency}/agreements"
    return f"{path}/{first.told('POST', path, {**SIGNED, **different}, 201)['id']}"


def confirmed(second: Client, path: str) -> str:
    """Confirm the current version; return the path."""
    second.told("POST", f"{path}/confirmation", If_Match=version(second, path))
    return path


def version(reader: Client, path: str) -> str:
    return reader.ask("GET", path).headers["ETag"]


def listed(reader: Client, path: str = "/v1/agreements", **wanted: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(reader.ask("GET", path, query=wanted).get_data(as_text=True))["agreements"]
    return rows


def told(partners: Harness) -> list[tuple[str, dict[str, Any]]]:
    """Return the published events about agreements."""
    return [(name, data) for name, data in partners.announced() if name.startswith("agreement.")]


def test_an_agreement_counts_once_a_second_person_confirmed_it_and_is_then_told(
    partners: Harness, operator: Client, officer: Client, agency: str
) -> None:
    path = recorded(operator, agency)
    waiting = operator.told("GET", path)
    assert (waiting["state"], waiting["counts"], waiting["confirmed_by"]) == ("proposed", False, None)
    assert told(partners) == []
    confirmed(officer, path)
    shown = operator.told("GET", path)
    assert {name: shown[name] for name in SIGNED} == SIGNED
    assert (shown["state"], shown["counts"]) == ("in_force", True)
    assert (shown["recorded_by"], shown["confirmed_by"]) == (str(operator.subject), str(officer.subject))
    named = {"agreement": path.rpartition("/")[2], "agency": agency}
    assert told(partners) == [("agreement.began", {**named, **AGREED})]


def test_where_the_paper_is_filed_is_sealed_and_in_no_list_and_no_event(
    partners: Harness, operator: Client, officer: Client, agency: str
) -> None:
    path = confirmed(officer, recorded(operator, agency))
    officer.told("POST", f"{path}/suspension", WHY)
    assert "Qzxv" not in partners.everything()
    for found in (listed(operator), listed(operator, f"/v1/agencies/{agency}/agreements")):
        assert len(found) == 1
        assert "reference" not in found[0]


def test_who_recorded_it_never_confirms_it_and_the_operators_never_confirm(
    partners: Harness, operator: Client, officer: Client, agency: str
) -> None:
    path = recorded(officer, agency)
    refused = officer.told("POST", f"{path}/confirmation", None, 409, If_Match='"1"')
    assert refused["errors"][0]["rule"] == "second_person"
    assert operator.ask("POST", f"{path}/confirmation", If_Match='"1"').status_code == 403
    assert told(partners) == []


def test_who_confirms_is_registered_here_as_an_officer_and_has_read_it(
    partners: Harness, operator: Client, officer: Client, agency: str
) -> None:
    path = recorded(operator, agency)
    stranger = Client(partners.door, "data_protection_officer", service=partners.service_class, registered=False)
    assert stranger.told("POST", f"{path}/confirmation", None, 422, If_Match='"1"')["errors"][0]["rule"] == (
        "staff_is_registered"
    )
    other = partners.staff("caseworker").subject
    posing = Client(
        partners.door, "data_protection_officer", service=partners.service_class, subject=other, registered=False
    )
    assert posing.told("POST", f"{path}/confirmation", None, 422, If_Match='"1"')["errors"][0]["rule"] == (
        "staff_has_role"
    )
    assert officer.ask("POST", f"{path}/confirmation").status_code == 428
    assert officer.ask("POST", f"{path}/confirmation", If_Match='"7"').status_code == 412
    assert told(partners) == []


def test_one_person_stops_it_at_once_and_two_have_it_count_again(
    partners: Harness, operator: Client, officer: Client, agency: str
) -> None:
    path = confirmed(officer, recorded(operator, agency))
    operator.told("POST", f"{path}/suspension", WHY)
    stopped = operator.told("GET", path)
    assert (stopped["state"], stopped["counts"], stopped["reason"]) == ("suspended", False, "data_breach")
    assert operator.ask("POST", f"{path}/resumption").status_code == 428
    operator.told("POST", f"{path}/resumption", If_Match=version(operator, path))
    asked = operator.told("GET", path)
    assert (asked["state"], asked["counts"], asked["reason"]) == ("resuming", False, "data_breach")
    assert [name for name, _ in told(partners)] == ["agreement.began", "agreement.suspended"]
    confirmed(officer, path)
    resumed = operator.told("GET", path)
    assert (resumed["state"], resumed["counts"], resumed["reason"]) == ("in_force", True, None)
    operator.told("POST", f"{path}/ending", {"reason": "no_longer_needed"})
    operator.told("POST", f"{path}/ending", {"reason": "other"}, 409)
    assert operator.told("GET", path)["state"] == "ended"
    named = {"agreement": path.rpartition("/")[2], "agency": agency}
    assert told(partners)[1:] == [(f"agreement.{verb}", named) for verb in ("suspended", "resumed", "ended")]


def test_what_never_counted_is_ended_without_a_word(partners: Harness, operator: Client, agency: str) -> None:
    path = recorded(operator, agency)
    operator.told("POST", f"{path}/ending", {"reason": "recorded_wrongly"})
    assert operator.told("GET", path)["state"] == "ended"
    assert told(partners) == []


def test_that_it_be_resumed_is_taken_back_without_a_word(
    partners: Harness, operator: Client, officer: Client, agency: str
) -> None:
    path = confirmed(officer, recorded(operator, agency))
    operator.told("POST", f"{path}/suspension", WHY)
    operator.told("POST", f"{path}/resumption", If_Match=version(operator, path))
    officer.told("POST", f"{path}/suspension", {"reason": "terms_not_kept"})
    assert operator.told("GET", path)["reason"] == "terms_not_kept"
    assert [name for name, _ in told(partners)] == ["agreement.began", "agreement.suspended"]


def test_none_counts_of_an_agency_that_stands_aside(operator: Client, officer: Client, agency: str) -> None:
    path = confirmed(officer, recorded(operator, agency))
    register = f"/v1/agencies/{agency}"
    operator.told("POST", f"{register}/suspension", {"reason": "own_wish"})
    assert operator.told("GET", path)["counts"] is False
    operator.told("POST", f"{register}/resumption", If_Match=version(operator, register))
    assert operator.told("GET", path)["counts"] is True
    operator.told("POST", f"{register}/ending", {"reason": "closed_down"})
    assert operator.told("GET", path)["counts"] is False
    refused = operator.told("POST", f"{register}/agreements", SIGNED, 409)
    assert refused["errors"][0]["rule"] == "agency_has_ended"


def test_it_ends_by_itself_and_is_on_a_list_thirty_days_before(
    partners: Harness, operator: Client, officer: Client, agency: str
) -> None:
    path = confirmed(officer, recorded(operator, agency, last_day="2026-04-30"))
    last = datetime(2026, 4, 30, 9, tzinfo=UTC)
    for moment, state in (
        (last - timedelta(days=31), "in_force"),
        (last - timedelta(days=30), "ends_soon"),
        (last, "ends_soon"),
        (last + timedelta(days=1), "over"),
    ):
        partners.move_clock(moment)
        assert [each["id"] for each in listed(officer, state=state)] == [path.rpartition("/")[2]]
        assert officer.told("GET", path)["counts"] is (state != "over")
    assert listed(officer, state="ends_soon") == []


def test_a_newer_one_takes_the_place_of_the_older(
    partners: Harness, operator: Client, officer: Client, agency: str
) -> None:
    older = confirmed(officer, recorded(operator, agency))
    newer = confirmed(officer, recorded(operator, agency, first_day="2026-06-01"))
    assert [operator.told("GET", path)["state"] for path in (older, newer)] == ["in_force", "ahead"]
    partners.move_clock(datetime(2026, 6, 1, 9, tzinfo=UTC))
    assert [operator.told("GET", path)["state"] for path in (older, newer)] == ["superseded", "in_force"]
    assert [operator.told("GET", path)["counts"] for path in (older, newer)] == [False, True]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"purposes": []}, "purposes"),
        ({"purposes": ["piracy"]}, "purposes"),
        ({"data_categories": ["everything"]}, "data_categories"),
        ({"jurisdictions": ["XX"]}, "jurisdictions"),
        ({"last_day": None}, "last_day"),
        ({"last_day": "2026-03-01"}, "last_day"),
        ({"reference": "one\ntwo"}, "reference"),
        ({"reference": "x" * 201}, "reference"),
        ({"reference": " "}, "reference"),
    ],
)
def test_what_is_no_agreement_is_refused(operator: Client, agency: str, wrong: dict[str, Any], field: str) -> None:
    refused = operator.told("POST", f"/v1/agencies/{agency}/agreements", {**SIGNED, **wrong}, 422)
    assert [each["field"].partition(".")[0] for each in refused["errors"]] == [field]
    assert listed(operator) == []


def test_an_agreement_has_an_end(operator: Client, agency: str) -> None:
    endless = {name: value for name, value in SIGNED.items() if name != "last_day"}
    operator.told("POST", f"/v1/agencies/{agency}/agreements", endless, 422)


def test_an_agreement_is_found_with_its_own_agency_alone(operator: Client, officer: Client, agency: str) -> None:
    path = recorded(operator, agency)
    other = operator.told("POST", "/v1/agencies", {"name": "Fictitious Quay", "type": "NGO", "country": "RO"}, 201)
    elsewhere = path.replace(agency, str(other["id"]))
    operator.told("GET", elsewhere, None, 404)
    operator.told("POST", f"{elsewhere}/ending", {"reason": "other"}, 404)
    officer.told("POST", f"{elsewhere}/confirmation", None, 404, If_Match='"1"')
    assert listed(operator, f"/v1/agencies/{other['id']}/agreements") == []
    unknown = f"/v1/agencies/{uuid4()}/agreements"
    assert operator.ask("GET", unknown).status_code == 404
    operator.told("POST", unknown, SIGNED, 404)
    # An authority of the law that is not in this register yet.
    operator.told("POST", f"/v1/agencies/{agencies.id_of_authority('NL.POLICE')}/agreements", SIGNED, 404)


def test_a_list_is_read_page_by_page(operator: Client, agency: str) -> None:
    ids = sorted(recorded(operator, agency).rpartition("/")[2] for _ in range(3))
    first = operator.ask("GET", "/v1/agreements", query={"limit": "2"})
    page = json.loads(first.get_data(as_text=True))
    rest = listed(operator, limit="2", after=page["next"], state="proposed")
    assert [each["id"] for each in (*page["agreements"], *rest)] == ids


@pytest.mark.parametrize("role", sorted(codes("staff_role")))
def test_operators_and_officers_alone_see_and_keep_agreements(partners: Harness, agency: str, role: str) -> None:
    keeps = role in ("operator", "data_protection_officer")
    asking = partners.staff(role)
    assert asking.ask("GET", "/v1/agreements").status_code == (200 if keeps else 403)
    posted = asking.ask("POST", f"/v1/agencies/{agency}/agreements", SIGNED)
    assert posted.status_code == (201 if keeps else 403)
