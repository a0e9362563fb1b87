"""An erasure deletes all data of a person for good. Older backups and late events do not restore it."""

import contextlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import sql
from sqlalchemy import LargeBinary, Table, select, text
from sqlalchemy.orm import Session

from deploy.cli import servers
from deploy.cli.api import Api, ApiProblem
from deploy.cli.installation import HOLDERS, SERVICES
from deploy.cli.keys import ring_file
from deploy.cli.servers.roles import owner_of
from deploy.cli.stores import key_database
from services.intake.access.erasure import rules
from services.intake.service import EMITS
from services.registry import parts_of
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.encryption import Cell, FileRing, KeyDestroyed, Keys
from shared.events.envelope import Announcement
from shared.exchange import eventlog
from shared.exchange.eventlog import ORIGIN, Origin
from shared.privacy.erasure.eraser import Eraser
from shared.privacy.erasure.events import OUTLIVING
from shared.reference import codes
from shared.store.database import Database, engine_for
from shared.store.database import metadata as mechanism
from tests.kit.private_servers import VirtualHosts
from tests.kit.serving import Site, opened
from tests.kit.waiting import PATIENCE, wait_until

pytestmark = [pytest.mark.integration, pytest.mark.slow]

OPENING = {
    "jurisdiction": "NL",
    "source": "self",
    "channel": "chat",
    "language": "bg",
    "anonymous": False,
    "urgent_needs": ["medical"],
}
KIND = next(iter(sorted(codes("legal_note_kind"))))
#: The statuses for a missing case. A case with a new id can still be on its way.
GONE = (404, 503)
MARKERS = ("Marilena", "Erasmova, fictitious", "a note that nobody reads, fictitious")
PERSON = {"names": [{"kind": "given", "name": MARKERS[0]}, {"kind": "family", "name": MARKERS[1]}]}
ADVICE = {
    "phase": "before_detection",
    "status": "given",
    "topics": ["rights_at_work"],
    "funding": "pro_bono",
    "language": "bg",
    "interpreter": False,
}


@dataclass
class World:
    """Three running services, and the staff who work on a case there."""

    site: Site
    worker: Api = field(init=False)
    adviser: Api = field(init=False)
    counsellor: Api = field(init=False)
    officer: Api = field(init=False)
    _opened: dict[str, Database] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.worker = self._of("caseworker")
        self.adviser = self._of("legal_adviser")
        self.counsellor = self._of("counsellor")
        self.officer = self._of("data_protection_officer")

    def _of(self, role: str) -> Api:
        return self.site.api(role, subject=str(uuid4()))

    def case(self, *, claimed: bool = False) -> UUID:
        """Open a case with data at every service; return its id."""
        case = str(self.worker.post("intake", "/v1/cases", OPENING).json()["id"])
        for who, role in ((self.adviser, "legal_adviser"), (self.counsellor, "counsellor")):
            self.worker.post("intake", f"/v1/cases/{case}/team", {"member": who.subject, "role": role})
        self.worker.put("intake", f"/v1/cases/{case}/person", PERSON, if_match=etag(self.worker, "intake", case))
        wait_until(lambda: status(self.adviser, "legal", case) == 200, "legal knows the case")
        wait_until(lambda: status(self.counsellor, "support", case) == 200, "support knows the case")
        self.adviser.post("legal", f"/v1/cases/{case}/advice", ADVICE)
        self.adviser.post("legal", f"/v1/cases/{case}/notes", {"kind": KIND, "text": MARKERS[2]})
        self.counsellor.post("support", f"/v1/cases/{case}/services", {"service_type": "counselling", "urgent": False})
        if claimed:
            matter = self.adviser.post("legal", f"/v1/cases/{case}/matters", {"remedy": "NL.CIVIL"}).json()["id"]
            path = f"/v1/cases/{case}/matters/{matter}/application"
            self.adviser.post("legal", path, {}, if_match=etag(self.adviser, "legal", case))
        return UUID(case)

    def request(self, case: UUID) -> str:
        """Request the erasure of a case, and have it examined."""
        path = f"/v1/cases/{case}/erasure-requests"
        which = str(self.worker.post("intake", path, {}).json()["id"])
        for who, what in ((self.worker, "coercion"), (self.officer, "third_party")):
            who.post("intake", f"{path}/{which}/checks", {"checked": what}, if_match=self.version(case))
        return which

    def order(self, case: UUID, which: str) -> None:
        """Order the erasure."""
        path = f"/v1/cases/{case}/erasure-requests/{which}/decision"
        self.officer.post("intake", path, {"decision": "order"}, if_match=self.version(case))

    def version(self, case: UUID) -> str:
        return str(self.officer.get("intake", f"/v1/cases/{case}/erasure-requests").headers["ETag"])

    def shown(self, which: str) -> dict[str, Any]:
        found: dict[str, Any] = self.officer.get("intake", f"/v1/erasures/{which}").json()
        return found

    def erased(self, case: UUID) -> dict[str, str]:
        """Erase a case; return each holder's answer."""
        which = self.request(case)
        self.order(case, which)
        wait_until(lambda: self.shown(which)["state"] == "complete", "every holder has answered", 30)
        return {each["holder"]: each["answer"] for each in self.shown(which)["answers"]}

    def keys(self, service: str) -> Keys:
        """Return a service's current keys, without a cache."""
        ring = FileRing(ring_file(self.site.installation.keys, service).read_text(encoding="ascii"))
        return Keys(self.opened(self.site.database_url(key_database(service))).engine, ring, service)

    def database(self, service: str) -> Database:
        return self.opened(self.site.database_url(service))

    def opened(self, url: str) -> Database:
        if url not in self._opened:
            self._opened[url] = Database(engine_for(url, pool_size=2))
            self._opened[url].provide(TIME_SOURCE, TimeSource(movable=True))  # as every process has one
        return self._opened[url]

    def close(self) -> None:
        for each in self._opened.values():
            each.engine.dispose()


