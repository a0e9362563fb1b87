"""An excluded user gets access through no route of any service, to neither of two merged cases, and in no list."""

import json
import random
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, text
from werkzeug.wrappers import Response

from deploy.cli.servers import PostgresServer
from services.registry import parts_of
from shared.access import exclusions
from shared.audit import hash_chain
from shared.exchange import eventlog
from shared.exchange.follower import reactions
from shared.exchange.holds import holds
from shared.exchange.interventions import skips
from shared.http import openapi
from shared.reference import codes
from tests.kit.client import Client, made_up, told
from tests.kit.harness import Harness, add_case, harness
from tests.kit.intake.cases import opened
from tests.kit.intake.referrals import consented, drafted
from tests.kit.staff import register
from tests.security.town import KNOWN, Operation

pytestmark = [pytest.mark.security, pytest.mark.integration]
SERVICES = ("intake", "legal", "support")
#: A user with all roles is refused nothing for lack of a role. An operator's token can have no other role.
OPERATOR = ("operator",)
EVERY_ROLE = tuple(sorted(set(codes("staff_role")) - {*OPERATOR}))
MOST_PAGES = 50


@dataclass
class House:
    """A service with two merged cases, an excluded user, and a colleague with the same roles who is not excluded."""

    service: Harness
    one: str
    other: str
    excluded: UUID
    colleague: UUID
    ids: dict[str, str] = field(default_factory=dict)

    def ask_as(self, subject: UUID, roles: tuple[str, ...] = EVERY_ROLE) -> Client:
        client = self.service.staff(*roles, subject=subject)
        settings = SimpleNamespace(environment="training")
        client.service.process = SimpleNamespace(
            database=self.service.database, service=self.service.name, parts=self.service.parts, settings=settings
        )
        return client

    @cached_property
    def operations(self) -> list[Operation]:
        """Return every operation that requires authentication, from the route declarations."""
        document = openapi.document(self.service.service_class)
        return [
            Operation(
                self.service.name,
                method.upper(),
                path,
                operation["x-action"],
                operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema"),
                tuple(each["name"] for each in operation["parameters"] if each["in"] == "query"),
                document["components"]["schemas"],
            )
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
            if "x-action" in operation
        ]

    def address(self, path: str, case: str) -> str:
        known = {**self.ids, "case": case, "subject": case, "source": "intake"}
        return re.sub(r"\{(\w+)\}", lambda name: known.get(name[1], str(uuid4())), path)


@pytest.fixture(scope="module")
def houses(postgres: PostgresServer) -> Iterator[dict[str, House]]:
    with ExitStack() as stack:
        services = {name: stack.enter_context(harness(name, postgres)) for name in SERVICES}
        intake = services["intake"]
        excluded, colleague = (register(intake.database, uuid4(), "caseworker") for _ in range(2))
        worker = intake.staff(*EVERY_ROLE)
        one, other = opened(worker), opened(worker)
        found = {name: House(services[name], one, other, excluded, colleague) for name in SERVICES}
        for case in (one, other):
            for member in (excluded, colleague):
                told(worker.ask("POST", f"/v1/cases/{case}/team", {"member": str(member), "role": "caseworker"}), 201)
        found["intake"].ids = records(worker, one, other)
        told(worker.ask("POST", f"/v1/cases/{one}/exclusions", {"kind": "worker", "member": str(excluded)}), 201)
        for name in ("legal", "support"):
            follow(intake, services[name], (one, other), (excluded, colleague))
        for house in found.values():
            leave_traces(house)
        yield found


def records(worker: Client, one: str, other: str) -> dict[str, str]:
    """Create records in both cases and merge them; return the ids by path parameter."""
    ids = {"consent": consented(worker, one), "referral": drafted(worker, one)}
    consented(worker, other)
    hold = {"basis": "criminal_proceedings", "until": "2199-01-01"}
    linked = opened(worker)
    link = {"case": linked, "kind": "family"}
    for name, path, body in (("hold", "legal-holds", hold), ("link", "links", link)):
        reply = worker.ask("POST", f"/v1/cases/{one}/{path}", body)
        ids[name] = told(reply, 201)["id"]
    ids["merge"] = told(worker.ask("POST", f"/v1/cases/{one}/merges", {"case": other}), 201)["id"]
    return ids


