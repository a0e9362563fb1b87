"""Migrates one service's database to this release's state: `python -m deploy.cli.migration SERVICE [--check|--rights]`.

One process per service: the services' models use the same table names and can't be imported together.
"""

import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TypedDict, cast

import psycopg
from psycopg.conninfo import conninfo_to_dict

import shared
from deploy.cli.console import say
from deploy.cli.errors import CommandRefused, DatabaseTooOld, reason_in
from deploy.cli.installation import SERVICES, WEB, Installation
from deploy.cli.servers.baselines import refuse_older
from deploy.cli.servers.roles import SUPERUSER, Login, Server, ensure
from deploy.cli.stores import Stores, key_database, role_in

USUAL_PORT = 5432
#: How a line begins that a person is to see at once, among what a failed migration complains.
_SAID = "said: "
#: The longest time of a statement while an older release runs (seconds).
BESIDE_SECONDS = 20.0


class OlderThanDatabase(CommandRefused):
    """A later release has migrated the database and does not allow older releases to use it."""

    status = 409

    def __init__(self, service: str, why: str) -> None:
        """Build the message, with both ways out."""
        super().__init__(
            f"This release ({shared.__version__}) is older than the database of {service}; nothing was changed.",
            why=why,
            next_step="start the release that migrated it; or, to stay with this one, bring back the backup from "
            "before the upgrade with it: ./casepath restore (docs/guides/operate/upgrade.md, 'The way back')",
        )


class ListedTable(TypedDict):
    """A table: its owner, its columns, and the rights of the runtime role on the table or a column."""

    owner: str
    columns: list[str]
    rights: list[tuple[str, str | None]]


class Listed(TypedDict):
    """A database: the role that runs, and the tables by their names."""

    runs: str
    tables: dict[str, ListedTable]


def migrate_all(
    installation: Installation, stores: Stores, *, check: bool = False, beside: bool = False
) -> dict[str, list[str]]:
    """Migrate every database (with `check`, change nothing); return the pending migrations by service and for the desk.

    The key database of a service is migrated with its own. If superusers of given servers are configured, this first
    creates databases and roles, or converts those of an older release. `beside`: an older release runs meanwhile, so
    statements must be short.
    """
    if not check:
        ensure_given(stores)
    options = ["--check"] if check else ["--beside"] if beside else []
    started = {name: _start(installation, stores, name, options) for name in _owners(stores)}
    return {name: cast("list[str]", _finish(name, process)) for name, process in started.items()}


def _owners(stores: Stores) -> list[str]:
    """Return the names under which databases are migrated: the services, and the desk if it has a database."""
    return [*SERVICES, *([WEB] if stores.has_web else [])]


def _databases_of(owner: str) -> list[str]:
    """Return the databases that are migrated together; the desk has no keys."""
    return [owner] if owner == WEB else [owner, key_database(owner)]


def list_rights(installation: Installation, stores: Stores) -> dict[str, Listed]:
    """Return what each database's running role was granted, as the server lists it, by the database's name."""
    started = {name: _start(installation, stores, name, ["--rights"]) for name in _owners(stores)}
    listed = {name: cast("list[dict[str, ListedTable]]", _finish(name, process)) for name, process in started.items()}
    return {
        database: {"runs": role_in(stores.database_url(database)), "tables": tables}
        for name in listed
        for database, tables in zip(_databases_of(name), listed[name], strict=True)
    }


