"""A consumer applies the withdrawal of a consent at once, even behind an event that fails.

None of our services keeps another service's consents yet. The consumer in this test does, for intake's own events.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from deploy.cli import servers
from services.intake.agencies.consent.events import (
    ConsentGranted,
    ConsentWithdrawn,
    FormerConsentGranted,
    FormerConsentWithdrawn,
)
from services.intake.agencies.consent.rules import NAMED_BY_ID
from services.intake.cases.lifecycle.events import CaseClosed
from services.intake.service import EMITS
from shared.access.agencies import id_of_authority
from shared.events.contract import Emits, Read, Reads, Received
from shared.events.envelope import Announcement
from shared.exchange import cursor, eventlog, holds, interventions
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.follower import Follower, Following, Guard, Projection, ReadModelTable
from shared.exchange.follower.apply import Application
from shared.exchange.interventions import Choice
from shared.exchange.relay import Relay
from shared.store.database import Database
from tests.kit import databases
from tests.kit.logfeed import LogFeed
from tests.kit.loops import running
from tests.kit.sealing import SEALER, verifier
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration
GRANTED, WITHDRAWN, CLOSED = "intake.consent.granted", "intake.consent.withdrawn", "intake.case.closed"
OTHERS = 1_000


AUTHORITY = "NL.COMENSHA"


def granted(consent: UUID) -> Announcement:
    return Announcement("consent.granted", {**grant(consent), "agency": id_of_authority(AUTHORITY)}, NAMED_BY_ID)


def formerly_granted(consent: UUID) -> Announcement:
    """Return a grant as 0.1.0 published it: for an authority, by its code."""
    return Announcement("consent.granted", {**grant(consent), "agency": AUTHORITY})


def grant(consent: UUID) -> dict[str, Any]:
    told = {"purposes": ["medical_care"], "data_categories": ["identity"], "language": "bg"}
    return {"consent": consent, **told, "granted_on": date(2026, 3, 2), "expires_on": date(2027, 3, 2)}


def withdrawn(consent: UUID) -> Announcement:
    told = {"agency": id_of_authority(AUTHORITY), "purposes": ["medical_care"], "erase_requested": True}
    day = {"withdrawn_on": date(2026, 3, 3)}
    return Announcement("consent.withdrawn", {"consent": consent, **told, **day}, NAMED_BY_ID)


CLOSING = Announcement("case.closed", {"reason": "goals_met", "closed_on": date(2026, 3, 4)})


@dataclass
class Keeper:
    """A consumer that keeps consents, with the events that it has applied."""

    source: Database
    target: Database
    uri: str
    url: str
    broken: bool = True
    done: list[tuple[str, UUID]] = field(default_factory=list)

    def tell(self, case: UUID, *told: Announcement) -> None:
        with self.source.transaction(ORIGIN.holding(Origin(EMITS))) as session:
            eventlog.record(session, case, told)

    def project(self, session: Session, received: Sequence[Received]) -> None:
        for each in received:
            if each.key == CLOSED:
                if self.broken:
                    raise LookupError("a mistake of ours that this event brings out")
                continue
            row = {"subject": each.subject, "consent": each.data["consent"]}
            if each.key == GRANTED:
                session.execute(text("insert into consents values (:subject, :consent) on conflict do nothing"), row)
            else:
                session.execute(text("delete from consents where consent = :consent"), row)
            self.done.append((each.key, each.data["consent"]))

    def standing(self, case: UUID) -> set[UUID]:
        with self.target.transaction() as session:
            return set(session.scalars(text("select consent from consents where subject = :at"), {"at": case}))

    def count(self) -> int:
        with self.target.transaction() as session:
            return int(session.scalar(text("select count(*) from consents")) or 0)

    def hold(self) -> Any:
        with self.target.transaction() as session:
            return session.execute(select(holds.holds)).one_or_none()

    def stands_at(self) -> int:
        with self.target.transaction() as session:
            return cursor.read_state(session, "intake").position

    def park(self) -> None:
        """Skip every pause between attempts, until no attempt is left."""
        with self.target.transaction() as session:
            session.execute(
                holds.holds.update().where(holds.holds.c.parked_at.is_(None)).values(next_try_at=text("now()"))
            )

    @contextmanager
    def working(self) -> Iterator[None]:
        reads = Reads(
            Read(GRANTED, FormerConsentGranted, about="consent"),
            Read(GRANTED, ConsentGranted, NAMED_BY_ID, about="consent"),
            Read(WITHDRAWN, FormerConsentWithdrawn, about="consent", protects=True),
            Read(WITHDRAWN, ConsentWithdrawn, NAMED_BY_ID, about="consent", protects=True),
            Read(CLOSED, CaseClosed),
        )
        keeps = Projection(
            "consents", frozenset({GRANTED, WITHDRAWN, CLOSED}), self.project, (ReadModelTable("consents"),)
        )
        plan = Following("legal", Emits("legal"), reads, (keeps,))
        application, feed = Application(self.target, plan), LogFeed(self.source)
        follower = Follower(self.target, plan, application, feed, self.uri, verifier())
        guard = Guard(self.target, plan, application, feed, self.uri, verifier())
        relay = Relay(self.source, service="intake", database_url=self.url, amqp_uri=self.uri, sealer=SEALER)
        with ExitStack() as loops:
            for each in (follower, guard, relay):
                loops.enter_context(running(each))
            wait_until(lambda: follower.connected and guard.connected, "both listen")
            yield


@pytest.fixture
def keeper(database: Database, fresh_database: str, postgres: servers.PostgresServer, vhost: str) -> Iterator[Keeper]:
    with databases.opened(postgres, "intake") as (target, url):
        with databases.as_owner(url) as owner:
            # Intake has another table with this name. The consumer's table is the one in this test.
            owner.execute("drop table consents")
            owner.execute("create table consents (subject uuid, consent uuid, primary key (subject, consent))")
        with database.transaction() as session:
            eventlog.begin_epoch_if_restored(session)
        yield Keeper(database, target, vhost, fresh_database)


@pytest.mark.promise("REL-11")
def test_a_consent_withdrawn_behind_a_failing_event_ends_at_once_and_stays_ended(keeper: Keeper) -> None:
    case, before, behind, kept = uuid4(), uuid4(), uuid4(), uuid4()
    with keeper.working():
        keeper.tell(case, formerly_granted(before))
        wait_until(lambda: keeper.standing(case) == {before}, "the consent is known")
        keeper.tell(case, CLOSING)
        wait_until(lambda: keeper.hold() is not None, "the case is held")
        keeper.tell(case, granted(behind), granted(kept), withdrawn(behind), withdrawn(before))
        wait_until(lambda: keeper.standing(case) == set(), "the withdrawal waits for nothing")
        for _ in range(OTHERS // 100):
            with keeper.source.transaction(ORIGIN.holding(Origin(EMITS))) as session:
                for _ in range(100):
                    eventlog.record(session, uuid4(), [granted(uuid4())])
        wait_until(lambda: keeper.count() == OTHERS, "all other cases pass", 60)
        wait_until(lambda: keeper.park() or keeper.hold().parked_at is not None, "its tries are used up", 60)
        keeper.broken = False
        with keeper.target.transaction() as session:
            assert interventions.retry(session, Choice(subject=case)) == 1
        wait_until(lambda: keeper.hold() is None, "the case is drained")
    assert keeper.standing(case) == {kept}
    assert (GRANTED, behind) not in keeper.done, "the older grant was never applied, not even for a moment"
    assert keeper.done.index((WITHDRAWN, behind)) < keeper.done.index((GRANTED, kept))
