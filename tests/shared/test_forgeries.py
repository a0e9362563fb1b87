"""Which messages a follower trusts if an attacker has a source's keys too, on a real broker and real databases."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from deploy.cli import servers
from shared.access import tokens
from shared.events.envelope import Event, encode, from_document, new_id
from shared.exchange import cursor, digests
from shared.exchange import unconfirmed as waiting_for_the_feed
from shared.exchange.digests import REMEMBERED, Remembered, digest_of
from shared.exchange.follower.examining import ASKED_AT_MOST
from shared.exchange.proofs import BatchSigner
from shared.store.database import Database
from tests.kit import databases, rebuilds
from tests.kit.builders import an_event
from tests.kit.rebuilds import RebuiltWorld
from tests.kit.sealing import prove, seal
from tests.kit.teams import added, noted, removed
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration

FAR = 500_000
#: Offsets of the parts of a proof.
KEY_AT, PATH_AT = 17, 85


@pytest.fixture
def world(
    database: Database, fresh_database: str, postgres: servers.PostgresServer, vhost: str
) -> Iterator[RebuiltWorld]:
    with rebuilds.opened(database, fresh_database, postgres, vhost) as opened:
        yield opened


def forged(world: RebuiltWorld, subject: UUID, name: str, ahead: int, **told: object) -> Event:
    """Make a sealed event that the source never published."""
    last = world.log()[-1]
    document = {**last.document(), "id": str(new_id()), "subject": str(subject), "data": told}
    document |= {"type": f"org.casepath.intake.{name}.v1", "sequence": f"{last.position + ahead:020d}"}
    return from_document(json.loads(json.dumps(document, default=str)))


def send(world: RebuiltWorld, event: Event) -> None:
    """Publish an event as an attacker with all keys of its source."""
    body = seal(event)
    world.send(body, event.routing_key, *prove([body]))


def met(world: RebuiltWorld) -> set[tuple[int, str]]:
    with world.target.transaction() as session:
        return {(row.position, row.kind) for row in session.execute(text("select * from follow_forgeries"))}


def unconfirmed(world: RebuiltWorld) -> int:
    with world.target.transaction() as session:
        return int(session.execute(text("select count(*) from follow_unconfirmed")).scalar_one())


def compared_to(world: RebuiltWorld) -> int:
    with world.target.transaction() as session:
        return cursor.verified(session, "intake")


def put_aside(world: RebuiltWorld) -> int:
    with world.target.transaction() as session:
        return int(session.execute(text("select count(*) from follow_quarantine")).scalar_one())


@pytest.mark.parametrize("ahead", [FAR, 4_000_000], ids=["far", "further than any outage"])
def test_what_shut_ahead_and_is_in_no_log_is_named_however_far_it_claims_to_be(world: RebuiltWorld, ahead: int) -> None:
    case, member = uuid4(), uuid4()
    with world.all_running():
        world.tell(case, added(member))
        wait_until(lambda: world.team(case) == {member}, "the member is in the team")
        event = forged(world, case, "team.member_removed", ahead, member=member)
        send(world, event)
        wait_until(lambda: event.position in {position for position, _ in met(world)}, "it is named")
        wait_until(lambda: world.team(case) == {member}, "nobody stays shut out")


@pytest.mark.promise("REL-15")
def test_what_a_forged_event_displaced_takes_effect_and_is_answered_all_the_same(world: RebuiltWorld) -> None:
    case, other, stranger, member = uuid4(), uuid4(), uuid4(), uuid4()
    with world.all_running():
        world.tell(case, noted(1))
        wait_until(lambda: world.stands_at() == 1, "it is followed")
        send(world, forged(world, other, "team.member_added", 1, member=stranger))
        wait_until(lambda: world.team(other) == {stranger} or bool(met(world)), "it is taken for the next")
        world.tell(case, added(member))
        world.tell(case, noted(2))
        wait_until(lambda: world.team(case) == {member}, "the real one takes effect")
        wait_until(lambda: str(member) in world.answered(), "and is answered")
        wait_until(lambda: world.team(other) == set(), "the forged one has none that lasts")
        wait_until(world.flows, "all flows")
    assert (2, "applied") in met(world)
    assert world.rows()["subjects"] == [(case, 2)], "of the forged one's subject nothing is left"
    assert world.rows()["notes"] == [(case, 1), (case, 2)]
    with world.target.transaction() as session:
        vanished = text("select count(*) from follow_reactions where vanished_at is not null")
        assert session.execute(vanished).scalar_one() == 1, "what was answered to it is listed for operators"


@pytest.mark.promise("REL-15")
@pytest.mark.promise("REL-34")
@pytest.mark.hazard("H-CONFIDENTIALITY-8", control="compared-digests")
@pytest.mark.parametrize("count", [1, ASKED_AT_MOST + 5], ids=["one", "more than are checked at once"])
def test_events_displaced_by_forged_ones_take_effect_once_the_feed_answers(world: RebuiltWorld, count: int) -> None:
    case, other, members = uuid4(), uuid4(), {uuid4() for _ in range(count)}
    with world.all_running():
        world.tell(case, *map(added, members))
        wait_until(lambda: world.team(case) == members, "all members are in")
    world.feed_is_away = True
    with world.following(), world.relaying():
        for ahead in range(1, count + 1):
            send(world, forged(world, other, "thing.noted", ahead, number=ahead))
        wait_until(lambda: world.stands_at() == 2 * count, "the forged events are applied")
        world.tell(case, *map(removed, members), noted(2))
        wait_until(lambda: world.stands_at() == 2 * count + 1, "the real ones have come")
    # The follower has acknowledged the forged events, so the broker does not deliver them again.
    assert (world.waiting("legal.inbox"), world.team(case), met(world)) == (0, members, set())
    world.purge("legal.guard")
    world.feed_is_away = False
    with world.all_running():
        wait_until(lambda: world.team(case) == set(), "the removals take effect", 20)
        wait_until(world.flows, "all flows")
        wait_until(lambda: len(world.answered()) == 2 * count, "each is answered")
        wait_until(lambda: world.rows()["subjects"] == [(case, 1)], "of the forged ones nothing is left")
    assert met(world) == {(count + at, "applied") for at in range(1, count + 1)}


@pytest.mark.promise("REL-15")
@pytest.mark.hazard("H-CONFIDENTIALITY-8", control="compared-digests")
def test_a_displaced_event_is_found_while_an_older_one_is_repeated(world: RebuiltWorld) -> None:
    case, other, member, older = uuid4(), uuid4(), uuid4(), 600
    with world.all_running():
        world.tell(case, added(member), *map(noted, range(1, older)))
        wait_until(lambda: compared_to(world) == older, "all are applied and compared")
    repeated = replace(world.log()[1], data={"number": older})
    world.feed_is_away = True
    with world.following(), world.relaying():
        send(world, forged(world, other, "thing.noted", older + 1 - len(world.log()), number=1))
        wait_until(lambda: world.stands_at() == older + 1, "the forged event is applied")
        world.tell(case, removed(member), noted(older))
        wait_until(lambda: world.stands_at() == older + 2, "the real ones have come")
        send(world, repeated)
        wait_until(lambda: compared_to(world) == repeated.position - 1, "the older one is in doubt")
    assert (world.waiting("legal.inbox"), world.team(case)) == (0, {member})
    world.purge("legal.guard")
    world.feed_is_away = False

    def is_found() -> bool:
        send(world, repeated)
        world.tell(other, noted(2))
        return world.team(case) == set()

    with world.all_running():
        wait_until(is_found, "the removal takes effect", 30)
        wait_until(world.flows, "all flows")
    assert (older + 1, "applied") in met(world)


@pytest.mark.promise("REL-15")
def test_a_disk_put_back_while_its_feed_was_away_is_detected_after_a_full_compare(world: RebuiltWorld) -> None:
    case, member, other = uuid4(), uuid4(), uuid4()
    with world.all_running():
        world.tell(case, noted(1), added(member))
        wait_until(lambda: compared_to(world) == 2, "both are applied and compared")
    world.feed_is_away = True
    with databases.as_owner(world.url) as owner:
        rewritten = "update event_log set id = %s, data = %s where position = 2"
        owner.execute(rewritten, [new_id(), json.dumps({"member": str(other)})])
    with world.following(), world.relaying():
        send(world, world.log()[1])
        world.tell(case, noted(2))
        wait_until(lambda: world.stands_at() == 3, "the other event of the same position has come")
    assert (world.waiting("legal.inbox"), world.team(case)) == (0, {member})
    world.feed_is_away = False
    with world.all_running():
        wait_until(lambda: world.team(case) == {other}, "what the log has takes effect", 20)
        wait_until(world.flows, "all flows")
    assert (2, "applied") in met(world)


@pytest.mark.promise("REL-15")
def test_a_real_event_that_was_kept_back_and_replaced_is_found_without_its_coming(world: RebuiltWorld) -> None:
    case, stranger = uuid4(), uuid4()
    with world.all_running():
        world.tell(case, noted(1))
        wait_until(lambda: world.stands_at() == 1, "it is followed")
    with world.relaying():
        world.tell(case, removed(stranger))
        wait_until(lambda: world.published() == 2, "it is published")
    world.purge("legal.inbox")
    world.purge("legal.guard")
    real = world.log()[-1]
    altered = forged(world, case, "team.member_added", 0, member=stranger)
    send(world, replace(altered, id=real.id, time=real.time, correlation=real.correlation))
    with world.all_running():
        wait_until(lambda: world.stands_at() == 2, "it is taken")
        wait_until(lambda: world.team(case) == set(), "and found", 20)
        wait_until(lambda: (2, "applied") in met(world), "and named")
        wait_until(world.flows, "all flows")


@pytest.mark.promise("REL-15")
def test_a_real_event_replaced_by_a_forged_one_takes_effect_and_the_forged_one_never(world: RebuiltWorld) -> None:
    case, stranger = uuid4(), uuid4()
    with world.all_running():
        world.tell(case, noted(1))
        wait_until(lambda: world.stands_at() == 1, "it is followed")
    with world.relaying():
        world.tell(case, removed(stranger))
        wait_until(lambda: world.published() == 2, "it is published")
    world.purge("legal.inbox")
    world.purge("legal.guard")
    real = world.log()[-1]
    altered = forged(world, case, "team.member_added", 0, member=stranger)
    altered = replace(altered, id=real.id, time=real.time, correlation=real.correlation)
    world.send(seal(altered), altered.routing_key, prove([seal(real)])[0])
    with world.all_running():
        wait_until(lambda: world.stands_at() == 2, "the real one is taken")
        wait_until(lambda: met(world) == {(2, "not_sealed")}, "and the other is named")
        wait_until(world.flows, "all flows")
    assert world.team(case) == set()
    with world.target.transaction() as session:
        assert "added" not in set(session.scalars(text("select name from follow_reactions")))


@pytest.mark.promise("REL-14")
def test_an_unconfirmed_early_block_stays_while_the_feed_is_away_and_is_lifted_by_it(world: RebuiltWorld) -> None:
    case, member, late = uuid4(), uuid4(), uuid4()
    with world.all_running():
        world.tell(case, added(member))
        wait_until(lambda: world.team(case) == {member}, "the member is in")
    world.feed_is_away = True
    with world.following(), world.guarding(), world.relaying():
        send(world, forged(world, case, "team.member_removed", FAR, member=member))
        wait_until(lambda: world.team(case) == set(), "it shuts at once", 20)
        # Real events are outranked meanwhile, but not lost.
        world.tell(case, added(member), added(late))
        wait_until(lambda: world.stands_at() == 3, "what is real has passed")
        assert (world.team(case), unconfirmed(world)) == ({late}, 1)
    # After a restart, another process continues the check.
    world.feed_is_away = False
    with world.all_running():
        wait_until(lambda: world.team(case) == {member, late}, "it is lifted", 20)
        wait_until(lambda: world.flows() and world.answered().count(str(member)) == 2, "what was left out is answered")
    assert met(world) == {(1 + FAR, "acted_ahead")}
    assert (unconfirmed(world), world.floors()) == (0, [])


@pytest.mark.promise("REL-14")
def test_what_is_real_is_confirmed_and_stays(world: RebuiltWorld) -> None:
    case, member = uuid4(), uuid4()
    with world.all_running():
        world.tell(case, added(member))
        wait_until(lambda: world.team(case) == {member}, "the member is in")
    with world.guarding(), world.relaying():
        world.tell(case, removed(member))
        wait_until(lambda: world.team(case) == set(), "it shuts ahead of its turn")
        wait_until(lambda: unconfirmed(world) == 0, "the feed confirms it")
    with world.all_running():
        wait_until(lambda: world.stands_at() == 2, "its turn comes")
    assert (world.team(case), met(world)) == (set(), set())


class Another:
    """A follower with all keys that it is allowed to have: intake's exchange key, and its own signing key."""

    def __init__(self, world: RebuiltWorld) -> None:
        self._real = seal(world.log()[-1])
        self._proof = prove([self._real, self._real])[0]

    def no_proof(self, _body: bytes) -> bytes:
        return b""

    def own_key(self, body: bytes) -> bytes:
        return prove([body], "legal")[0]

    def own_key_under_the_name_of_the_source(self, body: bytes) -> bytes:
        return self._proof[:KEY_AT] + prove([body], "legal")[0][KEY_AT:]

    def real_proof_of_another_message(self, _body: bytes) -> bytes:
        return self._proof

    def real_proof_with_its_path_cut(self, _body: bytes) -> bytes:
        return self._proof[:PATH_AT]

    def real_proof_with_the_message_in_its_path(self, body: bytes) -> bytes:
        return self._proof[:PATH_AT] + hashlib.sha256(b"\0" + body).digest()


