"""Rebuild a follower's projections from the sources' logs while the service runs. Reactions do not run again.

An operator requests a rebuild. A rebuild also starts automatically if a source was restored from an older backup and
its log does not contain what was applied here. One process at a time works on a rebuild; its progress is stored, so
that another process can continue it.

    Rebuilder      the loop: takes requests, builds, swaps
    build          applies events in order to shadow tables, batch by batch
    swap           makes the live rows equal to the shadow rows in one transaction
"""

from collections.abc import Sequence
from uuid import UUID

import psycopg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from shared.access.tokens import Principal
from shared.audit import trail
from shared.events.envelope import new_id
from shared.exchange import cursor, forgeries
from shared.exchange.eventlog import Epoch
from shared.exchange.feed import FeedAway, FeedReader
from shared.exchange.follower import Following
from shared.exchange.follower.apply import Application, Interrupted
from shared.exchange.rebuild import progress, requests, shadow_tables
from shared.exchange.rebuild.build import Builder, CannotStandAlone, Overtaken
from shared.exchange.rebuild.scope import Scope, ShadowVoid, scope_of
from shared.exchange.rebuild.swap import NotYet, Swap
from shared.exchange.rebuild.tables import FAILED, SWAPPING, WAITING, Reached, Rebuild
from shared.store import leader
from shared.store.database import Database, is_passing
from shared.store.leader import Lease, LeaseLost
from shared.store.loop import Loop
from shared.telemetry.logs import logger

POLL_SECONDS = 1.0
RETRY_SECONDS = 1.0
#: Pause between two pages, for the live follower.
PAUSE_SECONDS = 0.002
#: Maximum number of failed swaps. After a failure, the event that causes it is located and held.
SWAPS_AT_MOST = 5
#: Above this number of subjects, everything is rebuilt instead of each subject.
APART_AT_MOST = 50

_TO_DO = """
    select from rebuilds where ended_at is null union all select from follow_doubted
    union all select from follow_cursors where diverged_at is not null
"""
_PASSING = (FeedAway, Interrupted, LeaseLost, Overtaken, psycopg.OperationalError)

log = logger()


