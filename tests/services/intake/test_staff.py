"""The register of staff: registration, visible names, look-up by sign-in, and valid tokens."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from werkzeug.wrappers import Response

from services.intake.access.staff.actions import register_first
from services.intake.access.staff.schemas import RegisterFirst
from shared.access import staff, supervisions
from shared.access.providers.checking import SignIn
from shared.access.staff import subject_digest
from shared.access.tokens import STAFF, Principal, Verifier, public_set
from shared.casework.refusals import StepForbidden
from shared.exchange.eventlog import event_log
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.agencies import id_of, works_for
from tests.kit.agencies import registered as agency_registered
from tests.kit.client import KEY, Client, edge_of, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.staff import AGENCY, register

pytestmark = pytest.mark.integration

SIGN_IN = {"issuer": "https://id.example", "subject": "ann@example.org"}
ANN: dict[str, Any] = {
    "agency": "NL.COMENSHA",
    "roles": ["caseworker"],
    "languages": ["ro"],
    "name": "Ann Fictitious",
    "address": "ann@example.org",
    "sign_ins": [SIGN_IN],
}


@pytest.fixture
def operator(door: RequestPipeline) -> Client:
    return Client(door, "operator")


def registered(by: Client, **different: Any) -> UUID:
    return UUID(told(by.ask("POST", "/v1/staff", {**ANN, **different}), 201)["id"])


def refused(by: Client, method: str, path: str, body: Any, status: int, **headers: str) -> str:
    return rule_of(told(by.ask(method, path, body, **headers), status))


def test_registered_staff_are_identified_by_sign_in_and_published_without_a_name(
    operator: Client, database: Database
) -> None:
    ann = registered(operator)
    with database.transaction() as session:
        digest = subject_digest("fictitious", SIGN_IN["issuer"], SIGN_IN["subject"])
        assert (found := staff.by_subject(session, digest)) is not None
        assert found.id == ann
        rows = session.execute(select(event_log.c.name, event_log.c.data).where(event_log.c.subject == ann)).all()
        everywhere = "".join(str(row) for row in session.execute(text("select * from staff_records")))
    assert [row.name for row in rows] == ["staff.registered"]
    assert rows[0].data["agency"] == id_of("NL.COMENSHA")
    assert not [each for each in ("Ann", "ann@", "id.example") if each in f"{rows}{everywhere}"]


def test_a_sign_in_is_one_persons(operator: Client) -> None:
    registered(operator)
    assert refused(operator, "POST", "/v1/staff", {**ANN, "name": "Bea"}, 422) == "sign_in_is_theirs_alone"


def test_an_agency_that_no_register_has_employs_nobody(operator: Client) -> None:
    assert refused(operator, "POST", "/v1/staff", {**ANN, "agency": str(uuid4())}, 422) == "agency_is_registered"


def test_an_operator_cannot_appoint_an_officer_and_an_officer_appoints_the_next(
    door: RequestPipeline, operator: Client
) -> None:
    next_one = {**ANN, "roles": ["data_protection_officer"]}
    assert refused(operator, "POST", "/v1/staff", next_one, 422) == "role_is_theirs_to_give"
    officer = Client(door, "data_protection_officer")
    registered(officer, roles=["data_protection_officer"])
    assert refused(officer, "POST", "/v1/staff", {**ANN, "sign_ins": []}, 422) == "role_is_theirs_to_give"


def test_a_supervisor_registers_who_works_on_cases_of_their_own_agency(
    door: RequestPipeline, database: Database
) -> None:
    supervisor = Client(door, "supervisor")
    works_for(database, supervisor.subject, id_of(ANN["agency"]), "supervisor")
    registered(supervisor)
    other = {**ANN, "agency": "NL.POLICE", "sign_ins": []}
    assert refused(supervisor, "POST", "/v1/staff", other, 409) == "own_agency"
    peer = {**ANN, "roles": ["supervisor"], "sign_ins": []}
    assert refused(supervisor, "POST", "/v1/staff", peer, 422) == "role_is_theirs_to_give"
    stranger = Client(door, "supervisor", registered=False)
    assert refused(stranger, "POST", "/v1/staff", {**ANN, "sign_ins": []}, 409) == "own_agency"
    assert Client(door, "caseworker").ask("POST", "/v1/staff", ANN).status_code == 403


def test_a_supervisor_names_the_ids_of_whom_they_supervise_alone(
    door: RequestPipeline, operator: Client, database: Database
) -> None:
    supervisor, of_before = Client(door, "supervisor"), Client(door, "caseworker", registered=False)
    works_for(database, supervisor.subject, id_of(ANN["agency"]), "supervisor")
    opened(of_before)
    named = {**ANN, "id": str(of_before.subject)}
    assert refused(supervisor, "POST", "/v1/staff", named, 409) == "names_own_people"
    with database.transaction() as session:
        supervisions.begin(session, supervisor.subject, of_before.subject)
    assert registered(supervisor, id=str(of_before.subject)) == of_before.subject


@pytest.mark.parametrize("issuer", [STAFF, "https://login.example.org"])
def test_who_signs_in_makes_no_first_officer_whatever_their_role(database: Database, issuer: str) -> None:
    first = RegisterFirst(agency=UUID(id_of("NL.COMENSHA")), role="data_protection_officer", name="Dee")
    signed_in = Principal(str(uuid4()), frozenset(("operator",)), issuer)
    with database.transaction() as session, pytest.raises(StepForbidden) as refused:
        register_first(session, first, datetime.now(UTC), by=signed_in)
    assert refused.value.rule == "at_the_machine"


def test_the_first_officer_is_made_at_the_machine_once(door: RequestPipeline, operator: Client) -> None:
    first = {"agency": "NL.COMENSHA", "role": "data_protection_officer", "name": "Dee"}
    made = told(operator.ask("POST", "/v1/staff/first", first), 201)["id"]
    assert told(Client(door, "operator").ask("GET", f"/v1/staff/{made}"))["roles"] == ["data_protection_officer"]
    assert refused(operator, "POST", "/v1/staff/first", first, 409) == "first_once"
    assert refused(operator, "POST", "/v1/staff/first", {**first, "role": "caseworker"}, 422) == "first_of_two_roles"
    told(operator.ask("POST", "/v1/staff/first", {**first, "role": "operator"}), 201)


def test_names_are_shown_to_who_works_with_somebody_alone(
    door: RequestPipeline, operator: Client, database: Database
) -> None:
    ann = registered(operator, agency="NL.POLICE")
    stranger, colleague = Client(door, "counsellor"), Client(door, "caseworker")
    path = f"/v1/staff/{ann}"
    assert told(stranger.ask("GET", path)) == {
        "id": str(ann),
        "agency": told(stranger.ask("GET", path))["agency"],
        "agency_code": "NL.POLICE",
        "roles": ["caseworker"],
        "languages": ["ro"],
        "takes_cases": True,
        "until": None,
        "state": "working",
        "name": None,
        "address": None,
    }
    case = opened(colleague)
    told(colleague.ask("POST", f"/v1/cases/{case}/team", {"member": str(ann), "role": "caseworker"}), 201)
    assert told(colleague.ask("GET", path))["name"] == "Ann Fictitious"
    register(database, stranger.subject, agency=AGENCY)
    assert told(stranger.ask("GET", path))["address"] is None


def test_staff_are_listed_by_agency_role_and_language_a_page_at_a_time(door: RequestPipeline, operator: Client) -> None:
    wanted = sorted(str(registered(operator, sign_ins=[], roles=["legal_adviser"])) for _ in range(3))
    registered(operator, sign_ins=[], roles=["legal_adviser"], languages=["bg"])
    registered(operator, sign_ins=[], roles=["legal_adviser"], until="2020-01-01")
    asked = {"agency": "NL.COMENSHA", "role": "legal_adviser", "language": "ro", "limit": "2"}
    reader = Client(door, "caseworker")
    first = told(reader.ask("GET", "/v1/staff", query=asked))
    second = told(reader.ask("GET", "/v1/staff", query={**asked, "after": first["next"]}))
    assert [each["id"] for each in (*first["staff"], *second["staff"])] == wanted
    assert second["next"] is None
    assert reader.ask("GET", "/v1/staff", query={"agency": "nobody"}).status_code == 400


def test_what_is_said_of_somebody_is_changed_by_who_has_read_it(operator: Client, database: Database) -> None:
    ann = registered(operator)
    path = f"/v1/staff/{ann}"
    etag = operator.ask("GET", path).headers["ETag"]
    assert operator.ask("PATCH", path, {"until": "2027-01-31"}).status_code == 428
    assert operator.ask("PATCH", path, {"until": "2027-01-31", "name": "Ann F."}, If_Match=etag).status_code == 200
    assert operator.ask("PATCH", path, {"until": None}, If_Match=etag).status_code == 412
    shown = told(operator.ask("GET", path))
    assert (shown["until"], shown["name"], shown["languages"]) == ("2027-01-31", "Ann F.", ["ro"])
    with database.transaction() as session:
        names = session.scalars(select(event_log.c.name).where(event_log.c.subject == ann).order_by("serial"))
        assert list(names) == ["staff.registered", "staff.changed"]


def test_who_has_cases_stays_at_the_agency_for_which_they_recorded_them(
    operator: Client, door: RequestPipeline, database: Database
) -> None:
    ann, other = registered(operator), agency_registered(database, "NL")
    path = f"/v1/staff/{ann}"

    def moved() -> Response:
        return operator.ask("PATCH", path, {"agency": other}, If_Match=operator.ask("GET", path).headers["ETag"])

    works_for_now = told(operator.ask("GET", path))["agency"]
    worker = Client(door, "caseworker")
    case = opened(worker)
    done(worker, case, "team", {"member": str(ann), "role": "caseworker"}, 201)
    assert rule_of(told(moved(), 409)) == "agency_stays"
    assert told(operator.ask("GET", path))["agency"] == works_for_now
    etag = worker.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    assert worker.ask("DELETE", f"/v1/cases/{case}/team/{ann}", If_Match=etag).status_code == 204
    assert moved().status_code == 200


def test_everybody_may_ask_who_they_are(door: RequestPipeline, database: Database) -> None:
    statistician = Client(door, "statistician")
    works_for(database, statistician.subject, id_of("NL.COMENSHA"), "statistician")
    known = told(statistician.ask("GET", "/v1/me"))
    assert (known["registered"], known["roles"], known["agency_code"]) == (True, ["statistician"], "NL.COMENSHA")
    unknown = told(Client(door, "caseworker", registered=False).ask("GET", "/v1/me"))
    assert (unknown["registered"], unknown["agency"]) == (False, None)


def test_ids_that_stand_on_teams_are_listed_until_they_are_named(door: RequestPipeline, operator: Client) -> None:
    of_before = Client(door, "caseworker", registered=False)
    case = opened(of_before)
    (unnamed,) = told(operator.ask("GET", "/v1/staff/unnamed"))["unnamed"]
    assert unnamed == {
        "id": str(of_before.subject),
        "cases": 1,
        "roles": ["caseworker"],
        "supervises": 0,
        "supervised": False,
    }
    assert registered(operator, id=str(of_before.subject)) == of_before.subject
    assert told(operator.ask("GET", "/v1/staff/unnamed"))["unnamed"] == []
    assert of_before.ask("GET", f"/v1/cases/{case}").status_code == 200
    assert refused(operator, "POST", "/v1/staff", {**ANN, "id": str(of_before.subject)}, 409) == "registered_once"


def test_no_token_counts_after_somebodys_last_day(door: RequestPipeline, worker: Client, database: Database) -> None:
    case, today = opened(worker), datetime.now(UTC).date()
    register(database, worker.subject, until=today)
    assert worker.ask("GET", f"/v1/cases/{case}").status_code == 200
    register(database, worker.subject, until=today - timedelta(days=1))
    paths = ("/v1/me", f"/v1/cases/{case}", "/v1/reference/lists")
    assert [worker.ask("GET", path).status_code for path in paths] == [401, 401, 401]


def searched(by: Client, name: str) -> list[str | None]:
    found = told(by.ask("POST", "/v1/staff/searches", {"name": name}))["staff"]
    return [each["name"] for each in found]


def test_somebody_is_found_by_the_beginnings_of_the_words_of_their_name(operator: Client) -> None:
    registered(operator, name="Ștefania Fictitious", sign_ins=[])
    registered(operator, name="Bo Fictitious", sign_ins=[])
    assert searched(operator, "stef") == ["Ștefania Fictitious"]
    assert searched(operator, "fict BO") == ["Bo Fictitious"]
    assert searched(operator, "tefania") == []
    assert searched(operator, "...") == []


def test_a_search_finds_nobody_whose_name_the_reader_may_not_see(door: RequestPipeline, operator: Client) -> None:
    registered(operator, name="Ștefania Fictitious", sign_ins=[])
    assert searched(Client(door, "caseworker"), "stefania") == []


class OfAProvider(Verifier):
    """A verifier that accepts every token as one sign-in at a provider."""

    def verify(self, authorization: str | None) -> Principal:
        super().verify(authorization)
        return SignIn("nobody@example.org", frozenset(), "https://id.example", 0)


def test_an_unregistered_sign_in_learns_at_one_address_only_what_to_register(
    database: Database, door: RequestPipeline
) -> None:
    assert door
    verifying = OfAProvider(json.dumps(public_set([KEY])))
    stranger = Client(edge_of(database, verifying=verifying), "caseworker", registered=False)
    refused = told(stranger.ask("GET", "/v1/me"), 403)
    assert (refused["issuer"], refused["subject"]) == ("https://id.example", "nobody@example.org")
    assert refused["errors"][0]["rule"] == "not_registered"
    for path in ("/v1/work-list", f"/v1/cases/{uuid4()}"):
        assert "nobody@" not in stranger.ask("GET", path).get_data(as_text=True)
        assert stranger.ask("GET", path).status_code == 401
    assert stranger.ask("GET", "/v1/me", Authorization="Bearer x").status_code == 401
