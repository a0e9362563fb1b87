"""Backups of eight databases: taken during writes, encrypted, restored; and rejected."""

import json
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from deploy.cli import servers
from deploy.cli.__main__ import casepath
from deploy.cli.errors import CommandRefused, DatabaseTooOld
from deploy.cli.installation import CHECKOUT, DATABASES, SERVICES, WEB, Installation
from deploy.cli.keys import make_keys
from deploy.cli.saving import places, secret_tar
from deploy.cli.saving.bringing import Bringing
from deploy.cli.saving.cut import Stand, ahead
from deploy.cli.saving.places import Saved
from deploy.cli.saving.reach import Call, Served
from deploy.cli.saving.restoring import Restoring, known_migrations
from deploy.cli.saving.seals import Seal, opening, seal_for
from deploy.cli.saving.taking import Taking
from deploy.cli.saving.touched import OTHERS, OWN_LOG, since
from shared.store.migration import FIRST_SERVED
from tests.kit.databases import KEYS, as_owner, migrated

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(shutil.which("gpg") is None, reason="GnuPG is not installed: apt-get install gnupg"),
]
ACTOR = "0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57"
NOW = datetime(2026, 5, 20, 10, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Stores:
    """Eight databases, the key that decrypts their backups, and its owner."""

    urls: dict[str, str]
    reach: Served
    installation: Installation
    public: Path
    secret: Path

    def run(self, database: str, statement: str, *values: object) -> None:
        with as_owner(self.urls[database]) as connection:
            connection.execute(statement.encode(), values)

    def rows(self, database: str, query: str) -> list[tuple[Any, ...]]:
        with closing(psycopg.connect(self.reach.urls[database])) as connection:
            return connection.execute(query.encode()).fetchall()

    def happen(self, service: str, subject: UUID) -> None:
        """Append an event of a case to a log, with a position."""
        self.run(
            service,
            "with head as (update event_log_head set position = position + 1 returning position) insert into event_log"
            " (position, id, subject, name, version, time, correlation, classification, data)"
            " select position, gen_random_uuid(), %s, 'case.opened', 1, now(), gen_random_uuid(), 'internal', '{}'"
            " from head",
            subject,
        )

    def take(self, place: Path, *, now: datetime = NOW) -> tuple[Saved, Saved]:
        seal = seal_for(str(self.public))
        taking = Taking(self.installation, self.reach, seal, place / "data", place / "keys")
        return taking.take(now, lambda _database, _count: None)

    def bringing(self) -> Bringing:
        return Bringing(self.reach, self.secret, ACTOR)


@pytest.fixture(scope="module")
def gpg_key(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a fictitious recipient's files with the public and the secret key."""
    folder = tmp_path_factory.mktemp("gpg")
    home = folder / "home"
    home.mkdir(mode=0o700)
    command = ["gpg", "--homedir", str(home), "--batch", "--quiet", "--passphrase", ""]
    name = "Fictitious operator"
    subprocess.run([*command, "--quick-generate-key", name, "default", "default", "never"], check=True)
    for file, option in (("public.asc", "--export"), ("secret.asc", "--export-secret-keys")):
        folder.joinpath(file).write_bytes(
            subprocess.run([*command, "--armor", option], check=True, capture_output=True).stdout
        )
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=True)
    return folder / "public.asc", folder / "secret.asc"


@pytest.fixture(scope="module")
def stores(
    postgres: servers.PostgresServer, gpg_key: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stores]:
    folder = tmp_path_factory.mktemp("installation")
    installation = Installation(CHECKOUT, folder / "state", {}, {})
    installation.make_home()
    make_keys(installation.keys, "training")
    installation.home.joinpath("environment").write_text("training\n", encoding="utf-8")
    with ExitStack() as kept:
        urls = {name: kept.enter_context(migrated(postgres, name)) for name in SERVICES}
        urls |= {f"{name}_keys": kept.enter_context(migrated(postgres, KEYS)) for name in SERVICES}
        superuser = {name: postgres.superuser_url(url.rpartition("/")[2]) for name, url in urls.items()}
        found = Stores(urls, Served(superuser, as_superuser=True), installation, *gpg_key)
        for name in SERVICES:
            found.run(
                name, "insert into event_log_epochs (epoch, after_position, identity) values (%s, 0, 'x')", uuid4()
            )
        yield found


def test_the_sessions_of_the_desk_are_in_no_backup(
    stores: Stores, postgres: servers.PostgresServer, tmp_path: Path
) -> None:
    with migrated(postgres, WEB) as url:
        beside = replace(stores, reach=replace(stores.reach, urls={**stores.reach.urls, WEB: url}))
        taken = beside.take(tmp_path)
    files = {name.partition(".")[0] for saved in taken for name in saved.manifest["files"]}
    assert files == {*DATABASES, "secrets"}
    assert WEB not in files


@pytest.mark.promise("BACKUP-1")
def test_what_was_backed_up_comes_back_and_who_was_erased_since_stays_so(stores: Stores, tmp_path: Path) -> None:
    before, since_then, erased = uuid4(), uuid4(), uuid4()
    key = "insert into case_keys (subject, wrapped, ring_key) values (%s, 'w', 'k')"
    stores.happen("legal", before)
    for subject in (before, erased):
        stores.run("legal_keys", key, subject)
    data, keys = stores.take(tmp_path)
    stand = data.manifest["data"]["legal"]
    stores.happen("legal", since_then)
    stores.run("legal_keys", "delete from case_keys where subject = %s", erased)
    stores.run("legal_keys", "insert into tombstones (subject) values (%s)", erased)
    worked = since(stores.reach, "legal", stand)
    assert (worked.source, [each["subject"] for each in worked.worked]) == (OWN_LOG, [str(since_then)])
    stores.bringing().data("legal", data)
    stores.bringing().keys("legal_keys", keys)
    assert stores.rows("legal", "select position from event_log_head") == [(stand["head"],)]
    assert (since_then,) not in stores.rows("legal", "select subject from event_log")
    last = "select actor, action from audit_log order by number desc limit 1"
    assert stores.rows("legal", last) == [(ACTOR, "installation.restored")]
    left = {row[0] for row in stores.rows("legal_keys", "select subject from case_keys")}
    assert (before in left, erased in left) == (True, False), "an erasure is not undone by an older backup"
    owners = "select distinct pg_get_userbyid(relowner) from pg_class where relnamespace = 'public'::regnamespace"
    assert stores.rows("legal", owners) == [("template_legal_owner",)]


@pytest.mark.promise("BACKUP-2")
def test_what_others_heard_is_known_where_the_log_itself_is_lost(stores: Stores) -> None:
    lost = Stand(head=10, epochs=[], cursors={}, audit_place=0, audit_hash=None, migrations=[], environment="training")
    case = uuid4()
    for position, subject in ((10, uuid4()), (11, case), (12, case)):
        stores.run(
            "support",
            "insert into follow_digests (source, slot, position, subject, digest) values ('intake', %s, %s, %s, '')",
            position,
            position,
            subject,
        )
    worked = since(stores.reach, "intake", lost)
    assert worked.source == OTHERS
    assert [(each["subject"], each["events"]) for each in worked.worked] == [(str(case), 2)]
    assert worked.by_agency() == {"": 1}


@pytest.mark.promise("BACKUP-3")
def test_what_does_not_open_or_was_damaged_changes_nothing(stores: Stores, tmp_path: Path) -> None:
    stores.happen("support", uuid4())
    data, keys = stores.take(tmp_path)
    stores.happen("support", uuid4())
    state = stores.rows("support", "select position, subject from event_log order by position")
    stranger = replace(stores.bringing(), identity=stores.public)
    with pytest.raises(CommandRefused):
        stranger.data("support", data)
    file = data.file("support.dump")
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CommandRefused) as refused:
        stores.bringing().data("support", data)
    assert "support" in refused.value.what
    assert stores.rows("support", "select position, subject from event_log order by position") == state
    restoring = Restoring(stores.installation, ("support",), data, keys, stores.secret, docker=False, say=str)
    with pytest.raises(CommandRefused) as refused:
        restoring.check()
    assert file.name in refused.value.why