def _start(installation: Installation, stores: Stores, service: str, options: Sequence[str]) -> "subprocess.Popen[str]":
    if "--check" in options and not _is_made(stores, service):
        options = ["--unmade"]
    environment = {
        **installation.variables,
        "PYTHONPATH": str(installation.checkout),
        "PSYCOPG_WAIT_FUNC": "wait_selector",
        "EVENTLET_NO_GREENDNS": "yes",  # a whole DNS library, and nothing serves here
        "CASEPATH_MIGRATED_SECONDS": str(BESIDE_SECONDS),
    }
    for kind, database in zip(("", "KEYS_"), _databases_of(service), strict=False):
        environment |= _logins(kind, stores, database)
    command = [sys.executable, "-m", "deploy.cli.migration", service, *options]
    return subprocess.Popen(
        command, env=environment, cwd=installation.checkout, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _logins(kind: str, stores: Stores, database: str) -> dict[str, str]:
    return {
        f"CASEPATH_MIGRATED_{kind}URL": stores.owner_url(database),
        f"CASEPATH_MIGRATED_{kind}RUNNER": role_in(stores.database_url(database)),
    }


def ensure_given(stores: Stores) -> None:
    """Create databases and roles on given servers with configured superusers; convert existing ones.

    Raises `DatabaseTooOld`, before any change, if one of the databases is older than the baselines.
    """
    passwords = stores.superuser_passwords()
    addresses = {database: conninfo_to_dict(stores.owner_url(database)) for database in passwords}
    for database, owns in addresses.items():
        try:
            refuse_older(_server_of(owns, passwords[database]), [str(owns["dbname"])])
        except psycopg.Error as error:
            raise _not_asked(owns, error) from None
    for database, owns in addresses.items():
        runs = conninfo_to_dict(stores.database_url(database))
        logins = [Login(str(login["user"]), str(login["password"])) for login in (owns, runs)]
        try:
            ensure(_server_of(owns, passwords[database]), str(owns["dbname"]), owner=logins[0], runner=logins[1])
        except psycopg.Error as error:
            raise _superuser_refused(f"The roles of the database {owns['dbname']} could not be made.", error) from None


def _server_of(address: Mapping[str, object], password: str) -> Server:
    return Server(str(address["host"]), str(address.get("port") or USUAL_PORT), SUPERUSER, password)


def _is_made(stores: Stores, database: str) -> bool:
    """Return whether a database exists. Only the superuser of a given server can tell that one does not exist yet."""
    password = stores.superuser_passwords().get(database)
    if password is None:
        return True
    address = conninfo_to_dict(stores.owner_url(database))
    query = "select from pg_database where datname = %s"
    try:
        with _server_of(address, password).connect() as connection:
            return connection.execute(query, [address["dbname"]]).fetchone() is not None
    except psycopg.Error as error:
        raise _not_asked(address, error) from None


def _not_asked(address: Mapping[str, object], error: psycopg.Error) -> CommandRefused:
    return _superuser_refused(f"The server of the database {address['dbname']} could not be asked.", error)


def _superuser_refused(what: str, error: psycopg.Error) -> CommandRefused:
    return CommandRefused(
        what,
        why=type(error).__name__,
        next_step="check that the server runs and accepts the superuser's password in secrets/",
    )


def _finish(service: str, process: "subprocess.Popen[str]") -> object:
    with process:
        complaint = "".join(_unsaid(process))
        output = process.stdout.read() if process.stdout else ""
    if process.returncode:
        why = why_ended(process.returncode, complaint)
        if "DatabaseNewer" in why:
            raise OlderThanDatabase(service, why.partition(": ")[2])
        if "DatabaseTooOld" in why:
            raise DatabaseTooOld(
                f"The database of {service} is too old for this release; nothing in it was changed.",
                why=why.partition(": ")[2],
            )
        raise CommandRefused(
            f"The database of {service} could not be migrated.",
            why=why,
            next_step="the failed migration changed nothing; fix the problem above and run the command again",
        )
    return json.loads(output.strip().splitlines()[-1])


def _unsaid(process: "subprocess.Popen[str]") -> Iterator[str]:
    """Yield the error output of a process line by line. Print its progress messages immediately."""
    for line in process.stderr or ():
        if line.startswith(_SAID):
            say(line.removeprefix(_SAID).strip())
        else:
            yield line


def why_ended(code: int, complaint: str) -> str:
    """Return why a migration did not end well: a process that a signal ended could not say so itself."""
    if code >= 0:
        return reason_in(complaint)
    ended_by = f"its process was ended by {signal.Signals(-code).name}"
    return f"{ended_by}, as for want of memory" if -code == signal.SIGKILL else ended_by


def _say(sentence: str) -> None:
    sys.stderr.write(f"{_SAID}{sentence}\n")
    sys.stderr.flush()


def _one(service: str, variables: Mapping[str, str], options: Sequence[str]) -> None:
    gc.disable()  # almost none of the loaded objects is garbage, and the process ends soon
    # Here, so that the command itself needs no SQLAlchemy to start.
    from services.registry import migrations_of
    from shared import encryption
    from shared.store import migration

    pending: list[str] = []
    tables: list[object] = []
    sets = [(migrations_of(service), "")] + ([] if service == WEB else [(encryption.MIGRATIONS, "KEYS_")])
    if not {"--check", "--unmade", "--rights"} & set(options):
        for migrations, kind in sets:  # both, before one of them is changed
            migration.pending_migrations(migrations, variables[f"CASEPATH_MIGRATED_{kind}URL"])
    for migrations, kind in sets:
        url, runner = (variables[f"CASEPATH_MIGRATED_{kind}{part}"] for part in ("URL", "RUNNER"))
        if "--unmade" in options:
            pending += migration.all_migrations(migrations)
            continue
        if "--rights" in options:
            tables.append(migration.list_rights(url, runner))
            continue
        if "--check" not in options:
            seconds = float(variables["CASEPATH_MIGRATED_SECONDS"]) if "--beside" in options else None
            migration.migrate(migrations, url, runner=runner, statement_seconds=seconds, say=_say)
        pending += migration.pending_migrations(migrations, url)
    sys.stdout.write(json.dumps(tables if "--rights" in options else pending) + "\n")


if __name__ == "__main__":
    _one(sys.argv[1], os.environ, sys.argv[2:])
