"""The request pipeline, called directly on a real database. Intake's own routes serve as the example."""

import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.errors import DeadlockDetected
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from services.intake.service import PARTS, Intake
from shared import encryption
from shared.access import revocations
from shared.audit import trail
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.encryption import FileRing, Keys
from shared.exchange import eventlog
from shared.http import RequestPipeline, idempotency, routes_of
from shared.sealing.ring import new_ring
from shared.store import contending
from shared.store.database import Database, engine_for
from shared.store.store_watch import StoreWatch
from tests.kit.client import FOLLOWER, Client, edge_of, told
from tests.kit.databases import waits_for_a_lock
from tests.kit.intake.cases import OPEN, opened, opened_with_version
from tests.kit.statements import listing, statements
from tests.kit.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.integration
#: The maximum number of attempts to make a request lose a lock conflict on a slow machine.
TRIES = 20


@dataclass
class ProcessOf:
    """The process state that the feed's route uses."""

    database: Database
    service: str = "intake"
    parts: Any = PARTS


WELL = {"database": "ok", "keys": "ok", "broker": "ok", "relay": "leads", "endings": "ok"}


class Watching:
    """The process state that the readiness check uses. Everything except the database is healthy."""

    key_store_watch = SimpleNamespace(state="ok")
    follower = SimpleNamespace(connected=True)
    relay = SimpleNamespace(leading=True, is_blocked=False)
    is_an_ending_late = False

    def __init__(self, database: Database) -> None:
        self.database_watch = StoreWatch(database.engine, "database")
        self.database_watch.look()


@pytest.fixture
def door(database: Database, own_keys: Keys) -> RequestPipeline:
    clock = TimeSource(movable=True)
    database.provide(TIME_SOURCE, clock)
    return edge_of(database, clock=clock)


@pytest.fixture
def worker(door: RequestPipeline) -> Client:
    return Client(door, "caseworker")


def log_length(database: Database) -> int:
    with database.transaction() as session:
        return int(session.execute(text("select count(*) from event_log")).scalar_one())


def answered(reply: Response) -> tuple[Any, ...]:
    """Return the status, body, version and location of a reply."""
    return reply.status_code, reply.get_data(as_text=True), reply.headers.get("ETag"), reply.headers.get("Location")


def test_opening_twice_with_one_key_opens_once(worker: Client, database: Database) -> None:
    first = worker.ask("POST", "/v1/cases", OPEN, Idempotency_Key="one")
    second = worker.ask("POST", "/v1/cases", OPEN, Idempotency_Key="one")
    assert json.loads(first.get_data(as_text=True))["id"] == json.loads(second.get_data(as_text=True))["id"]
    assert second.headers["Idempotent-Replay"] == "true"
    assert log_length(database) == 2


def test_a_key_belongs_to_one_request_and_to_one_person(worker: Client, door: RequestPipeline) -> None:
    worker.ask("POST", "/v1/cases", OPEN, Idempotency_Key="one")
    assert worker.ask("POST", "/v1/cases", {**OPEN, "language": "ro"}, Idempotency_Key="one").status_code == 422
    assert Client(door, "caseworker").ask("POST", "/v1/cases", OPEN, Idempotency_Key="one").status_code == 201


def test_a_change_that_is_sent_again_with_its_key_is_answered_as_before(worker: Client, database: Database) -> None:
    case, version = opened_with_version(worker)
    path, body = f"/v1/cases/{case}/closure", {"reason": "goals_met"}
    first = worker.ask("POST", path, body, If_Match=version, Idempotency_Key="one")
    length = log_length(database)
    # The reply was lost. Clients resend the request with the old version, or with a version read again.
    for etag in (version, first.headers["ETag"]):
        again = worker.ask("POST", path, body, If_Match=etag, Idempotency_Key="one")
        assert again.headers["Idempotent-Replay"] == "true"
        assert answered(again) == answered(first)
    assert first.status_code == 200
    assert "Idempotent-Replay" not in first.headers
    assert log_length(database) == length
    other = worker.ask("POST", path, {"reason": "moved_away"}, If_Match=version, Idempotency_Key="one")
    assert other.status_code == 422
    assert worker.ask("POST", path, body, If_Match=version, Idempotency_Key="two").status_code == 412
    assert worker.ask("GET", f"/v1/cases/{case}").headers["ETag"] == first.headers["ETag"]