@pytest.mark.promise("BACKUP-4")
def test_a_backup_of_a_later_release_or_other_environment_is_refused_before_a_stop(
    stores: Stores, tmp_path: Path
) -> None:
    data, _ = stores.take(tmp_path)
    stands = data.manifest["data"]
    later = {**stands["intake"], "migrations": ["intake_9999"]}
    for changed, word in (
        ({"data": {**stands, "intake": later}, "release": "9.9.9"}, r"9\.9\.9"),
        ({"environment": "production"}, "production"),
    ):
        other = Saved(data.folder, {**data.manifest, **changed})  # type: ignore[typeddict-item]  # a manifest's names
        restoring = Restoring(stores.installation, SERVICES, other, None, stores.secret, docker=False, say=str)
        with pytest.raises(CommandRefused, match=word):
            restoring.check()
    assert all(set(stand["migrations"]) <= known_migrations(CHECKOUT, name) for name, stand in stands.items())


@pytest.mark.promise("BACKUP-9")
@pytest.mark.parametrize("kind", ["data", "keys"])
def test_a_backup_that_is_older_than_the_baselines_is_refused_before_anything_stops(
    kind: str, stores: Stores, tmp_path: Path
) -> None:
    taken = dict(zip(("data", "keys"), stores.take(tmp_path), strict=True))
    stands = taken[kind].manifest[kind]  # type: ignore[literal-required]  # one of its names
    older = {**stands["legal"], "migrations": {"data": ["legal_0001", "mechanism_0001"], "keys": ["keys_0001"]}[kind]}
    changed = {**taken[kind].manifest, kind: {**stands, "legal": older}}
    saved = {**taken, kind: Saved(taken[kind].folder, changed)}  # type: ignore[arg-type]  # a manifest's names
    restoring = Restoring(
        stores.installation, SERVICES, saved["data"], saved["keys"], stores.secret, docker=False, say=str
    )
    with pytest.raises(DatabaseTooOld) as refused:
        restoring.check()
    assert FIRST_SERVED in refused.value.next_step


