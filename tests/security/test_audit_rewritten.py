"""An attacker with the database and the service's signing key rewrites the audit log."""

import json
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from deploy.cli.__main__ import casepath
from deploy.cli.audit_check import RESTORED
from deploy.cli.servers.postgres import _binaries
from shared.access import tokens
from shared.audit import hash_chain, trail
from shared.audit.hash_chain import Chainer, audit_chain, checkpoints
from shared.audit.trail import audit_log
from shared.events.envelope import new_id
from shared.store.database import Database, engine_for
from shared.store.leader import Lease
from tests.kit.client import Client, edge_of
from tests.kit.databases import owner_url
from tests.kit.stand_in import StandIn
from tests.kit.waiting import PATIENCE, wait_until

pytestmark = [pytest.mark.security, pytest.mark.integration]
KEY = tokens.new_key(tokens.service_issuer("intake"))
WHO = tokens.Principal(str(uuid4()), frozenset({"caseworker"}), tokens.STAFF)


class Ledger:
    """Intake's audit log in its own database. An external collector keeps its checkpoints."""

    def __init__(self, database: Database, url: str, collected: Path) -> None:
        self.database, self.url, self.collected = database, url, collected
        self.chainer = Chainer(database, service="intake", database_url="", signing_key=json.dumps(KEY))

    def note(self, count: int) -> None:
        with self.database.transaction() as session:
            for _ in range(count):
                trail.note(session, WHO, action="case.read", subject=uuid4(), status=200, correlation=new_id())

    def grow(self, count: int) -> None:
        """Add rows, chain them and sign a checkpoint. The collector stores it among other log lines."""
        self.note(count)
        self.chainer.chain_next()
        assert self.chainer.sign_when_due(rows=1)
        with self.collected.open("a") as file:
            line = {"event": "audit.checkpoint", "service": "intake", "signed": self.signed()[-1]}
            file.write(f'intake-1  | {{"event": "service.started"}}\nintake-1  | {json.dumps(line)}\nno JSON at all\n')

    def signed(self) -> list[str]:
        with self.database.transaction() as session:
            return list(session.scalars(select(checkpoints.c.signed).order_by(checkpoints.c.place)))

    def attack(self, change: Callable[[Session], None]) -> None:
        """Change append-only tables, as the owner of the tables can."""
        owner = engine_for(owner_url(self.url), pool_size=1)
        with Session(owner) as session, session.begin():
            for table in ("audit_log", "audit_chain", "audit_checkpoints"):
                session.execute(text(f"grant update, delete on {table} to current_user"))
                session.execute(text(f"alter table {table} disable trigger user"))
            change(session)
        owner.dispose()

    def sign(self, session: Session, place: int, hash_: bytes, number: int, previous: str | None) -> str:
        """Sign a checkpoint with the service's stolen key."""
        claims = {"service": "intake", "number": number, "place": place, "hash": hash_.hex(), "at": 1_700_000_000}
        before = previous and hash_chain.digest(previous)
        signed = tokens.sign(KEY, {**claims, "previous": before}, kind=hash_chain.STATEMENT)
        session.execute(checkpoints.insert().values(place=place, signed=signed))
        return signed


@pytest.fixture
def ledger(database: Database, fresh_database: str, tmp_path: Path) -> Ledger:
    made = Ledger(database, fresh_database, tmp_path / "collected.log")
    for count in (4, 3, 3):
        made.grow(count)
    return made


def printed(done: Result) -> dict[str, list[str]]:
    """Return the command's output for intake. It follows the service's log lines, because both run in this process."""
    found: dict[str, list[str]] = json.loads(done.stdout[done.stdout.index("{\n") :])["services"]["intake"]
    return found


@pytest.fixture
def verify(
    ledger: Ledger, services: StandIn, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., "tuple[Result, list[str]]"]:
    """Return a function that runs the command against intake's own routes and database."""
    operator = Client(edge_of(ledger.database), "operator")

    def answer(_service: str, method: str, path: str, body: Any) -> tuple[int, Any]:
        parts = urlsplit(path)
        reply = operator.ask(method, parts.path, body, query=dict(parse_qsl(parts.query)))
        return reply.status_code, json.loads(reply.get_data())

    services.answer = answer
    monkeypatch.setattr("deploy.cli.service_requests.find_targets", lambda *_: services.targets)
    monkeypatch.setattr("deploy.cli.audit.find_key_set", lambda: json.dumps(tokens.public_set([KEY])))

    def run(*options: str) -> tuple[Result, list[str]]:
        done = CliRunner().invoke(casepath, ["audit", "verify", "--service", "intake", "--json", *options])
        return done, printed(done)["faults"]

    return run


