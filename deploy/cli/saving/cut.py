"""Read all databases at almost the same moment, each in a separate transaction that starts with the others.

Several databases have no common moment. But if no consumer's cursor is ahead of its source, the restored databases
agree: each consumer catches up, and none must rebuild. The transactions are therefore restarted until this is true.
They start within milliseconds, so the first attempt almost always succeeds. Keys are read after the data, because a key
is durable before any data that is encrypted with it.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypedDict

from deploy.cli.installation import SERVICES
from deploy.cli.saving.reach import PsqlSession, Reach
from deploy.cli.stores import key_database

TRIES = 20
_BEGIN = "begin isolation level repeatable read read only"
_STANDS = """
    select
        (select position from event_log_head) as head,
        (select coalesce(jsonb_agg(jsonb_build_object('epoch', epoch, 'after', after_position) order by number), '[]')
            from event_log_epochs) as epochs,
        (select coalesce(jsonb_object_agg(source, position), '{}') from follow_cursors) as cursors,
        (select coalesce(max(place), 0) from audit_chain) as audit_place,
        (select encode(hash, 'hex') from audit_chain order by place desc limit 1) as audit_hash,
        (select jsonb_agg(version_num order by version_num) from alembic_version) as migrations,
        (select environment from installation) as environment,
        pg_export_snapshot() as snapshot
"""
_KEYS_STAND = """
    select (select count(*) from case_keys) as keys, (select count(*) from tombstones) as erased,
        (select jsonb_agg(version_num order by version_num) from alembic_version) as migrations,
        pg_export_snapshot() as snapshot
"""


class EpochOf(TypedDict):
    """One life of a log, and the position after which it began."""

    epoch: str
    after: int


class Stand(TypedDict):
    """Where a service's database was at the moment."""

    head: int
    epochs: list[EpochOf]
    cursors: dict[str, int]
    audit_place: int
    audit_hash: str | None
    migrations: list[str]
    environment: str | None


class KeysStand(TypedDict):
    """Where a service's key database was at the moment."""

    keys: int
    erased: int
    migrations: list[str]


@dataclass(frozen=True)
class Cut:
    """A moment of all databases: where each stood, and the snapshot that `pg_dump` reads."""

    data: Mapping[str, Stand]
    keys: Mapping[str, KeysStand]
    snapshots: Mapping[str, str]
    tries: int

    @property
    def is_consistent(self) -> bool:
        """Whether no consumer is ahead of its source."""
        return not ahead(self.data)


def ahead(stands: Mapping[str, Stand]) -> list[tuple[str, str]]:
    """Return each follower that has applied more of a source than the source has; nothing in a consistent cut."""
    return sorted(
        (follower, source)
        for follower, stand in stands.items()
        for source, position in stand["cursors"].items()
        if source in stands and position > stands[source]["head"]
    )


@contextlib.contextmanager
def one_moment(reach: Reach) -> Iterator[Cut]:
    """Hold the transactions of one moment open for as long as the block lasts. Raises `CommandRefused`."""
    with contextlib.ExitStack() as open_together:
        sessions = {name: open_together.enter_context(PsqlSession(reach, name)) for name in SERVICES}
        keys = {name: open_together.enter_context(PsqlSession(reach, key_database(name))) for name in SERVICES}
        for session in (*sessions.values(), *keys.values()):
            session.ask("select 1")  # connected, so that what follows begins at once
        for attempt in range(1, TRIES + 1):
            cut = _look(sessions, keys, attempt)
            if cut.is_consistent or attempt == TRIES:
                break
            for session in (*sessions.values(), *keys.values()):
                session.run("rollback")
        yield cut


def _look(sessions: Mapping[str, PsqlSession], keys: Mapping[str, PsqlSession], attempt: int) -> Cut:
    for session in sessions.values():
        session.ask_later(_STANDS, after=_BEGIN)
    data_rows = {name: session.answer()[0] for name, session in sessions.items()}
    for session in keys.values():
        session.ask_later(_KEYS_STAND, after=_BEGIN)
    key_rows = {name: session.answer()[0] for name, session in keys.items()}
    snapshots = {
        **{name: str(row.pop("snapshot")) for name, row in data_rows.items()},
        **{key_database(name): str(row.pop("snapshot")) for name, row in key_rows.items()},
    }
    data = {name: Stand(**row) for name, row in data_rows.items()}  # type: ignore[typeddict-item]  # as selected
    return Cut(data, {name: KeysStand(**row) for name, row in key_rows.items()}, snapshots, attempt)  # type: ignore[typeddict-item]