@pytest.mark.promise("REL-13")
@pytest.mark.hazard("H-CONFIDENTIALITY-8", control="signed-batches")
@pytest.mark.parametrize(
    "prove_",
    [way for name, way in vars(Another).items() if not name.startswith("_")],
    ids=lambda way: way.__name__,
)
def test_what_another_follower_forges_is_never_applied_and_the_feed_is_read(
    world: RebuiltWorld, prove_: Callable[[Another, bytes], bytes]
) -> None:
    case, other, member, stranger, late = (uuid4() for _ in range(5))
    with world.all_running():
        world.tell(case, added(member))
        wait_until(lambda: world.team(case) == {member}, "the member is in")
        forger = Another(world)
        forgeries = [
            forged(world, other, "team.member_added", 1, member=stranger),
            forged(world, case, "team.member_removed", 1, member=member),
            forged(world, case, "team.member_removed", FAR, member=member),
            forged(world, case, "team.member_added", 0, member=stranger),
        ]
        with world.target.transaction() as session:
            before = session.execute(text("select count(*) from follow_reactions")).scalar_one()
        for event in forgeries:
            body = seal(event)
            world.send(body, event.routing_key, prove_(forger, body))
        named = {(event.position, "not_sealed") for event in forgeries}
        wait_until(lambda: met(world) == named, "each is named")
        wait_until(lambda: not world.waiting("legal.guard"), "the guard has taken its own")
        assert (world.team(case), world.team(other), unconfirmed(world)) == ({member}, set(), 0)
        with world.target.transaction() as session:
            assert session.execute(text("select count(*) from follow_reactions")).scalar_one() == before
        world.tell(case, added(late))
        wait_until(lambda: world.team(case) == {member, late}, "what is real arrives")
    assert (met(world), world.stands_at()) == (named, 2)