class Rebuilder(Loop):
    """The loop of one process. Only one of several replicas works at a time."""

    def __init__(
        self, database: Database, following: Following, application: Application, feeds: FeedReader, database_url: str
    ) -> None:
        """Store the tables to rebuild, and the sources to rebuild them from."""
        super().__init__(self._work_off, pause=POLL_SECONDS, retry=RETRY_SECONDS, passing=(*_PASSING, SQLAlchemyError))
        self._database = database
        self._is_anything_to_do = database.whether_any(_TO_DO)
        self._following = following
        self._application = application
        self._feeds = feeds
        self._url = database_url
        self._begun: set[UUID] = set()

    def report(self, error: Exception) -> None:
        """Log that a rebuild waits for the next attempt."""
        log.warning("rebuild.interrupted", reason=type(error).__name__)

    def _work_off(self) -> None:
        """Process the requested rebuilds."""
        while not self.is_stopping and self._is_anything_to_do():
            with self._database.transaction() as session:
                ask_if_diverged(session, self._following)
                ask_if_doubted(session, self._following)
                rebuild = requests.next_open(session)
            lease = None if rebuild is None else leader.try_acquire(self._url, "rebuild")
            if rebuild is None or lease is None:
                return
            with lease:
                self._work_on(rebuild, lease)

    def _work_on(self, rebuild: Rebuild, lease: Lease) -> None:
        try:
            scope = self._begin(rebuild)
            self._build_and_swap(rebuild, scope, lease)
        except requests.Gone:
            log.info("rebuild.gone")
            with self._database.transaction() as session:
                shadow_tables.drop(session)
        except ShadowVoid:
            log.warning("rebuild.begun_anew")
            with self._database.transaction() as session:
                requests.restart(session, rebuild)
            self.wait(RETRY_SECONDS)
        except _PASSING as error:
            with self._database.transaction() as session:
                requests.note(session, rebuild, reason=type(error).__name__)
            raise
        except Exception as error:
            if is_passing(error):
                raise Interrupted(type(error).__name__) from error
            self._fail(rebuild, error)

    def _fail(self, rebuild: Rebuild, error: Exception) -> None:
        """End a rebuild as failed; the live tables are unchanged."""
        reason = str(error) if isinstance(error, CannotStandAlone) else type(error).__name__
        log.error("rebuild.failed", reason=reason, exc_info=error)
        with self._database.transaction() as session:
            shadow_tables.drop(session)
            requests.end(session, rebuild, FAILED, reason=reason)

    def _begin(self, rebuild: Rebuild) -> Scope:
        """Create the shadow tables unless they exist; return the scope of the rebuild."""
        with self._database.transaction() as session:
            replaced = cursor.diverged(session) if rebuild.state == WAITING and rebuild.heals else []
            if rebuild.state != WAITING:
                replaced = [reached.source for reached in progress.reached(session, rebuild) if reached.heals]
        scope = scope_of(self._following, rebuild, replaced)
        if rebuild.state != WAITING:
            return scope
        heads = {source: self._feeds.fetch(source, after=0, limit=0).epochs for source in replaced}
        with self._database.transaction() as session:
            if requests.lock(session, rebuild) != WAITING:
                raise Overtaken
            beginnings = [self._beginning(session, scope, source, heads.get(source)) for source in scope.sources]
            requests.begin(session, rebuild, beginnings)
            shadow_tables.create(session, scope.tables)
        return scope

    @staticmethod
    def _beginning(session: Session, scope: Scope, source: str, lives: Sequence[Epoch] | None) -> Reached:
        """Return the start position in a source's log; `lives` are the log's epochs if it was replaced."""
        if lives is None or any(source in projection.sources for projection in scope.projections):
            return Reached(source, 0, None, heals=lives is not None)
        # No projection keeps data of this source: only the cursor moves back.
        parted = cursor.parting(cursor.read_state(session, source), cursor.remembered(session, source), lives)
        return Reached(source, parted, cursor.epoch_at(parted, lives), heals=True)

    def _build_and_swap(self, rebuild: Rebuild, scope: Scope, lease: Lease) -> None:
        left = rebuild.state != WAITING and rebuild.id not in self._begun
        self._begun.add(rebuild.id)
        builder = Builder(self._database, self._following, self._feeds, rebuild, scope, lease.renew, careful=left)
        swap = Swap(self._database, self._following, self._application, self._feeds, builder)
        failures, swapping = 0, False
        while not self.is_stopping:
            if self._advance(builder, scope.sources):
                self.wait(PAUSE_SECONDS)
                continue
            builder.catch_up_all()
            if not swapping:
                with self._database.transaction() as session:
                    requests.note(session, rebuild, state=SWAPPING, reason=None)
                    shadow_tables.count_rows(session, scope.tables)
                swapping = True
            try:
                swap.attempt()
            except NotYet:
                self.wait(PAUSE_SECONDS)
            except (ShadowVoid, *_PASSING):
                raise
            except Exception as error:
                failures += 1
                swap.takes_on = False
                if is_passing(error) or failures >= SWAPS_AT_MOST:
                    raise
                log.exception("rebuild.swap_failed")
            else:
                return

    @staticmethod
    def _advance(builder: Builder, sources: Sequence[str]) -> bool:
        """Build the next page of each source; return True if more events are waiting."""
        more = [builder.advance(source) for source in sources]
        return any(more)


def is_awaited(session: Session, projection: str, *, asked_by: str) -> bool:
    """Return whether a projection that a service requested to be built has not been built since."""
    return requests.is_awaited(session, projection, asked_by=asked_by)


def ask_if_diverged(session: Session, following: Following) -> None:
    """Request a rebuild if a source's log does not contain what was applied."""
    if not cursor.diverged(session) or not requests.may_heal(session):
        return
    _, fresh = requests.request(session, following.service, heals=True)
    if fresh:
        _note(session, following, None)


def ask_if_doubted(session: Session, following: Following) -> None:
    """Request a rebuild of each subject that a forged message affected; of everything, if they are many."""
    doubted = forgeries.take_doubted(session)
    for subject in [None] if len(doubted) > APART_AT_MOST else doubted:
        requests.request(session, following.service, subject=subject)
        _note(session, following, subject)


def _note(session: Session, following: Following, subject: UUID | None) -> None:
    ourselves = Principal(following.service, frozenset({"service"}), f"casepath:service:{following.service}")
    trail.note(session, ourselves, action="rebuilds.begin", subject=subject, status=202, correlation=new_id())
