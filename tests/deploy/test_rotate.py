"""Passwords change while services use them: on private servers, as `up` runs them, and in Docker's files."""

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import amqp
import psycopg
import pytest
from sqlalchemy import text

from deploy.cli import desk, rotating
from deploy.cli.environment import address_files
from deploy.cli.init import write_secrets
from deploy.cli.installation import DATABASES, SERVICES, WEB, WITH_ROLES, Installation
from deploy.cli.rotating import OfDocker, OfPrivateServers, overwrite, rotate_broker, rotate_databases, scram
from deploy.cli.saving.reach import reach_of
from deploy.cli.servers.rabbitmq_programs import look_for_programs
from deploy.cli.servers.rabbitmq_users import OPERATOR
from deploy.cli.stores import Stores, stores_of
from shared.store.database import engine_for
from shared.store.file_address import FileAddress, address_now
from tests.kit.private_servers import folder_for
from tests.kit.waiting import PATIENCE


@pytest.fixture
def embedded(installation: Installation, tmp_path: Path) -> Iterator[tuple[Installation, Stores]]:
    """Yield an installation whose private PostgreSQL runs, and the addresses that its services read."""
    with folder_for("rotating", tmp_path) as folder:
        ours = replace(installation, home=folder / "state")
        ours.make_home()
        stores = stores_of(ours)
        assert stores.postgres is not None
        assert stores.rabbitmq is not None
        stores.rabbitmq.prepare()
        with stores.postgres.running(keep=False):
            yield ours, stores


def followed(files: Mapping[str, Path], variable: str) -> FileAddress:
    return FileAddress.of(files[variable], files[variable].read_text(encoding="utf-8"))


class Busy(threading.Thread):
    """A service that opens a connection for each action; it stores the errors."""

    def __init__(self, address: FileAddress) -> None:
        super().__init__(daemon=True)
        self.engine = engine_for(address)
        self.done, self.failed = 0, list[str]()
        self.begun, self.enough = threading.Event(), threading.Event()

    def run(self) -> None:
        while not self.enough.is_set():
            try:
                with self.engine.connect() as connection:
                    connection.execute(text("select 1"))
                self.engine.dispose()
                self.done += 1
            except Exception as error:  # noqa: BLE001 - whatever it is, the test names it
                self.failed.append(f"{type(error).__name__}: {error}")
            self.begun.set()


@pytest.mark.promise("SECRET-1")
@pytest.mark.integration
@pytest.mark.slow
@pytest.mark.skipif(look_for_programs() is None, reason="RabbitMQ is not installed")
def test_passwords_of_each_database_rotate_without_a_refused_connection(
    embedded: tuple[Installation, Stores],
) -> None:
    installation, stores = embedded
    files = {name: file for service in SERVICES for name, file in address_files(installation, stores, service).items()}
    before = {name: file.read_text(encoding="utf-8") for name, file in files.items()}
    assert stores.postgres is not None
    owners = {name: stores.postgres.owner_url(name) for name in DATABASES}
    busy = Busy(followed(files, "CASEPATH_INTAKE_DATABASE_URL"))
    busy.start()
    assert busy.begun.wait(PATIENCE)
    passwords = OfPrivateServers(installation, stores)
    changed = list(rotate_databases(passwords, reach_of(installation, stores)))
    so_far = busy.done
    busy.enough.set()
    busy.join(PATIENCE)
    assert changed == [role for name in DATABASES for role in (f"{name}_owner", name)]
    assert (busy.failed, so_far > 0) == ([], True)
    for url in [*(url for name, url in before.items() if name.endswith("DATABASE_URL")), *owners.values()]:
        with pytest.raises(psycopg.OperationalError, match="authentication failed"):
            psycopg.connect(url)
    fresh = stores_of(installation)
    for name in DATABASES:
        for url in (fresh.database_url(name), fresh.owner_url(name)):
            psycopg.connect(url).close()
    assert not installation.home.joinpath("following.json").exists()