def _by_an_unknown_key(body: bytes) -> bytes:
    key = tokens.new_key(tokens.service_issuer("intake"))
    return BatchSigner("intake", json.dumps(key)).prove([body])[0]


@pytest.mark.parametrize(
    ("written", "proven"),
    [
        (encode, lambda _: b""),
        (seal, lambda _: b""),
        (seal, _by_an_unknown_key),
        (seal, lambda body: b"\2" + prove([body])[0][1:]),
    ],
    ids=["not sealed", "without a proof", "signed by a key that is not known yet", "with a proof of another form"],
)
def test_events_of_a_source_of_another_release_are_read_from_the_feed_without_alarm(
    world: RebuiltWorld, written: Callable[[Event], bytes], proven: Callable[[bytes], bytes]
) -> None:
    case, member, late = uuid4(), uuid4(), uuid4()
    with world.following(), world.guarding():
        pass  # their queues are there
    with world.relaying():
        world.tell(case, added(member), removed(member), added(member), noted(1), added(late))
        wait_until(lambda: world.published() == 5, "they are published")
    for queue in ("legal.inbox", "legal.guard"):
        world.purge(queue)
    for event in world.log():
        if event.position % 2:
            world.send(body := written(event), event.routing_key, proven(body))
        else:  # a replica that was upgraded meanwhile
            send(world, event)
    with world.following(), world.guarding():
        wait_until(lambda: world.stands_at() == 5, "all are applied")
        wait_until(lambda: not world.waiting("legal.guard"), "the guard has taken its own")
    assert (world.team(case), met(world)) == ({member, late}, set())