def follow(intake: Harness, follower: Harness, cases: tuple[str, ...], members: tuple[UUID, ...]) -> None:
    """Bring a follower to the state after intake's events: cases, teams and exclusions."""
    with intake.database.transaction() as session:
        log = session.execute(select(eventlog.event_log).order_by(eventlog.event_log.c.serial)).all()
    recorded = [row for row in log if row.name == exclusions.RECORDED.name]
    team = parts_of(follower.name)[0].migrations.metadata[-1].tables["case_team"]
    with follower.database.transaction() as session:
        for case in map(UUID, cases):
            add_case(session, follower.name, case)
            rows = [{"case_id": case, "member": member, "role": "caseworker", "lead": True} for member in members]
            session.execute(insert(team), rows)
        for row in recorded:
            data = exclusions.ExclusionView().load(row.data)
            exclusions.keep(
                session,
                exclusions.Exclusion(data["exclusion"], row.subject, data["kind"], data["member"], data["agency"]),
            )


def leave_traces(house: House) -> None:
    """Record both cases wherever a service can name one: its log, its audit log, and operators' lists."""
    colleague = house.ask_as(house.colleague)
    with house.service.database.transaction() as session:
        eventlog.begin_epoch_if_restored(session)
    for position, case in enumerate((house.one, house.other), 1):
        assert colleague.ask("GET", f"/v1/cases/{case}").status_code == 200
        waiting = {"source": "intake", "subject": UUID(case), "position": position, "name": "case.closed", "version": 1}
        passed = {**waiting, "error": "LookupError", "reason": "not_needed", "actor": "an operator"}
        with house.service.database.transaction() as session:
            session.execute(insert(holds).values(**waiting, attempts=1, reason="LookupError"))
            session.execute(insert(skips).values(**passed))
            session.execute(
                insert(reactions.reactions).values(
                    id=uuid4(), source="intake", position=position, name="test", subject=UUID(case)
                )
            )
            session.execute(text("update follow_reactions set vanished_at = now()"))
        told(house.ask_as(house.colleague, OPERATOR).ask("POST", "/v1/rebuilds", {"subject": case}), 202)
    with house.service.database.transaction() as session:
        hash_chain.extend(session, 0)


def seen(response: Response) -> tuple[Any, ...]:
    """Return all that a caller sees, except what differs in every answer."""
    body = re.sub(r"urn:uuid:[0-9a-f-]{36}", "", response.get_data(as_text=True))
    return response.status_code, body, sorted(pair for pair in response.headers if pair[0] != "Request-Id")


@pytest.mark.promise("SEC-11")
@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.hazard("H-JOINED-4", control="exclusion-reaches-joined-cases")
def test_no_route_shows_either_merged_case_to_an_excluded_user(houses: dict[str, House], service: str) -> None:
    house = houses[service]
    wrong, tried = [], 0
    for operation in (each for each in house.operations if re.search(r"\{(case|subject)\}", each.path)):
        client = house.ask_as(house.excluded, EVERY_ROLE if operation.about_case else OPERATOR)
        known = KNOWN.get(f"{service} {operation.method} {operation.path}")
        legal = known or operation.example(random.Random(1), lambda _name: "words") if operation.body else None
        for case in (house.one, house.other):
            for body in [legal, *([{"strange": 1}] if operation.body else [])]:
                theirs, missing = (house.address(operation.path, each) for each in (case, made_up(case)))
                answers = [seen(client.ask(operation.method, address, body)) for address in (theirs, missing)]
                if answers[0] != answers[1]:
                    # The grace period for arriving events can end between the two requests.
                    answers = [seen(client.ask(operation.method, address, body)) for address in (theirs, missing)]
                tried += 1
                # A body that cannot be read is refused before the case is looked up.
                unread = not operation.about_case and body is not legal
                # A case that was just opened, real or made up, may not have arrived yet (503).
                if answers[0] != answers[1] or answers[0][0] not in ((422,) if unread else (404, 503)):
                    wrong.append((str(operation), case == house.one, answers))
    assert wrong == []
    assert tried >= 40