def etag(who: Api, service: str, case: str) -> str:
    return str(who.get(service, f"/v1/cases/{case}").headers["ETag"])


def status(who: Api, service: str, case: UUID | str) -> int:
    try:
        return who.get(service, f"/v1/cases/{case}").status_code
    except ApiProblem as problem:
        return problem.status


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, postgres: servers.PostgresServer, virtual_hosts: VirtualHosts
) -> Iterator[Site]:
    folder, vhost = tmp_path_factory.mktemp("erasure"), virtual_hosts.take()
    with opened(folder, postgres, vhost, f"erasure{uuid4().hex[:8]}") as found:
        for service in SERVICES:
            found.start(service)
        found.wait_ready(*SERVICES)
        yield found


@pytest.fixture
def world(site: Site) -> Iterator[World]:
    """The running services, restored to their earlier state after each test, and staff for one test."""
    found = World(site)
    yield found
    found.close()


def tables_of(service: str) -> Collection[Table]:
    """Return the names of a service's own tables."""
    return parts_of(service)[0].migrations.metadata[-1].tables.values()


def rows_of(session: Session, service: str, case: UUID) -> dict[str, int]:
    """Return the number of rows with data about a case, by table."""
    own = tables_of(service)
    columns = [
        table.c[name]
        for table in (*own, *mechanism.tables.values())
        for name in ("case_id", "subject")
        if name in table.c
        and table.name not in ("audit_log", "erased_subjects", "erasure_requests", "event_log")
        # The rows of the order itself, and of the answers to it, remain.
        and table.name not in ("follow_floors", "follow_reactions")
    ] + [table.c["id"] for table in own if table.name == "cases"]
    counted = {each.table.name: len(session.execute(select(each).where(each == case)).all()) for each in columns}
    return {name: count for name, count in counted.items() if count}


def events_of(session: Session, service: str, case: UUID) -> list[Any]:
    return [each for each in eventlog.read(session, service, after=0, limit=10_000) if each.subject == case]


def everything(session: Session) -> str:
    """Return all content of a database, as text."""
    tables = session.scalars(text("select quote_ident(tablename) from pg_tables where schemaname = 'public'"))
    return "\n".join(
        str(row)
        for table in tables.all()
        for row in session.execute(text(f"select t::text from {table} t"))  # noqa: S608
    )


def copied(world: World, postgres: servers.PostgresServer, *services: str) -> dict[str, Database]:
    """Yield copies of these services' current data, as a backup would restore them."""
    found = {}
    for service in services:
        world.site.stop(service)
        name, original = f"copy{uuid4().hex[:8]}", world.site.database_name(service)
        with contextlib.closing(postgres._connect()) as admin:
            admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (original,))
            admin.execute(
                sql.SQL("create database {} template {} owner {}").format(
                    *map(sql.Identifier, (name, original, owner_of(original)))
                )
            )
        found[service] = world.opened(postgres.database_url(original).rpartition("/")[0] + f"/{name}")
        world.site.start(service)
    world.site.wait_ready(*services)
    return found


def sealed_of(session: Session, service: str, case: UUID) -> Iterator[tuple[Cell, bytes]]:
    """Return every sealed value of a case, with its place."""
    for table in tables_of(service):
        for column in table.c:
            if isinstance(column.type, LargeBinary) and "case_id" in table.c:
                key = next(iter(table.primary_key.columns))
                for row in session.execute(select(key, column).where(table.c["case_id"] == case)):
                    if row[1] is not None:
                        yield Cell(table.name, column.name, row[0]), row[1]


def test_the_holders_are_the_services() -> None:
    assert set(SERVICES) == rules.HOLDERS