@pytest.mark.promise("SECRET-3")
@pytest.mark.integration
@pytest.mark.slow
@pytest.mark.skipif(look_for_programs() is None, reason="RabbitMQ is not installed")
def test_a_rotation_that_broke_off_goes_on_with_the_password_that_was_noted(
    embedded: tuple[Installation, Stores], monkeypatch: pytest.MonkeyPatch
) -> None:
    installation, stores = embedded
    address_files(installation, stores, "intake")
    passwords = OfPrivateServers(installation, stores)

    def broken_off(*_of: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as breaking:
        breaking.setattr(OfPrivateServers, "database_taken", broken_off)
        with pytest.raises(KeyboardInterrupt):
            list(rotate_databases(passwords, reach_of(installation, stores)))
    [(login, noted)] = json.loads(installation.home.joinpath("following.json").read_text(encoding="utf-8")).items()
    assert login == "intake_owner of intake"
    list(rotate_databases(passwords, reach_of(installation, stores)))
    assert stores_of(installation).owner_url("intake").startswith(f"postgresql://intake_owner:{noted}@")


@pytest.mark.integration
@pytest.mark.slow
@pytest.mark.skipif(look_for_programs() is None, reason="RabbitMQ is not installed")
def test_the_desk_s_database_gets_new_passwords_and_the_desk_connects_with_them(
    embedded: tuple[Installation, Stores],
) -> None:
    installation, stores = embedded
    assert stores.postgres is not None
    assert not stores.has_web
    stores.postgres.create_database(WEB)
    file = desk.address_file(installation, stores)
    address, owner = FileAddress.of(file, file.read_text(encoding="utf-8")), stores.owner_url(WEB)
    before = address_now(address)
    changed = list(rotate_databases(OfPrivateServers(installation, stores), reach_of(installation, stores)))
    assert changed[-2:] == ["web_owner", "web"]
    psycopg.connect(address_now(address)).close()
    psycopg.connect(stores_of(installation).owner_url(WEB)).close()
    for url in (before, owner):
        with pytest.raises(psycopg.OperationalError, match="authentication failed"):
            psycopg.connect(url)


def signed_in(uri: str) -> None:
    """Sign in at the broker. Raises the library's error if the broker refuses."""
    found = urlsplit(uri)
    place = f"{found.hostname}:{found.port}"
    waits = {"connect_timeout": PATIENCE, "read_timeout": PATIENCE}
    connection = amqp.Connection(place, found.username, found.password, virtual_host=found.path[1:], **waits)
    connection.connect()
    connection.close()


@pytest.mark.promise("SECRET-2")
@pytest.mark.integration
@pytest.mark.slow
@pytest.mark.skipif(look_for_programs() is None, reason="RabbitMQ is not installed")
def test_a_running_brokers_accounts_get_new_passwords_and_the_old_are_refused(
    embedded: tuple[Installation, Stores],
) -> None:
    installation, stores = embedded
    assert stores.rabbitmq is not None
    with stores.rabbitmq.running(keep=False):
        addresses = [
            followed(address_files(installation, stores, service), f"CASEPATH_{service.upper()}_AMQP_URI")
            for service in SERVICES
        ]
        for address in addresses:
            signed_in(address)
        assert list(rotate_broker(OfPrivateServers(installation, stores))) == [OPERATOR, *SERVICES]
        for address in addresses:
            with pytest.raises(amqp.AccessRefused):
                signed_in(address)
            signed_in(address_now(address))
    assert not installation.home.joinpath("following.json").exists()


@pytest.mark.promise("SECRET-4")
def test_the_files_that_containers_have_mounted_are_written_where_they_are(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_secrets(installation.checkout, "training")
    folder = installation.checkout / "secrets"
    paths = [path for path in folder.iterdir() if path.is_file()]
    files = {path: (path.stat().st_ino, path.read_text(encoding="utf-8")) for path in paths}
    heard: list[str] = []

    def taken(_self: OfDocker, following: Mapping[str, str], operator: str) -> bool:
        heard.append(json.dumps(rotating.accounts(following)))
        return operator == files[folder / "broker_operator_password"][1]

    monkeypatch.setattr(OfDocker, "_taken", taken)
    passwords = OfDocker(installation)
    list(rotate_broker(passwords))
    for database, role in passwords.database_roles():
        passwords.following(rotating.login_of(database, role))
        passwords.database_taken(database, role)
    changed = {path.name for path, (_, text) in files.items() if path.read_text(encoding="utf-8") != text}
    assert changed == {
        *("postgres_password", "key_store_password", "broker_operator_password", "broker_definitions.json"),
        *(f"{name}{owner}_database_url" for name in WITH_ROLES for owner in ("", "_owner")),
        *(f"{name}_{part}" for name in SERVICES for part in ("broker_password", "amqp_uri")),
    }
    assert all(path.stat().st_ino == inode for path, (inode, _) in files.items())
    assert all(len(path.read_text(encoding="utf-8")) == len(text) for path, (_, text) in files.items())
    assert not list(folder.glob(".following-*"))
    words = {path.read_text(encoding="utf-8") for path in folder.glob("*_password")}
    assert len(words) == 7, "no two logins share one"
    assert not [word for word in words if word in heard[0]], "the broker is told hashes"
    # Derived files are consistent with them: `init` has nothing to rewrite.
    assert (write_secrets(installation.checkout).added, write_secrets(installation.checkout).rewritten) == ([], [])


def test_a_file_is_overwritten_with_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("one word")
    file.chmod(0o444)
    overwrite(file, "and more")
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("and more", 0o444)


def test_the_same_password_is_stored_in_another_way_each_time() -> None:
    assert scram("word") != scram("word")
    assert scram("word").startswith("SCRAM-SHA-256$4096:")
