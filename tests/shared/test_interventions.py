"""Operators retry and skip held subjects, through the request pipeline, on a real broker and real databases."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from shared import encryption
from shared.audit import trail
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.events.contract import Emits, EventType, Read, Reads
from shared.events.envelope import Announcement, read_type
from shared.exchange import cursor, deployed_version, eventlog, holds, interventions
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.follower import Follower, Following, Projection
from shared.exchange.follower.apply import Application
from shared.exchange.follower.drain import Drain
from shared.exchange.interventions import READS, SKIP_REASONS
from shared.http import RequestPipeline
from tests.kit.client import Client, edge_of
from tests.kit.exchange import LEGAL, Happened, World
from tests.kit.logfeed import LogFeed
from tests.kit.loops import running
from tests.kit.sealing import verifier
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration

HAPPENED = "org.casepath.intake.thing.happened.v1"


@pytest.fixture
def door(world: World, own_keys: encryption.Keys) -> RequestPipeline:
    """Return the pipeline over the follower's database. Intake's class serves the routes that all services have."""
    clock = TimeSource(movable=True)
    world.target.provide(TIME_SOURCE, clock)
    world.target.provide(encryption.KEYS, own_keys)
    protects = Read("intake.access.ended", Happened, about="number", protects=True)
    ends = Read("intake.ground.ended", Happened, ends=True)
    world.target.provide(READS, Reads(Read("intake.thing.happened", Happened), protects, ends))
    return edge_of(world.target, clock=clock)


@pytest.fixture
def operator(door: RequestPipeline) -> Client:
    return Client(door, "operator")


@pytest.fixture
def two_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the second attempt immediate and final."""
    monkeypatch.setattr(holds, "WAITS", (0,))