def test_a_removal_that_is_sent_again_with_its_key_is_answered_as_before(worker: Client) -> None:
    case = opened(worker)
    made = worker.ask(
        "POST", f"/v1/cases/{case}/team", {"member": worker.colleague("counsellor"), "role": "counsellor"}
    )
    path = f"/v1/cases/{case}/team/{json.loads(made.get_data(as_text=True))['id']}"
    first, again = (worker.ask("DELETE", path, If_Match=made.headers["ETag"], Idempotency_Key="gone") for _ in range(2))
    assert (first.status_code, again.headers["Idempotent-Replay"]) == (204, "true")
    assert answered(first) == answered(again)
    assert worker.ask("DELETE", path, If_Match=first.headers["ETag"], Idempotency_Key="other").status_code == 404


def test_a_change_about_no_case_is_answered_as_before(worker: Client, door: RequestPipeline) -> None:
    pair = {"supervisor": worker.colleague("supervisor"), "member": worker.colleague("caseworker")}
    operator = Client(door, "operator")
    first, again = (operator.ask("POST", "/v1/supervisions", pair, Idempotency_Key="pair") for _ in range(2))
    assert (first.status_code, again.headers["Idempotent-Replay"]) == (200, "true")
    assert answered(first) == answered(again)


def test_a_change_that_was_refused_is_tried_again_with_its_key(worker: Client) -> None:
    case, version = opened_with_version(worker)
    path, body = f"/v1/cases/{case}/closure", {"reason": "goals_met"}
    assert worker.ask("POST", path, body, If_Match='"99"', Idempotency_Key="one").status_code == 412
    assert worker.ask("POST", path, body, If_Match=version, Idempotency_Key="one").status_code == 200


def test_who_may_no_longer_is_not_answered_as_before(worker: Client, door: RequestPipeline) -> None:
    case, version = opened_with_version(worker)
    path, body = f"/v1/cases/{case}/closure", {"reason": "goals_met"}
    first = worker.ask("POST", path, body, If_Match=version, Idempotency_Key="one")
    other = {"member": worker.colleague("caseworker"), "role": "caseworker", "lead": True}
    assert worker.ask("POST", f"/v1/cases/{case}/team", other).status_code == 201
    etag = worker.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    gone = worker.ask("DELETE", f"/v1/cases/{case}/team/{worker.subject}", If_Match=etag)
    assert (first.status_code, gone.status_code) == (200, 204)
    assert worker.ask("POST", path, body, If_Match=version, Idempotency_Key="one").status_code == 404


def test_two_tries_at_once_change_once_and_are_answered_alike(worker: Client, database: Database) -> None:
    case, version = opened_with_version(worker)
    before = log_length(database)

    def close(_number: int) -> tuple[Any, ...]:
        path = f"/v1/cases/{case}/closure"
        return answered(worker.ask("POST", path, {"reason": "goals_met"}, If_Match=version, Idempotency_Key="one"))

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(close, range(4)))
    assert len(set(answers)) == 1
    assert answers[0][0] == 200
    assert log_length(database) == before + 1


def test_a_case_of_others_and_none_at_all_look_the_same(worker: Client, door: RequestPipeline) -> None:
    case = opened(worker)
    stranger = Client(door, "caseworker")
    for method, path, body in (
        ("GET", "/v1/cases/{}", None),
        ("POST", "/v1/cases/{}/closure", {"reason": "rubbish"}),
        ("POST", "/v1/cases/{}/detections", {"no": "field"}),
    ):
        theirs = stranger.ask(method, path.format(case), body)
        nobodys = stranger.ask(method, path.format(uuid4()), body)
        assert theirs.status_code == nobodys.status_code == 404
        alike = [{**json.loads(each.get_data(as_text=True)), "instance": ""} for each in (theirs, nobodys)]
        assert alike[0] == alike[1]


