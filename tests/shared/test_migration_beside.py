"""A migration during a backup, or next to an older release, gives way, so that no request waits for it."""

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from sqlalchemy.exc import DBAPIError

from deploy.cli import servers
from shared.store import migration
from shared.store.database import own_metadata
from shared.store.migration import DatabaseNewer, MigrationSet, TableHeld, migrate, pending_migrations
from tests.kit.databases import KEYS, migrated, owner_url
from tests.kit.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.integration
TOY = '''"""Add a column to a table that others read."""

from alembic import op

revision = "toy_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("{statement}")
'''
ADDS = "alter table case_keys add column fictitious text"


def toy(folder: Path, statement: str = ADDS) -> MigrationSet:
    """Return migrations with one statement. They ignore the earlier content of the database."""
    folder.joinpath("toy_0001.py").write_text(TOY.format(statement=statement), encoding="utf-8")
    return MigrationSet("toy", (folder,), lambda: (own_metadata(),))


@pytest.fixture
def url(postgres: servers.PostgresServer) -> Iterator[str]:
    with migrated(postgres, KEYS) as running:
        owner = owner_url(running)
        with psycopg.connect(owner) as connection:
            connection.execute("delete from alembic_version")
        yield owner


@pytest.mark.promise("BACKUP-8", "UPGRADE-5")
def test_a_migration_during_a_backup_blocks_no_request_and_finishes_afterwards(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration, "PAUSE_SECONDS", 0.05)
    said: list[str] = []
    migrations = toy(tmp_path)
    with psycopg.connect(url) as backup, psycopg.connect(url, autocommit=True) as request:
        backup.execute("select count(*) from case_keys")  # a dump keeps locks on what it has read until it ends
        request.execute("set statement_timeout = '3s'")
        migrating = threading.Thread(target=migrate, args=(migrations, url), kwargs={"say": said.append})
        migrating.start()
        wait_until(lambda: len(said) >= 2, "it has given way, twice")
        for _ in range(20):
            request.execute("select count(*) from case_keys")  # never refused, at any time of an attempt
        assert pending_migrations(migrations, url) == ["toy_0001"], "nothing of it was kept meanwhile"
        backup.rollback()
        migrating.join(PATIENCE)
        assert pending_migrations(migrations, url) == []
        request.execute("select fictitious from case_keys")
    assert "toy" in said[0]


def test_a_migration_gives_up_in_words_in_the_end(url: str, tmp_path: Path) -> None:
    with psycopg.connect(url) as other:
        other.execute("select count(*) from case_keys")
        with pytest.raises(TableHeld, match="toy"):
            migrate(toy(tmp_path), url, patience=0)


@pytest.mark.promise("UPGRADE-6")
def test_beside_an_older_release_no_statement_takes_longer_than_it_may(url: str, tmp_path: Path) -> None:
    slow = toy(tmp_path, "select pg_sleep(10)")
    with pytest.raises(DBAPIError) as refused:
        migrate(slow, url, statement_seconds=0.2)
    assert isinstance(refused.value.orig, errors.QueryCanceled)
    assert pending_migrations(slow, url) == ["toy_0001"]


@pytest.mark.promise("UPGRADE-7")
def test_an_index_is_built_during_writes_and_rebuilt_after_an_interruption(url: str, tmp_path: Path) -> None:
    ahead = 'CONCURRENTLY = ("create index concurrently if not exists fictitious_index on case_keys (wrapped)",)\n'
    migrations = toy(tmp_path, "select 1 / 0")
    file = tmp_path / "toy_0001.py"
    file.write_text(file.read_text(encoding="utf-8").replace("\n\ndef ", f"{ahead}\n\ndef ", 1), encoding="utf-8")
    with psycopg.connect(url) as connection:
        connection.execute("insert into alembic_version values ('toy_0000')")
    file.with_name("toy_0000.py").write_text(file.read_text(encoding="utf-8").replace("toy_0001", "toy_0000"))
    file.write_text(file.read_text(encoding="utf-8").replace("down_revision = None", 'down_revision = "toy_0000"'))
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("create unique index fictitious_index on case_keys (ring_key)")
        with pytest.raises(DBAPIError):
            migrate(migrations, url)
        assert "ring_key" in index(owner), "a whole one of that name is left alone"
        owner.execute("drop index fictitious_index")
        with pytest.raises(DBAPIError):
            migrate(migrations, url)
        assert "(wrapped)" in index(owner), "it was made outside the transaction that failed"


def index(connection: "psycopg.Connection[tuple[str]]") -> str:
    [(definition,)] = connection.execute("select indexdef from pg_indexes where indexname = 'fictitious_index'")
    return definition


@pytest.mark.promise("UPGRADE-3")
def test_an_older_release_runs_on_a_later_database_that_says_so_and_on_no_other(url: str, tmp_path: Path) -> None:
    file = tmp_path / "toy_0002.py"
    later = toy(tmp_path)
    text = (tmp_path / "toy_0001.py").read_text(encoding="utf-8")
    file.write_text(text.replace("toy_0001", "toy_0002").replace("down_revision = None", 'down_revision = "toy_0001"'))
    file.write_text(file.read_text(encoding="utf-8").replace(ADDS, "select 1"), encoding="utf-8")
    migrate(later, url)
    file.unlink()
    assert pending_migrations(later, url) == [], "what was added since, this release does not see"
    migrate(later, url)
    with psycopg.connect(url) as connection:
        assert connection.execute("select version_num from alembic_version").fetchall() == [("toy_0002",)]
        connection.execute("comment on table alembic_version is 'casepath: served by releases from 99.0.0'")
    with pytest.raises(DatabaseNewer, match=r"99\.0\.0"):
        migrate(later, url)