@pytest.mark.promise("BACKUP-5")
def test_nothing_of_a_backup_can_be_read_and_its_secrets_come_back_where_they_lack(
    stores: Stores, tmp_path: Path
) -> None:
    data, keys = stores.take(tmp_path)
    ring = stores.installation.keys.joinpath("intake-ring.json").read_bytes()
    for file in (*data.folder.iterdir(), *keys.folder.iterdir()):
        assert ring not in file.read_bytes()
        assert file.stat().st_mode & 0o077 == 0
    with opening(keys.file(secret_tar.NAME), stores.secret) as opened:
        content = opened.stdout.read() if opened.stdout else b""
    empty = Installation(CHECKOUT, tmp_path / "elsewhere", {}, {})
    written, stays = secret_tar.put_back(empty, content, docker=False)
    assert "intake-ring.json" in written
    assert stays == []
    assert empty.keys.joinpath("intake-ring.json").read_bytes() == ring
    assert secret_tar.put_back(empty, content, docker=False)[0] == [], "what is there stays as it is"


def test_a_restore_into_an_empty_checkout_for_docker_asks_docker_to_stop_nothing(tmp_path: Path) -> None:
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text("#!/bin/sh\nexit 15\n", encoding="utf-8")
    docker.chmod(0o755)
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    installation = Installation(checkout, tmp_path / "home", {}, {"PATH": f"{docker.parent}:/usr/bin:/bin"})
    restoring = Restoring(installation, SERVICES, None, None, None, docker=True, say=str)
    restoring._stop()
    checkout.joinpath(".env").write_text("CASEPATH_ENVIRONMENT=training\n", encoding="utf-8")
    with pytest.raises(CommandRefused):
        restoring._stop()


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_a_cut_is_consistent_exactly_where_no_cursor_is_past_its_source(
    head: int, other_head: int, cursor: int, other_cursor: int
) -> None:
    def stand(position: int, cursors: dict[str, int]) -> Stand:
        return Stand(
            head=position, epochs=[], cursors=cursors, audit_place=0, audit_hash=None, migrations=[], environment=None
        )

    stands = {"intake": stand(head, {"legal": cursor}), "legal": stand(other_head, {"intake": other_cursor})}
    expected = [("intake", "legal")] * (cursor > other_head) + [("legal", "intake")] * (other_cursor > head)
    assert ahead(stands) == sorted(expected)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(casepath, list(arguments))


def plant(place: Path, kind: str, age: timedelta) -> Path:
    """Create an empty backup of this age."""
    taken = datetime.now(UTC) - age
    backup = places.new_id(taken)
    folder = places.begin(place, f"{kind}{backup}")
    return places.finish(folder, places.new_manifest(backup, taken, "training"))