@pytest.fixture
def services() -> Iterator[StandIn]:
    stand_in = StandIn()
    yield stand_in
    stand_in.close()


Verify = Callable[..., "tuple[Result, list[str]]"]


def test_a_log_that_grew_by_itself_is_whole_beside_what_was_collected(ledger: Ledger, verify: Verify) -> None:
    ledger.note(2)
    ledger.chainer.chain_next()
    for options in ((), ("--against", str(ledger.collected))):
        done, faults = verify(*options)
        assert (done.exit_code, faults) == (0, [])
    done, faults = verify("--against", __file__)
    assert (done.exit_code, len(faults)) == (1, 1)


@pytest.mark.promise("SEC-19")
def test_a_rewritten_and_signed_chain_contradicts_the_checkpoints_kept_elsewhere(
    ledger: Ledger, verify: Verify
) -> None:
    ledger.attack(lambda session: rewrite(ledger, session, 6))
    done, faults = verify()
    assert (done.exit_code, faults) == (0, []), "the installation alone can't tell"
    done, faults = verify("--against", str(ledger.collected))
    assert done.exit_code == 1
    resigned, rewritten = faults
    assert re.search(r"\b1\b.*\b4\b", resigned)
    assert re.search(r"\b5\b.*\b7\b.*\b2\b.*\b7\b", rewritten)


def rewrite(ledger: Ledger, session: Session, number: int) -> None:
    """Replace the staff member of a row, rebuild the chain from there, and sign all checkpoints again."""
    session.execute(text("update audit_log set actor = 'somebody else' where number = :number"), {"number": number})
    session.execute(text("delete from audit_chain"))
    session.execute(text("delete from audit_checkpoints"))
    before, previous, numbered = hash_chain.BEGINNING, None, 0
    for row in session.execute(select(audit_log).order_by(audit_log.c.number)).mappings().all():
        before = hash_chain.link(before, dict(row))
        session.execute(audit_chain.insert().values(place=row["number"], number=row["number"], hash=before))
        if row["number"] in (4, 7, 10):
            numbered += 1
            previous = ledger.sign(session, row["number"], before, numbered, previous)


@pytest.mark.promise("SEC-20")
def test_a_checkpoint_that_was_taken_away_is_missed_by_the_next_and_found_elsewhere(
    ledger: Ledger, verify: Verify
) -> None:
    ledger.attack(lambda session: session.execute(text("delete from audit_checkpoints where place = 7")))
    _, faults = verify()
    [fault] = faults
    assert re.search(r"\b1\b.*\b3\b.*\b10\b", fault)
    _, faults = verify("--against", str(ledger.collected))
    assert [fault for fault in faults if re.search(r"\b2\b.*\b7\b", fault)]


@pytest.mark.promise("SEC-20")
def test_a_checkpoint_that_was_replaced_is_no_longer_the_one_that_the_next_names(
    ledger: Ledger, verify: Verify
) -> None:
    def replace(session: Session) -> None:
        end = session.execute(select(audit_chain.c.hash).where(audit_chain.c.place == 7)).scalar_one()
        session.execute(text("delete from audit_checkpoints where place = 7"))
        ledger.sign(session, 7, end, 2, ledger.signed()[0])

    ledger.attack(replace)
    _, faults = verify()
    [fault] = faults
    assert re.search(r"\b3\b.*\b10\b", fault)


def cut(session: Session, link: int) -> None:
    for table in ("audit_checkpoints", "audit_chain"):
        session.execute(text(f"delete from {table} where place > {link}"))  # noqa: S608 - names of ours
    session.execute(text("delete from audit_log where number > (select max(number) from audit_chain)"))


@pytest.mark.promise("SEC-19")
def test_what_was_cut_off_the_end_and_went_on_otherwise_is_found_elsewhere(ledger: Ledger, verify: Verify) -> None:
    ledger.attack(lambda session: cut(session, 7))
    assert verify()[1] == []
    _, faults = verify("--against", str(ledger.collected))
    [fault] = faults
    assert re.search(r"\b3\b.*\b7\b.*\b3\b.*\b10\b", fault)
    ledger.grow(3)
    _, faults = verify("--against", str(ledger.collected))
    assert re.search(r"\b8\b.*\b10\b.*\b3\b.*\b10\b", faults[0])
    assert re.search(r"\b3\b.*\b10\b", faults[1])