def pages(client: Client, path: str, query: dict[str, str]) -> str:
    """Return the text of all pages of a list."""
    whole, following = [], dict(query)
    for _ in range(MOST_PAGES):
        reply = client.ask("GET", path, query=following)
        whole.append(reply.get_data(as_text=True))
        page = json.loads(whole[-1]) if reply.mimetype.endswith("json") else None
        if isinstance(page, dict) and page.get("next"):
            following = {**query, "after": str(page["next"])}
        elif path == "/v1/events" and isinstance(page, list) and page:
            following = {**query, "after": str(int(page[-1]["sequence"]))}
        else:
            return "".join(whole)
    raise AssertionError(f"{path} has no end")


@pytest.mark.promise("SEC-12")
@pytest.mark.parametrize("service", SERVICES)
def test_no_list_names_either_case_to_whom_the_person_excluded(houses: dict[str, House], service: str) -> None:
    house = houses[service]
    shown_to_colleague, shown_to_excluded = set(), set()
    lists = [each for each in house.operations if each.method == "GET" and "{" not in each.path]
    for operation in lists:
        for subject in ({}, *([{"subject": case} for case in (house.one, house.other)])):
            if subject and "subject" not in operation.queries:
                continue
            asked = operation.path, {**subject, **({"days": "0"} if "days" in operation.queries else {})}
            for who, names in ((house.excluded, shown_to_excluded), (house.colleague, shown_to_colleague)):
                for roles in (EVERY_ROLE, OPERATOR):
                    text_of_all = pages(house.ask_as(who, roles), *asked)
                    if {house.one, house.other} & set(re.findall(r"[0-9a-f-]{36}", text_of_all)):
                        names.add(operation.path)
    assert shown_to_excluded == set()
    shown = {"/v1/audit/chain", "/v1/audit", "/v1/holds", "/v1/skipped", "/v1/reactions/vanished", "/v1/rebuilds"}
    shown |= {"/v1/events", "/v1/work-list"} if service == "intake" else set()
    assert shown_to_colleague >= shown, "the lists that show a case to others are tried"


@pytest.mark.promise("SEC-12")
@pytest.mark.parametrize("service", SERVICES)
def test_the_chain_is_followed_by_its_hashes_where_rows_are_withheld(houses: dict[str, House], service: str) -> None:
    house = houses[service]
    before, withheld = hash_chain.BEGINNING.hex(), 0
    links = told(house.ask_as(house.excluded).ask("GET", "/v1/audit/chain"))["links"]
    everything = told(house.ask_as(house.colleague).ask("GET", "/v1/audit/chain"))["links"]
    for link, whole in zip(links, everything, strict=True):
        assert [link[name] for name in ("place", "hash", "number")] == [
            whole[name] for name in ("place", "hash", "number")
        ]
        if link["excluded"]:
            withheld += 1
            assert link["row"] is None
            assert whole["row"]["subject"] in (house.one, house.other)
        else:
            assert hash_chain.link(bytes.fromhex(before), typed(link["row"])).hex() == link["hash"]
        before = link["hash"]
    assert withheld > 0


def typed(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "at": datetime.fromisoformat(row["at"])}


def test_a_service_reads_the_whole_feed(houses: dict[str, House]) -> None:
    house = houses["intake"]
    with house.service.database.transaction() as session:
        count = session.scalar(text("select count(*) from event_log where subject = :case"), {"case": UUID(house.one)})
        assert len(eventlog.read(session, "intake", after=0, limit=200, subject=UUID(house.one))) == count


@pytest.mark.promise("SEC-13")
def test_staff_read_no_event_of_a_restricted_case(houses: dict[str, House]) -> None:
    house = houses["intake"]
    worker = house.ask_as(house.colleague)
    case = opened(worker)
    operator = house.ask_as(house.colleague, OPERATOR)
    assert pages(operator, "/v1/events", {"subject": case}).count(case) > 0
    told(worker.ask("POST", f"/v1/cases/{case}/erasure-requests", {"reason": "consent_withdrawn"}), 201)
    assert pages(operator, "/v1/events", {"subject": case}) == "[]"
    assert case not in pages(operator, "/v1/events", {})