@pytest.mark.promise("SEC-82", "REL-22", "RIGHT-12")
@pytest.mark.hazard("H-CONFIDENTIALITY-4", control="erased-by-default")
def test_an_erased_person_is_nowhere_any_more_and_in_no_older_backup(
    world: World, postgres: servers.PostgresServer
) -> None:
    case, other = world.case(), world.case()
    older = copied(world, postgres, *HOLDERS)
    support_keys = world.keys("support")
    place = Cell("support_notes", "text", uuid4())
    sealed = {"support": [(place, support_keys.seal(case, place, MARKERS[2]))], "intake": [], "legal": []}
    for service, backup in older.items():
        with backup.transaction() as session:
            sealed[service] += list(sealed_of(session, service, case))
            assert len(rows_of(session, service, case)) > 1
        assert [world.keys(service).unseal(case, *each) for each in sealed[service]]
    which = world.request(case)
    for who, service in ((world.worker, "intake"), (world.adviser, "legal"), (world.counsellor, "support")):
        wait_until(lambda who=who, service=service: status(who, service, case) == 403, f"{service} restricts it")  # type: ignore[misc]
    world.order(case, which)
    wait_until(lambda: world.shown(which)["state"] == "complete", "every holder has answered", 30)
    assert {each["holder"]: each["answer"] for each in world.shown(which)["answers"]} == dict.fromkeys(
        SERVICES, "deleted"
    )
    for who, service in ((world.worker, "intake"), (world.adviser, "legal"), (world.counsellor, "support")):
        assert status(who, service, case) in GONE
        assert status(who, service, other) == 200
        with world.database(service).transaction() as session:
            assert rows_of(session, service, case) == {}
            assert len(rows_of(session, service, other)) > 1
            told = events_of(session, service, case)
            assert {each.name for each in told if not each.is_erased} <= OUTLIVING
            assert {json.dumps(each.data) for each in told if each.is_erased} == {"{}"}
            assert not [each for each in MARKERS if each in everything(session)]
        # An older backup of the data, next to the current key store.
        assert sealed[service]
        for where, value in sealed[service]:
            with pytest.raises(KeyDestroyed):
                world.keys(service).unseal(case, where, value)
        with older[service].transaction() as session:
            assert not [each for each in MARKERS if each in everything(session)]
    for service, backup in older.items():
        # Once restored, the service finds from its keys which cases were erased.
        parts = import_module(f"services.{service}.service").PARTS
        Eraser(backup, world.keys(service), parts.following.emits, parts.erasing).compare()
        with backup.transaction() as session:
            assert rows_of(session, service, case) == {}
            assert len(rows_of(session, service, other)) > 1


@pytest.mark.promise("SEC-86", "REL-22", "RIGHT-15")
def test_neither_a_late_event_nor_a_rebuild_brings_an_erased_case_back(world: World) -> None:
    line = 'casepath_events_of_erased_total{source="intake"}'
    case = world.case()
    world.erased(case)
    before = {service: world.site.metric(service, line) for service in ("legal", "support")}
    member = {"member": uuid4(), "role": "caseworker", "lead": True}
    with world.database("intake").transaction(ORIGIN.holding(Origin(EMITS))) as session:
        eventlog.record(session, case, [Announcement("team.member_added", member)])
    operator = world.site.api("operator", subject=str(uuid4()))
    for service in ("legal", "support"):
        wait_until(
            lambda service=service: world.site.metric(service, line) > before[service],  # type: ignore[misc]
            "it is passed over",
            20,
        )
        which = operator.post(service, "/v1/rebuilds", {}).json()["id"]

        def ended(service: str = service, which: str = which) -> bool:
            return bool(operator.get(service, f"/v1/rebuilds/{which}").json()["state"] in ("done", "failed"))

        wait_until(ended, "the rebuild ends", 60)
        assert operator.get(service, f"/v1/rebuilds/{which}").json()["state"] == "done"
        with world.database(service).transaction() as session:
            assert rows_of(session, service, case) == {}


@pytest.mark.promise("SEC-85", "RIGHT-13")
def test_legal_reports_what_law_makes_it_keep_and_an_old_backup_opens_nothing_else(
    world: World, postgres: servers.PostgresServer
) -> None:
    case = world.case(claimed=True)
    older = copied(world, postgres, "legal")["legal"]
    with older.transaction() as session:
        sealed = list(sealed_of(session, "legal", case))
    assert world.erased(case) == {"intake": "deleted", "legal": "kept", "support": "deleted", "partners": "deleted"}
    with world.database("legal").transaction() as session:
        assert rows_of(session, "legal", case) == {"matters": 1}
        kept = parts_of("legal")[0].migrations.metadata[-1].tables["matters"].c
        assert [each for each in kept if isinstance(each.type, LargeBinary)] == []
    assert status(world.adviser, "legal", case) in GONE
    assert sealed
    for place, value in sealed:
        with pytest.raises(KeyDestroyed):
            world.keys("legal").unseal(case, place, value)
    # Once restored, the service finds from its keys which cases were erased, and keeps the held data again.
    from services.legal.service import PARTS

    assert PARTS.erasing is not None
    for restored in (older, older, world.database("legal")):
        Eraser(restored, world.keys("legal"), PARTS.following.emits, PARTS.erasing).compare()
        with restored.transaction() as session:
            assert rows_of(session, "legal", case) == {"matters": 1}