@pytest.mark.promise("BACKUP-7")
def test_a_recorded_restore_is_no_fault_and_a_cut_after_it_is_found(
    ledger: Ledger, verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(time=lambda: 1_700_000_000)  # long before the restore, whose time comes from the server
    with monkeypatch.context() as patched:
        patched.setattr(hash_chain, "time", clock)
        ledger.grow(3)
    ledger.attack(lambda session: cut(session, 10))
    with ledger.database.transaction() as session:
        trail.note(session, WHO, action=RESTORED, subject=None, status=200, correlation=new_id())
    ledger.grow(3)
    done, faults = verify("--against", str(ledger.collected))
    assert (done.exit_code, faults) == (0, [])
    restores = printed(done)["restores"]
    assert WHO.subject in restores[0]
    assert re.search(r"\b1\b.*\b4\b.*\b13\b", restores[1])
    ledger.grow(2)
    ledger.attack(lambda session: cut(session, 14))
    assert re.search(r"\b14\b", verify("--against", str(ledger.collected))[1][0])


@pytest.mark.promise("SEC-20")
def test_a_checkpoint_that_nobody_signed_is_no_proof(ledger: Ledger, verify: Verify) -> None:
    strange = tokens.new_key(tokens.service_issuer("intake"))
    claims = {"service": "intake", "number": 1, "place": 4, "hash": "00", "previous": None, "at": 0}
    ledger.collected.write_text(tokens.sign(strange, claims, kind=hash_chain.STATEMENT))
    _, faults = verify("--against", str(ledger.collected))
    assert re.search(r"\b1\b", faults[0]), "the line is named"


@pytest.mark.promise("SEC-22")
def test_a_restore_under_a_running_chainer_makes_no_row_look_slipped_in(
    database: Database, fresh_database: str, tmp_path: Path
) -> None:
    chainer = PausedChainer(database, fresh_database)
    ledger, dump = Ledger(database, fresh_database, tmp_path / "collected.log"), tmp_path / "backup"
    with chainer.running():
        ledger.note(60)
        wait_until(lambda: state(database) == (60, 60), "sixty rows are chained")
        run_postgres("pg_dump", "--format=custom", f"--file={dump}", owner_url(fresh_database))
        ledger.note(40)
        wait_until(lambda: state(database) == (100, 100), "a hundred rows are chained")
        with chainer.between_two_looks():
            restoring = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
            run_postgres("pg_restore", *restoring, f"--dbname={owner_url(fresh_database)}", str(dump))
        looks = chainer.looks
        wait_until(lambda: chainer.looks > looks + 2, "the chainer has looked at the restored database")
        ledger.note(38)
        looks = chainer.looks
        wait_until(lambda: chainer.looks > looks + 2, "the chainer has seen what was added since")
    assert chainer.leads == 1, "it led all the while, and had to notice by itself"
    reply = Client(edge_of(database), "operator").told("GET", "/v1/audit/checkpoints")
    assert (state(database), reply["slipped_in"], reply["unchained"]) == ((98, 98), [], 0)


class PausedChainer(Chainer):
    """A chainer that leads, polls often, and can be paused between two polls to imitate a slow one."""

    def __init__(self, database: Database, url: str) -> None:
        super().__init__(database, service="intake", database_url=url, signing_key=json.dumps(KEY))
        self.looks, self.leads = 0, 0
        self._may_look, self._waits = threading.Event(), threading.Event()
        self._may_look.set()

    def wait(self, seconds: float | None = None) -> None:  # noqa: ARG002 - it waits for the test instead
        self.looks += 1
        self._waits.set()
        self._may_look.wait(PATIENCE)
        self._waits.clear()
        super().wait(0.01)

    def _lead(self, lease: Lease) -> None:
        self.leads += 1
        super()._lead(lease)

    @contextmanager
    def running(self) -> Iterator[None]:
        thread = threading.Thread(target=self.run)
        thread.start()
        try:
            yield
        finally:
            self.stop()
            thread.join()

    @contextmanager
    def between_two_looks(self) -> Iterator[None]:
        self._may_look.clear()
        self._waits.clear()
        assert self._waits.wait(PATIENCE)
        try:
            yield
        finally:
            self._may_look.set()


def state(database: Database) -> tuple[int, int]:
    """Return the number of chained rows and the floor of the chain."""
    with database.transaction() as session:
        count = session.execute(text("select count(*) from audit_chain")).scalar_one()
        return int(count), int(session.execute(select(hash_chain.chain_head.c.floor)).scalar_one())


def run_postgres(program: str, *arguments: str) -> None:
    subprocess.run([str(_binaries() / program), *arguments], check=True, capture_output=True)
