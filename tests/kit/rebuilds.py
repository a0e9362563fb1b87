"""A source and a follower with projections that can be rebuilt; `tests.kit.teams` with tables of a known form."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from deploy.cli import servers
from shared.events.contract import Received
from shared.exchange import cursor, eventlog, rebuild
from shared.exchange.follower import Following, Projection, Reaction, ReadModelTable
from shared.exchange.follower.apply import Application
from shared.exchange.rebuild import Rebuilder, requests
from shared.store.database import Database
from tests.kit import databases
from tests.kit.logfeed import LogFeed
from tests.kit.loops import running
from tests.kit.teams import ADDED, NOTED, REMOVED, World
from tests.kit.waiting import wait_until

rebuild.POLL_SECONDS = 0.05

TABLES = """
    create table team (subject uuid, member uuid, primary key (subject, member));
    create table notes (subject uuid, number int, primary key (subject, number));
    create table subjects (subject uuid primary key, version int not null, notes int not null)
"""


@dataclass
class RebuiltWorld(World):
    """Stores teams, notes, and a row for each subject with a version."""

    target_url: str = ""
    #: Numbers that fail only in the tables of a rebuild: for an error introduced after they were applied.
    poison_aside: set[int] = field(default_factory=set)

    def note(self, session: Session, events: Sequence[Received]) -> None:
        aside = session.scalar(text("select current_setting('search_path')")) == "rebuild"
        for each in events:
            number = each.data["number"]
            if number in self.poison or (aside and number in self.poison_aside):
                raise LookupError("a mistake of ours that this event brings out")
            row = {"subject": each.subject, "number": number}
            session.execute(text("insert into notes values (:subject, :number) on conflict do nothing"), row)

    def count(self, session: Session, events: Sequence[Received]) -> None:
        for each in events:
            noted = {"subject": each.subject, "notes": int(each.key == NOTED)}
            session.execute(
                text("""
                    insert into subjects values (:subject, 1, :notes) on conflict (subject)
                    do update set version = subjects.version + 1, notes = subjects.notes + excluded.notes
                """),
                noted,
            )

    def plan(self) -> Following:
        every = frozenset({ADDED, REMOVED, NOTED})
        return replace(
            super().plan(),
            projections=(
                Projection("team", frozenset({ADDED, REMOVED}), self.project, (ReadModelTable("team", "subject"),)),
                Projection("notes", frozenset({NOTED}), self.note, (ReadModelTable("notes", "subject"),)),
                Projection("subjects", every, self.count, (ReadModelTable("subjects", "subject", "version"),)),
            ),
            reactions=(
                Reaction("added", ADDED, self.react),
                Reaction("removed", REMOVED, self.react),
                Reaction("noted", NOTED, self.react_to_note),
            ),
        )

    def react_to_note(self, session: Session, received: Received) -> None:
        """Do nothing, and announce nothing."""

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        plan = self.plan()
        application = Application(self.target, plan)
        with running(Rebuilder(self.target, plan, application, LogFeed(self.source), self.target_url)):
            yield

    @contextmanager
    def all_running(self) -> Iterator[None]:
        with ExitStack() as stack:
            for each in (self.following, self.guarding, self.relaying, self.rebuilding):
                stack.enter_context(each())
            yield

    def ask(self, projection: str | None = None, subject: UUID | None = None) -> UUID:
        with self.target.transaction() as session:
            return requests.request(session, "an operator", projection=projection, subject=subject)[0]

    def shown(self, which: UUID) -> dict[str, Any]:
        with self.target.transaction() as session:
            found = requests.show(session, which)
        assert found is not None
        return found

    def ended(self, which: UUID) -> dict[str, Any]:
        """Wait until a rebuild has ended; returns its report."""
        wait_until(lambda: self.shown(which)["ended_at"] is not None, "the rebuild ends", 60)
        return self.shown(which)

    def rebuild(self, projection: str | None = None, subject: UUID | None = None) -> dict[str, int]:
        """Rebuild projections; returns the number of rows that differed in each table."""
        found = self.ended(self.ask(projection, subject))
        assert found["state"] == "done", found
        return {each["table"]: each["differed"] for each in found["tables"]}

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every projection, without versions."""
        return rows_of(
            self.target, "subject, member from team", "subject, number from notes", "subject, notes from subjects"
        )

    def change(self, statement: str, **told: Any) -> None:
        """Change the follower's tables directly."""
        with self.target.transaction() as session:
            session.execute(text(statement), told)

    def flows(self) -> bool:
        """Retry held events now, including those that a drain left when its turn ended; return whether none is held."""
        self.change("update follow_holds set next_try_at = now() where coalesce(next_try_at > now(), true)")
        return not self.held()

    def head(self) -> int:
        with self.source.transaction() as session:
            return eventlog.number(session)

    def wait_until_followed(self) -> None:
        wait_until(lambda: self.stands_at() == self.head() and not self.diverged(), "all is followed", 60)

    def diverged(self) -> bool:
        with self.target.transaction() as session:
            return cursor.read_state(session, "intake").diverged


def rows_of(database: Database, *what: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of each `columns from table`, in order."""
    with database.transaction() as session:
        return {
            each.rpartition(" ")[2]: [tuple(row) for row in session.execute(text(f"select {each} order by 1, 2"))]
            for each in what
        }


@contextmanager
def opened(source: Database, source_url: str, postgres: servers.PostgresServer, vhost: str) -> Iterator[RebuiltWorld]:
    with databases.opened(postgres, "intake") as (target, url):
        with databases.as_owner(url) as owner:
            owner.execute(TABLES)
        for database in (source, target):
            with database.transaction() as session:
                eventlog.begin_epoch_if_restored(session)
        yield RebuiltWorld(source, target, vhost, source_url, target_url=url)