def test_location_names_where_what_was_made_can_be_read(worker: Client) -> None:
    made = worker.ask("POST", "/v1/cases", OPEN)
    case = made.headers["Location"]
    member = {"member": worker.colleague("counsellor"), "role": "counsellor"}
    part = worker.ask("POST", f"{case}/team", member)
    assert part.headers["Location"] == case
    assert worker.ask("GET", case).status_code == 200


def test_a_change_needs_the_version_that_was_read(worker: Client) -> None:
    case, version = opened_with_version(worker)
    path = f"/v1/cases/{case}/closure"
    assert worker.ask("POST", path, {"reason": "goals_met"}).status_code == 428
    assert worker.ask("POST", path, {"reason": "goals_met"}, If_Match='"99"').status_code == 412
    assert worker.ask("POST", path, {"reason": "goals_met"}, If_Match=version).status_code == 200
    assert worker.ask("POST", path, {"reason": "goals_met"}, If_Match=version).status_code == 412


@pytest.mark.parametrize(
    ("body", "raw", "content_type", "status"),
    [
        (None, b"{", "application/json", 400),
        (None, b"[" * 40_000, "application/json", 400),
        (None, b"{}", "text/plain", 415),
        (None, b" " * 70_000, "application/json", 413),
        ({**OPEN, "jurisdiction": "XX"}, None, "application/json", 422),
        ({**OPEN, "opened_on": "2026-02-30"}, None, "application/json", 422),
        ({**OPEN, "opened_on": "2999-01-01"}, None, "application/json", 422),
        ({**OPEN, "anonymous": "yes"}, None, "application/json", 422),
        ({**OPEN, "name": "Jane Doe (fictitious)"}, None, "application/json", 422),
        ([OPEN], None, "application/json", 422),
    ],
)
def test_bad_input_is_named_and_nothing_is_stored(
    worker: Client, database: Database, body: Any, raw: bytes | None, content_type: str, status: int
) -> None:
    reply = worker.ask("POST", "/v1/cases", body, raw=raw, content_type=content_type)
    assert reply.status_code == status
    problem = json.loads(reply.get_data(as_text=True))
    assert reply.content_type == "application/problem+json"
    assert problem["status"] == status
    assert status != 422 or problem["errors"]
    assert "Jane" not in reply.get_data(as_text=True)
    assert log_length(database) == 0
    with database.transaction() as session:
        assert session.execute(text("select count(*) from cases")).scalar_one() == 0


def test_a_body_that_is_left_out_is_asked_for_its_fields_by_name(worker: Client) -> None:
    case, version = opened_with_version(worker)
    path = f"/v1/cases/{case}/closure"
    reply = worker.ask("POST", path, raw=b"", content_type="", If_Match=version)
    assert reply.status_code == 422
    assert [error["field"] for error in json.loads(reply.get_data(as_text=True))["errors"]] == ["reason"]


def test_a_step_that_the_profile_forbids_names_its_rule(worker: Client, database: Database) -> None:
    case = opened(worker)
    before = log_length(database)
    reply = worker.ask("POST", f"/v1/cases/{case}/identification", {"stage": "reasonable_grounds"})
    assert reply.status_code == 422
    assert json.loads(reply.get_data(as_text=True))["errors"][0]["rule"] == "stage_of_the_jurisdiction"
    without_consent = worker.ask("POST", f"/v1/cases/{case}/identification", {"stage": "comensha_registered"})
    assert without_consent.status_code == 409
    assert json.loads(without_consent.get_data(as_text=True))["errors"][0]["rule"] == "consent_before_this_step"
    assert log_length(database) == before


