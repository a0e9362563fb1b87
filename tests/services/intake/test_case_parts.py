"""A case with its parts in one reply: each part equals its own route, in data, in refusals and in the audit log."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from shared.audit.trail import audit_log
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.agencies import registered, works_for
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened
from tests.kit.intake.names import named
from tests.kit.intake.standing import join, supervise

pytestmark = pytest.mark.integration

ALL = "person,safe-contact,team"


def parts(reader: Client, case: str, names: str = ALL) -> dict[str, Any]:
    shown: dict[str, Any] = told(reader.ask("GET", f"/v1/cases/{case}", query={"with": names}))["parts"]
    return shown


def alone(reader: Client, case: str, part: str) -> dict[str, Any]:
    shown = told(reader.ask("GET", f"/v1/cases/{case}/{part}"))
    return {name: value for name, value in shown.items() if name != "withheld"}


def noted(database: Database, reader: Client) -> list[tuple[str, int]]:
    query = select(audit_log.c.action, audit_log.c.status).where(audit_log.c.actor == str(reader.subject))
    with database.transaction() as session:
        return [(row.action, row.status) for row in session.execute(query.order_by(audit_log.c.number))]


def test_a_case_has_parts_only_where_they_are_asked_for(worker: Client) -> None:
    case = named(worker)
    assert "parts" not in told(worker.ask("GET", f"/v1/cases/{case}"))
    assert parts(worker, case, "team").keys() == {"team"}
    for wrong in ("", "consents", "person,person2"):
        assert worker.ask("GET", f"/v1/cases/{case}", query={"with": wrong}).status_code == 400


def test_a_part_is_what_its_own_route_shows(worker: Client, door: RequestPipeline, database: Database) -> None:
    case, supervisor, outsider = named(worker), Client(door, "supervisor"), Client(door, "caseworker")
    counsellor = Client(door, "counsellor")
    works_for(database, outsider.subject, registered(database, type="TradeUnion"), "caseworker")
    told(supervise(door, supervisor, worker))
    for colleague, role in ((outsider, "caseworker"), (counsellor, "counsellor")):
        told(join(worker, case, colleague, role), 201)
    for reader in (worker, supervisor, outsider, counsellor):
        shown = parts(reader, case)
        assert shown["person"]["data"] == alone(reader, case, "person")
        assert shown["safe_contact"]["data"] == alone(reader, case, "safe-contact")
        assert {member["member"] for member in shown["team"]["data"]["members"]} == {
            str(member.subject) for member in (worker, outsider, counsellor)
        }


@pytest.mark.hazard("H-CONFIDENTIALITY-2", control="composed-reads-are-audited")
def test_the_name_of_a_person_is_the_line_of_lists_and_is_read_like_the_person(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case, outsider = named(worker), Client(door, "caseworker")
    works_for(database, outsider.subject, registered(database, type="TradeUnion"), "caseworker")
    told(join(worker, case, outsider, "caseworker"), 201)
    [listed] = told(worker.ask("GET", "/v1/work-list", query={"with": "names"}))["cases"]
    found = parts(worker, case, "name")["name"]
    assert found["data"]["name"] == listed["name"] != ""
    assert found["data"]["name_state"] == "shown"
    assert found["etag"] == parts(worker, case, "person")["person"]["etag"]
    assert "name" not in parts(outsider, case, "name")["name"]["data"]
    assert noted(database, outsider)[-2:].count(("person.read", 200)) == 1


def test_the_etag_of_a_part_lets_it_be_changed(worker: Client) -> None:
    case = named(worker)
    etag = parts(worker, case)["person"]["etag"]
    told(
        worker.ask("POST", f"/v1/cases/{case}/alerts", {"danger_type": "trafficker_contact", "urgency": "unknown"}), 201
    )
    changed = worker.ask("PUT", f"/v1/cases/{case}/person", {"nationalities": ["RO"]}, If_Match=f'"{etag}"')
    told(changed)
    assert worker.ask("PUT", f"/v1/cases/{case}/person", {}, If_Match=f'"{etag}"').status_code == 412


@pytest.mark.hazard("H-CONFIDENTIALITY-2", control="composed-reads-are-audited")
def test_each_part_is_refused_and_noted_like_its_own_route(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = named(worker)
    adviser = Client(door, "legal_adviser")
    told(adviser.ask("POST", f"/v1/cases/{case}/break-glass", {"reason": "danger_to_life"}), 201)
    for reader in (worker, adviser):
        before = len(noted(database, reader))
        shown = parts(reader, case)
        together = noted(database, reader)[before:]
        told(reader.ask("GET", f"/v1/cases/{case}"))
        statuses = {
            part: reader.ask("GET", f"/v1/cases/{case}/{part}").status_code for part in ("person", "safe-contact")
        }
        assert sorted(together) == sorted(noted(database, reader)[before + len(together) :])
        for part, status in statuses.items():
            hidden = shown[part.replace("-", "_")]
            assert ("data" in hidden, "hidden" in hidden) == (status == 200, status != 200)


def test_a_colleague_is_named_only_to_who_works_with_them(worker: Client, door: RequestPipeline) -> None:
    ann = {"agency": "NL.COMENSHA", "roles": ["counsellor"], "languages": [], "name": "Ann Fictitious", "sign_ins": []}
    colleague = UUID(told(Client(door, "operator").ask("POST", "/v1/staff", ann), 201)["id"])
    case = opened(worker)
    body = {"member": str(colleague), "role": "counsellor", "lead": False}
    told(worker.ask("POST", f"/v1/cases/{case}/team", body), 201)
    names = {member["member"]: member["name"] for member in parts(worker, case, "team")["team"]["data"]["members"]}
    assert names[str(colleague)] == "Ann Fictitious"


def test_a_stranger_learns_nothing_of_the_parts(worker: Client, door: RequestPipeline) -> None:
    case, stranger = named(worker), Client(door, "caseworker")
    assert stranger.ask("GET", f"/v1/cases/{case}", query={"with": ALL}).status_code == 404
    done(worker, case, f"team/{worker.subject}", method="DELETE", status=204)
    assert worker.ask("GET", f"/v1/cases/{case}", query={"with": ALL}).status_code == 404