def ask(client: Client, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    reply = client.ask(method, path, body)
    return reply.status_code, json.loads(reply.get_data(as_text=True))


def listed(client: Client, state: str) -> list[dict[str, Any]]:
    """Return the holds in a state. The pipeline is called without a server, so the query is not part of the path."""
    _, found = ask(client, "GET", "/v1/holds")
    return [each for each in found["holds"] if each["state"] == state]


def put_hold(
    world: World, subject: UUID, *, source: str = "intake", name: str = "thing.happened", parked: bool
) -> None:
    when = "parked_at" if parked else "next_try_at"
    row = {"source": source, "subject": subject, "name": name}
    with world.target.transaction() as session:
        session.execute(
            text(
                f"insert into follow_holds (source, subject, position, name, version, attempts, reason, {when})"  # noqa: S608
                " values (:source, :subject, 7, :name, 1, 6, 'LookupError', now() + interval '1 hour')"
            ),
            row,
        )


def held_row(world: World) -> Any:
    with world.target.transaction() as session:
        return session.execute(select(holds.holds)).one()


def test_a_parked_subject_that_is_retried_drains_in_order(world: World, operator: Client, two_tries: None) -> None:
    bad, good = uuid4(), uuid4()
    world.poison = {2}
    with world.following(), world.relaying():
        world.tell(bad, 1, 2, 3)
        wait_until(lambda: len(listed(operator, "parked")) == 1, "its tries are used up")
        world.tell(bad, 4)
        world.tell(good, 1)
        wait_until(lambda: world.applied().get(good) == [1], "others flow")
        [shown] = listed(operator, "parked")
        assert (shown["subject"], shown["position"], shown["type"]) == (str(bad), 2, HAPPENED)
        assert (shown["reason"], shown["next_try_at"]) == ("LookupError", None)
        assert world.applied()[bad] == [1]
        world.poison = set()
        assert ask(operator, "POST", "/v1/holds/retry", {"subject": str(bad)}) == (200, {"retried": 1})
        wait_until(lambda: world.applied()[bad] == [1, 2, 3, 4], "what waited is applied in order")
        wait_until(lambda: listed(operator, "held") == [], "and the subject flows")
        world.tell(bad, 5)
        wait_until(lambda: world.applied()[bad] == [1, 2, 3, 4, 5], "as it does")


def test_a_skip_leaves_out_exactly_one_event(world: World, operator: Client, two_tries: None) -> None:
    bad = uuid4()
    path = f"/v1/holds/intake/{bad}"
    world.poison = {2, 4}
    with world.following(), world.relaying():
        world.tell(bad, 1, 2, 3, 4, 5)
        wait_until(lambda: len(listed(operator, "parked")) == 1, "the first bad one is parked")
        asked = {"reason": "superseded", "position": 2}
        status, said = ask(operator, "POST", f"{path}/skip", asked)
        assert (status, said["skipped"]["position"], said["skipped"]["type"]) == (200, 2, HAPPENED)
        assert ask(operator, "POST", f"{path}/skip", asked)[0] == 409, "the same request skips nothing more"
        wait_until(lambda: [each["position"] for each in listed(operator, "parked")] == [4], "the next one is parked")
        assert world.applied()[bad] == [1, 3]
        world.poison = set()
        ask(operator, "POST", "/v1/holds/retry", {"all": True})
        wait_until(lambda: world.applied()[bad] == [1, 3, 4, 5], "all but the skipped one are applied")
        wait_until(lambda: ask(operator, "GET", path)[0] == 404, "and nothing waits")
    _, found = ask(operator, "GET", "/v1/skipped")
    [kept] = found["events"]
    assert (kept["subject"], kept["position"], kept["reason"], kept["error"]) == (
        str(bad),
        2,
        "superseded",
        "LookupError",
    )
    assert kept["actor"] == str(operator.subject)


def test_what_waits_behind_and_was_not_tried_is_not_skipped(world: World, operator: Client) -> None:
    subject = uuid4()
    put_hold(world, subject, parked=True)
    path = f"/v1/holds/intake/{subject}/skip"
    assert ask(operator, "POST", path, {"reason": "not_needed"})[0] == 200
    assert ask(operator, "POST", path, {"reason": "not_needed"})[0] == 409
    row = held_row(world)
    assert (row.position, row.attempts, row.parked_at) == (8, 0, None)


@pytest.mark.hazard("H-OPERATION-11", control="protecting-events-stay")
@pytest.mark.parametrize("name", ["access.ended", "ground.ended"])
def test_an_event_that_protects_a_person_cannot_be_skipped(world: World, operator: Client, name: str) -> None:
    subject = uuid4()
    put_hold(world, subject, name=name, parked=True)
    for reason in SKIP_REASONS:
        assert ask(operator, "POST", f"/v1/holds/intake/{subject}/skip", {"reason": reason})[0] == 409
    assert held_row(world).position == 7
    assert ask(operator, "POST", "/v1/holds/retry", {"subject": str(subject)})[1] == {"retried": 1}


def test_an_event_that_ends_the_process_in_a_drain_is_named_and_can_be_skipped(
    world: World, operator: Client, two_tries: None
) -> None:
    subject = uuid4()
    world.tell(uuid4(), 1)
    world.tell(subject, 1)
    world.tell(uuid4(), 1)
    world.tell(subject, 2, 3)
    with world.source.transaction() as session:
        eventlog.number(session)
        epoch = eventlog.epochs(session)[-1].epoch
    with world.target.transaction() as session:
        cursor.lock(session, "intake")
        cursor.move(session, "intake", 5, epoch)
    plan = Following(
        "legal",
        LEGAL,
        Reads(Read("intake.thing.happened", Happened)),
        (Projection("applied", frozenset({"intake.thing.happened"}), _ended_by_two(world)),),
    )
    put_hold(world, subject, parked=True)
    with world.target.transaction() as session:
        session.execute(text("update follow_holds set position = 1"))
    stood_at = []
    while not stood_at or held_row(world).parked_at is None or held_row(world).position != 4:
        row = held_row(world)
        stood_at.append(row.position)
        drain = Drain(world.target, Application(world.target, plan), LogFeed(world.source))
        with pytest.raises(SystemExit):
            drain.drain(holds.Hold(row.source, row.subject, row.position, row.attempts))
        assert len(stood_at) < 5
    assert world.applied() == {subject: [1]}
    skip = {"reason": "breaks_contract", "position": 4}
    assert ask(operator, "POST", f"/v1/holds/intake/{subject}/skip", skip)[0] == 200
    row = held_row(world)
    drain = Drain(world.target, Application(world.target, plan), LogFeed(world.source))
    assert drain.drain(holds.Hold(row.source, row.subject, row.position, row.attempts))
    assert world.applied() == {subject: [1, 3]}


@pytest.mark.hazard("H-OPERATION-11", control="protecting-events-stay")
def test_a_protecting_event_behind_a_skipped_one_is_named_before_the_process_ends(
    world: World, operator: Client, two_tries: None
) -> None:
    subject = uuid4()
    emits = Emits(
        "intake",
        EventType("thing.happened", Happened, "test", "Something happened."),
        EventType("access.ended", Happened, "test", "Access ended.", protects=True),
    )
    with world.source.transaction(ORIGIN.holding(Origin(emits))) as session:
        told = [Announcement("thing.happened", {"number": 1}), Announcement("access.ended", {"number": 2})]
        eventlog.record(session, subject, told)
    with world.source.transaction() as session:
        eventlog.number(session)
        epoch = eventlog.epochs(session)[-1].epoch
    ended = Read("intake.access.ended", Happened, about="number", protects=True)
    plan = Following(
        "legal",
        LEGAL,
        Reads(Read("intake.thing.happened", Happened), ended),
        (Projection("applied", frozenset({"intake.thing.happened", ended.key}), _ended_by_two(world)),),
    )
    put_hold(world, subject, parked=True)
    with world.target.transaction() as session:
        cursor.lock(session, "intake")
        cursor.move(session, "intake", 2, epoch)
        session.execute(text("update follow_holds set position = 1"))
    path = f"/v1/holds/intake/{subject}/skip"
    assert ask(operator, "POST", path, {"reason": "not_needed", "position": 1})[0] == 200
    drain = Drain(world.target, Application(world.target, plan), LogFeed(world.source))
    while (row := held_row(world)).parked_at is None:
        with pytest.raises(SystemExit):
            drain.drain(holds.Hold(row.source, row.subject, row.position, row.attempts))
    assert (row.position, row.name) == (2, "access.ended")
    assert ask(operator, "POST", path, {"reason": "not_needed", "position": 2})[0] == 409
    assert held_row(world).position == 2


def _ended_by_two(world: World) -> Any:
    def project(session: Any, events: Any) -> None:
        if any(each.data["number"] == 2 for each in events):
            raise SystemExit
        world.project(session, events)

    return project


CHOICES: list[tuple[dict[str, Any], int]] = [
    ({"all": True}, 4),
    ({"all": True, "state": "parked"}, 3),
    ({"all": True, "source": "support"}, 1),
    ({"type": HAPPENED}, 2),
    ({"type": "intake.thing.happened", "state": "held"}, 1),
    ({"type": "org.casepath.intake.thing.happened.v2"}, 0),
]


def test_a_retry_takes_what_was_chosen_and_no_more(world: World, operator: Client) -> None:
    for body, retried in CHOICES:
        with world.target.transaction() as session:
            session.execute(text("delete from follow_holds"))
        put_hold(world, uuid4(), parked=True)
        put_hold(world, uuid4(), parked=False)
        put_hold(world, uuid4(), name="thing.ended", parked=True)
        put_hold(world, uuid4(), source="support", parked=True)
        assert ask(operator, "POST", "/v1/holds/retry", body) == (200, {"retried": retried}), body
        with world.target.transaction() as session:
            due = holds.due(session)
        assert len(due) == retried
        assert {each.attempts for each in due} <= {0}


def test_a_list_is_read_page_by_page(world: World) -> None:
    subjects = sorted(uuid4() for _ in range(5))
    for each in subjects:
        put_hold(world, each, parked=True)
    found: list[str] = []
    with world.target.transaction() as session:
        while page := interventions.find(
            session,
            interventions.Choice(state="parked"),
            after=("intake", UUID(found[-1])) if found else None,
            limit=2,
        ):
            found += [each["subject"] for each in page]
    assert found == [str(each) for each in subjects]


def test_a_new_release_retries_what_is_parked_once(world: World) -> None:
    old, new = Reads(Read("intake.thing.happened", Happened)), Reads(Read("intake.thing.happened", Happened, 2))
    counts = []
    for reads in (old, old, new, new):
        with world.target.transaction() as session:
            session.execute(text("delete from follow_holds"))
        put_hold(world, uuid4(), parked=True)
        put_hold(world, uuid4(), parked=False)
        with world.target.transaction() as session:
            counts.append(deployed_version.retry_parked_once(session, "legal", reads))
    assert counts == [1, 0, 1, 0]
    with world.target.transaction() as session:
        noted = session.execute(select(trail.audit_log.c.actor, trail.audit_log.c.action)).all()
    assert [tuple(row) for row in noted] == [("legal", "holds.retry")] * 2


def test_a_newer_version_waits_for_the_upgrade_and_is_then_applied_in_order(world: World) -> None:
    subject, first = uuid4(), Read("intake.thing.happened", Happened)
    emits = Emits("intake", EventType("thing.happened", Happened, "test", "Something happened.", version=2))
    with world.following(), world.relaying():
        world.tell(subject, 1)
        with world.source.transaction(ORIGIN.holding(Origin(emits))) as session:
            eventlog.record(session, subject, [Announcement("thing.happened", {"number": 2}, version=2)])
        world.tell(subject, 3)
        wait_until(lambda: _stands_at(world) == 3, "the old release has seen all")
    assert world.applied() == {subject: [1]}
    assert held_row(world).reason == "NewerVersion"
    upgraded = Following(
        "legal",
        LEGAL,
        Reads(first, Read("intake.thing.happened", Happened, 2)),
        (Projection("applied", frozenset({"intake.thing.happened"}), world.project),),
    )
    with world.target.transaction() as session:
        deployed_version.retry_parked_once(session, "legal", upgraded.reads)
    follower = Follower(
        world.target, upgraded, Application(world.target, upgraded), LogFeed(world.source), world.uri, verifier()
    )
    with running(follower):
        wait_until(lambda: world.applied() == {subject: [1, 2, 3]}, "the new release applies what waited")


def _stands_at(world: World) -> int:
    with world.target.transaction() as session:
        return cursor.read_state(session, "intake").position


def test_quarantine_and_unknown_types_are_shown_without_a_body(world: World, operator: Client) -> None:
    with world.target.transaction() as session:
        holds.put_in_quarantine(session, b"Jane Doe (fictitious)", "no_json", "intake.events")
        cursor.count_skipped(session, "intake", "thing.ended", 1, 9)
    _, found = ask(operator, "GET", "/v1/quarantine")
    [row] = found["quarantine"]
    assert (row["reason"], row["size"], row["count"]) == ("no_json", 21, 1)
    assert "Jane" not in str(found)
    assert ask(operator, "GET", f"/v1/quarantine/{row['hash']}") == (200, row)
    assert ask(operator, "GET", f"/v1/quarantine/{'0' * 64}")[0] == 404
    _, skipped = ask(operator, "GET", "/v1/skipped")
    assert skipped["types"] == [
        {"type": "org.casepath.intake.thing.ended.v1", "count": 1, "first_position": 9, "last_position": 9}
    ]


def test_a_retry_of_nothing_in_particular_is_refused(world: World, operator: Client) -> None:
    put_hold(world, uuid4(), parked=True)
    none: tuple[Any, ...] = ({}, {"all": False}, {"type": "rubbish"}, {"subject": "x"}, {"all": 1})
    for body in (*none, {"all": True, "type": HAPPENED}):
        assert ask(operator, "POST", "/v1/holds/retry", body)[0] == 422, body
    assert held_row(world).parked_at is not None


def test_a_reason_is_a_code_and_never_words(world: World, operator: Client) -> None:
    subject = uuid4()
    put_hold(world, subject, parked=True)
    for reason in ("Jane Doe said so", "", None, 7):
        status, problem = ask(operator, "POST", f"/v1/holds/intake/{subject}/skip", {"reason": reason})
        assert status == 422
        assert "Jane" not in str(problem)
    assert held_row(world).position == 7
    assert all(code.isidentifier() for code in SKIP_REASONS)


def test_only_operators_may_and_every_act_is_noted_with_its_subject(
    world: World, door: RequestPipeline, operator: Client
) -> None:
    subject = uuid4()
    put_hold(world, subject, parked=True)
    worker = Client(door, "caseworker", "supervisor")
    for method, path, body in (
        ("GET", "/v1/holds", None),
        ("GET", "/v1/quarantine", None),
        ("GET", "/v1/skipped", None),
        ("POST", "/v1/holds/retry", {"all": True}),
        ("POST", f"/v1/holds/intake/{subject}/skip", {"reason": "superseded"}),
    ):
        assert ask(worker, method, path, body)[0] == 403
    assert ask(operator, "GET", f"/v1/holds/intake/{subject}")[0] == 200
    ask(operator, "POST", "/v1/holds/retry", {"subject": str(subject)})
    ask(operator, "POST", f"/v1/holds/intake/{subject}/skip", {"reason": "superseded"})
    with world.target.transaction() as session:
        rows = session.execute(select(trail.audit_log).order_by(trail.audit_log.c.number)).all()
    assert [(row.action, row.status) for row in rows if row.actor == str(worker.subject)] == [
        ("holds.read", 403),
        ("quarantine.read", 403),
        ("skipped.read", 403),
        ("holds.retry", 403),
        ("holds.skip", 403),
    ]
    assert [(row.action, row.subject, row.status) for row in rows if row.actor == str(operator.subject)] == [
        ("holds.read", subject, 200),
        ("holds.retry", subject, 200),
        ("holds.skip", subject, 200),
    ]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("org.casepath.intake.case.closed.v12", ("intake", "case.closed", 12)),
        ("org.casepath.intake.case.closed", ("intake", "case.closed", None)),
        ("intake.case.closed", ("intake", "case.closed", None)),
        ("case.closed", None),
        ("intake.case.closed.v0", None),
        ("intake.case.closed.v1\n", None),
        ("", None),
    ],
)
def test_a_type_is_read_as_a_person_gives_it(given: str, read: Any) -> None:
    assert read_type(given) == read