def test_reads_changes_and_denials_are_all_noted_with_who_and_which_case(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    worker.ask("GET", f"/v1/cases/{case}")
    stranger = Client(door, "legal_adviser")
    stranger.ask("GET", f"/v1/cases/{case}")
    with database.transaction() as session:
        rows = session.execute(select(trail.audit_log).order_by(trail.audit_log.c.number)).all()
    assert [(row.actor, row.action, row.subject, row.status) for row in rows] == [
        (str(worker.subject), "case.open", UUID(case), 201),
        (str(worker.subject), "case.read", UUID(case), 200),
        (str(stranger.subject), "case.read", UUID(case), 404),
    ]


def notes(database: Database) -> int:
    with database.transaction() as session:
        return int(session.execute(text("select count(*) from audit_log")).scalar_one())


def test_a_read_is_written_meanwhile_and_leaves_once_its_audit_is_stored(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    before, seen = notes(database), []

    def meanwhile(work: Callable[[], Response]) -> Callable[[], Response]:
        response = work()
        seen.append(notes(database) - before)

        def waited_for() -> Response:
            seen.append(notes(database) - before)
            return response

        return waited_for

    door.transactions.meanwhile = meanwhile
    assert worker.ask("GET", f"/v1/cases/{case}").status_code == 200
    assert seen == [0, 1]


def test_a_read_that_can_not_be_noted_is_not_answered(
    worker: Client, door: RequestPipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = opened(worker)

    def written_at_once(work: Callable[[], Response]) -> Callable[[], Response]:
        response = work()
        return lambda: response

    def broken(*_noted: object, **_more: object) -> None:
        raise RuntimeError

    door.transactions.meanwhile = written_at_once
    monkeypatch.setattr(trail, "note", broken)
    answer = worker.ask("GET", f"/v1/cases/{case}")
    assert answer.status_code == 500
    assert case not in answer.get_data(as_text=True)


def test_a_denial_found_during_the_work_is_audited_and_the_work_rolled_back(worker: Client, database: Database) -> None:
    case, etag = opened_with_version(worker)
    before = log_length(database)
    nobody = worker.ask("DELETE", f"/v1/cases/{case}/team/{uuid4()}", If_Match=etag)
    assert nobody.status_code == 404
    assert log_length(database) == before
    with database.transaction() as session:
        last = session.execute(select(trail.audit_log).order_by(trail.audit_log.c.number.desc()).limit(1)).one()
    assert (last.actor, last.action, last.subject, last.status) == (
        str(worker.subject),
        "team.change",
        UUID(case),
        404,
    )


def test_an_empty_poll_is_not_audited_and_every_read_of_events_is(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    with database.transaction() as session:
        eventlog.begin_epoch_if_restored(session)
    follower, operator = Client(door, "service", key=FOLLOWER, subject="legal"), Client(door, "operator")
    for client, query in (
        (follower, {"limit": "0"}),
        (follower, {"after": "99"}),
        (follower, {"after": "0"}),
        (follower, {"after": "0", "subject": case}),
        (follower, {"after": "99", "subject": case}),
        (operator, {"limit": "0"}),
    ):
        client.service.process = ProcessOf(database)
        assert client.ask("GET", "/v1/events", query=query).status_code == 200
    rows = select(trail.audit_log.c.actor, trail.audit_log.c.subject).where(trail.audit_log.c.action == "events.read")
    with database.transaction() as session:
        noted = [tuple(row) for row in session.execute(rows.order_by(trail.audit_log.c.number))]
    assert noted == [
        ("legal", None),
        ("legal", UUID(case)),
        ("legal", UUID(case)),
        (str(operator.subject), None),
    ]


def test_a_follower_that_looks_for_news_takes_one_statement(door: RequestPipeline, database: Database) -> None:
    with database.transaction() as session:
        eventlog.begin_epoch_if_restored(session)
    follower = Client(door, "service", key=FOLLOWER, subject="legal")
    follower.service.process = ProcessOf(database)
    with statements() as sent:
        reply = follower.ask("GET", "/v1/events", query={"limit": "0"})
    assert reply.headers["Casepath-Head"] == "0"
    assert len(sent) == 1, listing(sent)


def test_a_revoked_token_opens_nothing_and_its_tries_are_noted(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    now = datetime.now(UTC)
    with database.transaction() as session:
        revocations.revoke(session, worker.subject, now)
        revocations.revoke(session, worker.subject, now - timedelta(days=1))
    assert worker.ask("GET", f"/v1/cases/{case}").status_code == 401
    assert Client(door, "caseworker").ask("POST", "/v1/cases", OPEN).status_code == 201
    with database.transaction() as session:
        rows = session.execute(select(trail.audit_log.c.actor).where(trail.audit_log.c.status == 401)).all()
    assert [row.actor for row in rows] == [str(worker.subject)]


def test_a_token_that_is_issued_after_a_revocation_counts(worker: Client, database: Database) -> None:
    with database.transaction() as session:
        revocations.revoke(session, worker.subject, datetime.now(UTC) - timedelta(minutes=1))
    assert worker.ask("POST", "/v1/cases", OPEN).status_code == 201


@pytest.mark.hazard("H-DESK-2", control="revocation-ends-the-session")
def test_a_token_renewed_after_a_revocation_is_refused_in_an_earlier_session(
    worker: Client, database: Database
) -> None:
    now = datetime.now(UTC)
    with database.transaction() as session:
        revocations.revoke(session, worker.subject, now - timedelta(minutes=1))

    def status(began: datetime) -> int:
        return worker.ask("POST", "/v1/cases", OPEN, Session_Began=str(int(began.timestamp()))).status_code

    assert status(now - timedelta(minutes=2)) == 401
    assert status(now) == 201
    assert status(now + timedelta(days=1)) == 201, "a later start gains nothing"
    assert worker.ask("POST", "/v1/cases", OPEN, Session_Began="yesterday").status_code == 401


def test_no_token_no_answer(door: RequestPipeline) -> None:
    client = Client(door, "caseworker")
    for authorization in ("", "Bearer nonsense"):
        reply = client.ask("GET", f"/v1/cases/{uuid4()}", Authorization=authorization)
        assert reply.status_code == 401
        assert reply.headers["WWW-Authenticate"] == "Bearer"


def test_a_removed_member_sees_nothing_any_more(worker: Client, door: RequestPipeline) -> None:
    case = opened(worker)
    adviser = Client(door, "legal_adviser")
    worker.ask("POST", f"/v1/cases/{case}/team", {"member": str(adviser.subject), "role": "legal_adviser"})
    assert adviser.ask("GET", f"/v1/cases/{case}").status_code == 200
    version = worker.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    gone = worker.ask("DELETE", f"/v1/cases/{case}/team/{adviser.subject}", If_Match=version)
    assert gone.status_code == 204
    assert adviser.ask("GET", f"/v1/cases/{case}").status_code == 404


def test_a_refused_change_leaves_no_event(worker: Client, database: Database) -> None:
    case = opened(worker)
    before = log_length(database)
    expired = {
        "agency": "NL.COMENSHA",
        "purposes": ["national_register"],
        "data_categories": ["identity"],
        "language": "bg",
        "checklist": ["told_purpose", "told_uses", "told_withdrawal"],
        "expires_on": "2020-01-01",
    }
    assert worker.ask("POST", f"/v1/cases/{case}/consents", expired).status_code == 422
    assert log_length(database) == before


def test_every_event_of_a_request_carries_its_correlation(worker: Client, database: Database) -> None:
    reply = worker.ask("POST", "/v1/cases", OPEN)
    with database.transaction() as session:
        found = session.execute(select(eventlog.event_log.c.correlation)).scalars()
        assert set(found) == {UUID(reply.headers["Request-Id"])}


@pytest.mark.parametrize(
    ("after", "status"), [("0", 200), ("-5", 200), ("99999999999999999999999", 200), ("x", 400), ("1.5", 400)]
)
def test_a_position_is_a_whole_number_however_large(
    door: RequestPipeline, database: Database, after: str, status: int
) -> None:
    reader = Client(door, "operator")
    reader.service.process = ProcessOf(database)
    assert reader.ask("GET", "/v1/events", query={"after": after}).status_code == status


def test_a_process_lives_while_its_database_is_away_but_is_not_ready() -> None:
    away = Database(engine_for("postgresql://nobody@127.0.0.1:1/none"))
    client = Client(edge_of(away), registered=False)
    client.service.process = Watching(away)
    assert client.ask("GET", "/health/live").status_code == 200
    assert client.ask("GET", "/metrics").status_code == 200
    ready = told(client.ask("GET", "/health/ready"), 503)
    assert ready["checks"] == {**WELL, "database": "away"}
    assert client.ask("GET", f"/v1/cases/{uuid4()}").status_code == 503


def test_every_route_is_described() -> None:
    assert all(route.summary for route in routes_of(Intake))


@pytest.mark.integration
def test_what_was_asked_can_not_be_tried_out_by_what_is_kept_of_a_request(worker: Client, database: Database) -> None:
    body = json.dumps(OPEN).encode()
    for _ in range(2):
        assert worker.ask("POST", "/v1/cases", raw=body).status_code == 201
    guessed = sha256(b"\0".join((b"POST", b"/v1/cases", body))).hexdigest()
    with database.transaction() as session:
        kept = session.execute(text("select request from idempotency_keys")).scalars().all()
    assert len(set(kept)) == 2, "the same body leaves another trace each time"
    assert guessed not in kept


@pytest.mark.integration
def test_half_a_character_is_refused_and_breaks_nothing(worker: Client) -> None:
    case = opened(worker)
    said = {"about": "plan", "record": str(uuid4()), "reason": "not_true", "statement": "\ud800"}
    assert worker.ask("POST", f"/v1/cases/{case}/annotations", said).status_code == 400


@pytest.mark.promise("SEC-87")
@pytest.mark.integration
def test_a_request_is_not_found_from_what_is_kept_of_it_by_trying(database: Database, own_keys: Keys) -> None:
    asked = ("1", "POST", "/v1/cases", b'{"score": 7}')
    with database.transaction() as session:
        kept = idempotency.fingerprint(session, *asked)
        assert kept == idempotency.fingerprint(session, *asked)
        assert kept != idempotency.fingerprint(session, *asked[:3], b'{"score": 8}')
        # Without the key ring, an attacker with the database cannot guess the score, even if the idempotency key is
        # weak.
        encryption.KEYS.put(session, Keys(database.engine, FileRing(new_ring("another")), "intake"))
        assert kept not in {
            idempotency.fingerprint(session, *asked[:3], b'{"score": %d}' % score) for score in range(10)
        }


def asked_and_lost(
    worker: Client, database: Database, case: str, pool: ThreadPoolExecutor
) -> "Future[Response] | None":
    """Make a request lose to a transaction of the test, and return the request.

    Return None if the server ended the test's transaction instead. This happens if the test process stalls for a second
    before it waits: the server has then already checked the request for a deadlock.
    """
    member = {"member": worker.colleague("legal_adviser"), "role": "legal_adviser"}
    try:
        with database.transaction() as other:
            other.execute(text("lock table case_team in share mode"))
            asked = pool.submit(worker.ask, "POST", f"/v1/cases/{case}/team", member)
            wait_until(lambda: waits_for_a_lock(database), "the request holds the case and waits for the team")
            # The server ends the transaction that has waited longer: the request.
            other.execute(text("select 1 from cases where id = :case for update"), {"case": case})
            assert not asked.done(), "it is done again, and waits for the case"
    except OperationalError as error:
        if not isinstance(error.orig, DeadlockDetected):
            raise
        asked.result(timeout=PATIENCE)
        return None
    return asked


def test_a_request_that_loses_to_another_transaction_is_done_again(
    worker: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a busy machine, the winner must get its lock before the request is retried.
    monkeypatch.setattr(contending, "PAUSE_SECONDS", 2.0)
    case, asked = opened(worker), None
    with ThreadPoolExecutor(1) as pool:
        for _ in range(TRIES):
            asked = asked or asked_and_lost(worker, database, case, pool)
        assert asked is not None, "the request never lost"
        assert asked.result(timeout=PATIENCE).status_code == 201
