"""How PostgreSQL's programs reach the databases of an installation.

The programs of the wheel reach private and given servers over TCP. Databases in Docker publish no port, so the programs
in their containers are used.
"""

import json
import subprocess
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Protocol, Self

from psycopg.conninfo import conninfo_to_dict

from deploy.cli import running
from deploy.cli.compose import ask, shell_of
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES, Installation
from deploy.cli.servers.postgres import client_program
from deploy.cli.stores import Stores, url_variable

Row = MutableMapping[str, object]


@dataclass(frozen=True)
class Call:
    """A program on one database: its command, and the environment that has the address."""

    command: list[str]
    environment: Mapping[str, str] = field(repr=False)


class Reach(Protocol):
    """Where an installation's databases are."""

    @property
    def as_superuser(self) -> bool:
        """Whether the programs come as the superuser: only such a one takes another role, and ends sessions."""

    def call(self, program: str, database: str, *arguments: str) -> Call:
        """Return how a client program of PostgreSQL is run on a database."""


@dataclass(frozen=True)
class Served:
    """Databases that are reached over TCP, with the programs of the wheel."""

    urls: Mapping[str, str] = field(repr=False)
    as_superuser: bool

    def call(self, program: str, database: str, *arguments: str) -> Call:
        """Return the call; the address is in the environment, never in a list of processes."""
        name, url = database, self.urls.get(database)
        if url is None:  # a database that is being created: the address of its server
            url = next(iter(self.urls.values()))
        parts = conninfo_to_dict(url)
        address = {_PARTS[part]: str(value) for part, value in parts.items() if part in _PARTS}
        place = str(parts["dbname"]) if database in self.urls else name
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **address, "PGDATABASE": place}
        return Call([str(client_program(program)), "--no-password", *arguments], environment)


_PARTS = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


@dataclass(frozen=True)
class InDocker:
    """Databases in the containers of docker compose, reached with the programs in there."""

    installation: Installation
    as_superuser: bool = True

    def call(self, program: str, database: str, *arguments: str) -> Call:
        """Return the call; the container's own socket asks for no password."""
        server = "key-store" if "_keys" in database else data_server(self.installation)
        inside = [program, "--no-password", "--username=postgres", *arguments]
        command = ["docker", "compose", "exec", "-T", "-e", f"PGDATABASE={database}", server, *inside]
        return Call(command, shell_of(self.installation))


def data_server(installation: Installation) -> str:
    """Return which container's server of the data takes writes: of two, `deploy/standby/promote.sh` notes it."""
    note = installation.checkout / "secrets" / "data-server" / "primary"
    return note.read_text(encoding="utf-8").strip() if note.exists() else "postgres"


#: The file in the state folder of an installation that a drill has made, and will remove.
THROW_AWAY = "throw-away"


def is_throw_away(installation: Installation) -> bool:
    """Return whether this is the installation of a drill. `up` runs it, also in a checkout for Docker."""
    return installation.home.joinpath(THROW_AWAY).exists()


def runs_in_docker(installation: Installation) -> bool:
    """Return whether this checkout was made for Docker, and nothing that `up` runs is here.

    Raises `DockerSilent` where Docker can't be asked: another installation would be taken for this one.
    """
    if running.holder(installation) is not None or is_throw_away(installation):
        return False
    if not installation.checkout.joinpath("secrets").is_dir():
        return False
    return bool(ask(installation, "ps", "--all", "--services").split())


def reach_of(installation: Installation, stores: Stores) -> Reach:
    """Return how this installation's databases are reached; a private server has to run."""
    if runs_in_docker(installation):
        return InDocker(installation)
    names = [database for service in SERVICES for database in (service, f"{service}_keys")]
    if stores.postgres is None:
        return Served({name: stores.owner_url(name) for name in names}, as_superuser=False)
    given = {name: stores.owner_url(name) for name in names if url_variable(name) in stores.given}
    private = {name: stores.postgres.superuser_url(name) for name in names if name not in given}
    return Served({**private, **given}, as_superuser=not given)


class PsqlSession:
    """One `psql` on one database that stays open; a transaction begun in it sees one moment until it ends."""

    def __init__(self, reach: Reach, database: str) -> None:
        """Start it; whether it reaches the database shows at the first question."""
        self._database = database
        options = ("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-")
        call = reach.call("psql", database, *options)
        self._process = subprocess.Popen(
            call.command,
            env=dict(call.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def tell(self, statement: str) -> None:
        """Have a statement run, without waiting for it."""
        if self._process.stdin is None:  # never: it is a pipe
            return
        try:
            self._process.stdin.write(f"{statement};\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._failed() from None

    def ask_later(self, query: str, *, after: str | None = None) -> None:
        """Have a query run, behind a statement if one is named; `answer` returns what it gave."""
        if after is not None:
            self.tell(after)
        self.tell(f"select coalesce(jsonb_agg(asked), '[]') from ({query}) asked")  # noqa: S608 - statements of ours

    def answer(self) -> list[Row]:
        """Return the rows of the oldest query that has not been answered, each column by its name."""
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise self._failed()
        rows: list[Row] = json.loads(line)
        return rows

    def ask(self, query: str) -> list[Row]:
        """Return the rows of a query. Raises `CommandRefused`."""
        self.ask_later(query)
        return self.answer()

    def run(self, *statements: str) -> None:
        """Run statements, one behind the other, and return when all are done. Raises `CommandRefused`."""
        for statement in statements:
            self.tell(statement)
        self.ask("select 1")

    def _failed(self) -> CommandRefused:
        self._process.kill()
        _, complaint = self._process.communicate()
        return CommandRefused(
            f"The database {self._database} could not be asked.",
            why=reason_of(complaint),
            next_step="check that its server runs: ./casepath doctor",
        )

    def close(self) -> None:
        """Close it. Uncommitted changes are rolled back."""
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        self._process.wait()


def reason_of(complaint: str) -> str:
    """Return the line of a PostgreSQL program's output that names the error, without the statement."""
    lines = [line for line in complaint.strip().splitlines() if line and not line.startswith(("LINE", "DETAIL"))]
    wrong = [line for line in lines if "error:" in line.lower() or "fatal:" in line.lower()]
    return (wrong or lines or ["it said nothing"])[0]