def test_an_event_that_was_emptied_is_no_other_one_and_one_that_says_so_alone_is() -> None:
    event = an_event()
    emptied = replace(event, data={}, classification="erased", traceparent=None)
    assert digests.agree(digest_of(event), digest_of(emptied))
    assert not digests.agree(digest_of(emptied), digest_of(event)), "the log has what was said to be empty"
    for other in (
        replace(event, id=uuid4()),
        replace(event, subject=uuid4()),
        replace(event, name="team.member_removed"),
        replace(event, version=2),
        replace(event, position=event.position + 1),
        replace(event, data={**event.data, "more": 1}),
        replace(event, classification="other"),
        replace(emptied, correlation=uuid4()),
    ):
        assert not digests.agree(digest_of(event), digest_of(other))
    erased_here = Remembered(event.position, None, digest_of(emptied))
    assert erased_here.matches(digest_of(event)), "the source has not emptied it yet"
    assert not erased_here.matches(digest_of(replace(event, id=uuid4())))
    again = from_document(json.loads(encode(event)))
    assert digest_of(again) == digest_of(event), "whichever way it came"


def test_the_last_positions_are_remembered_and_no_more(database: Database) -> None:
    with database.transaction() as session:
        cursor.lock(session, "intake")
        for first in range(1, 2 * REMEMBERED, 500):
            digests.store(session, "intake", [an_event(position=at) for at in range(first, first + 500)])
    with database.transaction() as session:
        remembered = [entry.position for entry in digests.after(session, "intake", 0)]
    assert remembered == list(range(REMEMBERED + 1, 2 * REMEMBERED + 1))


def test_a_comparison_hides_no_dispute_that_came_up_meanwhile(database: Database) -> None:
    with database.transaction() as session:
        cursor.lock(session, "intake")
        cursor.move(session, "intake", 10, uuid4())
        cursor.mark_verified(session, "intake", 0, 8)
        cursor.unmark_verified(session, "intake", 5)
        cursor.mark_verified(session, "intake", 8, 10)
        assert cursor.verified(session, "intake") == 4
        cursor.mark_verified(session, "intake", 4, 10)
        assert cursor.verified(session, "intake") == 10


def test_so_many_may_act_before_they_are_confirmed_and_no_more(
    world: RebuiltWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_for_the_feed, "AT_MOST", 1)
    case, members = uuid4(), [uuid4(), uuid4()]
    with world.all_running():
        world.tell(case, *map(added, members))
        wait_until(lambda: world.team(case) == set(members), "both are in")
    world.feed_is_away = True
    with world.guarding():
        for place, member in enumerate(members):
            send(world, forged(world, case, "team.member_removed", FAR + place, member=member))
        world.send(b"no json", "team.member_removed.v1")
        wait_until(lambda: put_aside(world) == 1, "the guard has taken both, and what is behind them")
        assert world.team(case) == {members[1]}