@pytest.mark.promise("RIGHT-3")
def test_under_a_legal_hold_legal_continues_support_is_erased_and_the_rest_follows(world: World) -> None:
    case = world.case()
    path = f"/v1/cases/{case}/legal-holds"
    body = {"basis": "criminal_proceedings", "until": (datetime.now(UTC) + timedelta(days=90)).date().isoformat()}
    hold = world.officer.post("intake", path, body).json()["id"]
    which = world.request(case)
    wait_until(lambda: status(world.adviser, "legal", str(case)) == 403, "legal knows that it is restricted")
    world.order(case, which)
    assert world.shown(which)["state"] == "held"
    wait_until(lambda: status(world.counsellor, "support", str(case)) in GONE, "support has erased its part")
    wait_until(lambda: status(world.adviser, "legal", str(case)) == 200, "legal goes on")
    assert world.adviser.post("legal", f"/v1/cases/{case}/advice", ADVICE).status_code == 201
    assert status(world.worker, "legal", str(case)) == 403, "for the others it is restricted"
    assert world.shown(which)["state"] == "held"
    world.officer.delete("intake", f"{path}/{hold}", if_match=world.version(case))
    wait_until(lambda: world.shown(which)["state"] == "complete", "every holder has answered", 30)
    assert {each["holder"]: each["answer"] for each in world.shown(which)["answers"]}["support"] == "deleted"
    wait_until(lambda: status(world.adviser, "legal", str(case)) in GONE, "legal has erased its part")
    [answered] = world.worker.get("intake", "/v1/erasures").json()["erasures"]
    assert (answered["id"], answered["state"], len(answered["answers"])) == (which, "complete", 4)
    letter = world.worker.get("intake", f"/v1/erasures/{which}/letter", language="ro")
    assert letter.headers["Content-Language"] == "ro"


@pytest.mark.hazard("H-CONFIDENTIALITY-11", control="hold-has-a-scope")
def test_a_hold_for_the_support_file_erases_legal_and_keeps_support(world: World) -> None:
    case = world.case()
    path = f"/v1/cases/{case}/legal-holds"
    until = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    body = {"basis": "child_protection", "until": until, "scope": ["support_file"]}
    hold = world.officer.post("intake", path, body).json()["id"]
    which = world.request(case)
    wait_until(lambda: status(world.counsellor, "support", str(case)) == 403, "support knows that it is restricted")
    world.order(case, which)
    wait_until(lambda: status(world.adviser, "legal", str(case)) in GONE, "legal has erased its part")
    assert status(world.counsellor, "support", str(case)) == 403, "support keeps its part, restricted"
    world.officer.delete("intake", f"{path}/{hold}", if_match=world.version(case))
    wait_until(lambda: world.shown(which)["state"] == "complete", "every holder has answered", 30)
    wait_until(lambda: status(world.counsellor, "support", str(case)) in GONE, "support has erased its part")


@pytest.mark.promise("REL-22", "RIGHT-16")
def test_a_process_that_ends_between_the_data_and_the_key_goes_on_with_the_key(world: World, tmp_path: Path) -> None:
    order, case = tmp_path / "order", world.case()
    assert world.site.stop("legal") == 0
    killed = world.site.start("legal", CASEPATH_CRASH_AT=str(order), CASEPATH_ENVIRONMENT="development")
    world.site.wait_ready("legal")
    with world.database("legal").transaction() as session:
        [(place, sealed), *_] = list(sealed_of(session, "legal", case))
    order.write_text("legal:erasure.before_destroying", encoding="ascii")
    which = world.request(case)
    world.order(case, which)
    assert killed.wait(PATIENCE) == -9
    with world.database("legal").transaction() as session:
        assert rows_of(session, "legal", case) == {}
    assert world.keys("legal").unseal(case, place, sealed) == MARKERS[2]
    wait_until(lambda: world.shown(which)["waits_for"] == ["legal"], "all others have answered", 30)
    world.site.start("legal")
    wait_until(lambda: world.shown(which)["state"] == "complete", "it has answered", 30)
    with pytest.raises(KeyDestroyed):
        world.keys("legal").unseal(case, place, sealed)