@pytest.mark.promise("BACKUP-6")
def test_keys_are_kept_apart_and_for_no_longer_than_was_promised(tmp_path: Path) -> None:
    place = ("--to", str(tmp_path / "data"), "--keys-to", str(tmp_path / "keys"))
    refused = call("backup", *place, "--recipient", "nobody", "--key-days", "30")
    assert refused.exit_code == 2
    assert "--key-days" in refused.stderr
    with pytest.raises(CommandRefused):
        places.check_apart(tmp_path / "data", tmp_path / "data" / "keys")
    old = plant(tmp_path / "keys", places.KEYS, timedelta(days=8))
    assert call("backup", "prune", *place).exit_code == 1, "the only one goes when there is a newer one"
    assert old.exists()
    fresh = plant(tmp_path / "keys", places.KEYS, timedelta(days=6))
    data = [plant(tmp_path / "data", places.DATA, timedelta(days=days)) for days in (90, 9, 1)]
    listed = call("backup", "list", *place, "--json")
    assert [each["expired"] for each in json.loads(listed.stdout)] == [False, False, False, True, False]
    assert listed.exit_code == 1
    pruned = json.loads(call("backup", "prune", *place, "--keep", "2", "--json").stdout)["forgotten"]
    assert pruned == [old.name, data[0].name]
    assert [each.exists() for each in (old, fresh, *data)] == [False, True, False, True, True]


@pytest.mark.promise("STORE-2")
def test_of_a_primary_and_its_standby_the_one_that_takes_writes_is_reached() -> None:
    places = "host=db1,db2&port=5432,5433&target_session_attrs=read-write"
    reach = Served({"intake": f"postgresql://intake_owner:own@/intake?{places}"}, as_superuser=False)
    told = {"PGHOST": "db1,db2", "PGPORT": "5432,5433", "PGTARGETSESSIONATTRS": "read-write"}
    assert reach.call("pg_dump", "intake").environment.items() >= told.items()


@dataclass(frozen=True)
class SlowToExit(Served):
    """Databases whose `pg_dump` closes its output, but exits only after the file is encrypted."""

    sealed: Path

    def call(self, program: str, database: str, *arguments: str) -> Call:
        call = super().call(program, database, *arguments)
        if program != "pg_dump":
            return call
        self.sealed.unlink(missing_ok=True)
        script = (
            f'"$@" || exit 1; exec >&-; until [ -e {shlex.quote(str(self.sealed))} ]; do sleep 0.01; done; sleep 0.2'
        )
        return replace(call, command=["sh", "-c", script, "sh", *call.command])


@dataclass(frozen=True)
class Noted(Seal):
    """A seal that records when a file is complete."""

    sealed: Path

    @contextmanager
    def command(self) -> Iterator[list[str]]:
        yield ["sh", "-c", f"cat; touch {shlex.quote(str(self.sealed))}"]


@pytest.mark.hazard("H-OPERATION-1", control="dump-may-exit-late")
def test_a_dump_that_exits_late_is_waited_for(stores: Stores, tmp_path: Path) -> None:
    sealed = tmp_path / "sealed"
    reach = SlowToExit(stores.reach.urls, as_superuser=True, sealed=sealed)
    seal = Noted("cat", "nobody", sealed)
    taking = Taking(stores.installation, reach, seal, tmp_path / "data", tmp_path / "keys")
    data, keys = taking.take(NOW, lambda _database, _count: None)
    assert len(data.manifest["files"]) == len(SERVICES)
    assert [fault for saved in (data, keys) for fault in places.damaged(saved)] == []


def test_a_dump_whose_output_can_t_be_sealed_is_ended(stores: Stores, tmp_path: Path) -> None:
    begun: list[str] = []

    def interrupt(database: str, _count: int) -> None:
        begun.append(database)
        raise KeyboardInterrupt

    taking = Taking(stores.installation, stores.reach, seal_for(str(stores.public)), tmp_path / "data", tmp_path / "k")
    with pytest.raises(KeyboardInterrupt):
        taking.take(NOW, interrupt)
    assert len(begun) == 1
    assert [*(tmp_path / "data").iterdir(), *(tmp_path / "k").iterdir()] == []
