"""This installation: its checkout, its state folder, its ports, and the environment variables that set them."""

import hashlib
import os
import shutil
import stat
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.cli.errors import CommandRefused
from deploy.cli.settings import settings

SERVICES = ("intake", "legal", "support", "partners")
#: Those that keep something about a person, each behind the cases' doors: a case has no record at any other.
HOLDERS = ("intake", "legal", "support")
#: The databases of a private server: the data of each service, and separately the keys of its cases.
DATABASES = (*SERVICES, *(f"{name}_keys" for name in SERVICES))
#: The desk's database. It contains sessions only, so it has no backup and no key database.
WEB = "web"
#: Every database with its own roles.
WITH_ROLES = (*DATABASES, WEB)
CHECKOUT = Path(__file__).resolve().parents[2]
ROOT_STATE = Path("/var/lib/casepath")

USUAL_PORTS = {
    "intake": 8101,
    "legal": 8102,
    "support": 8103,
    "partners": 8104,
    "postgres": 8154,
    "rabbitmq": 8156,
    "rabbitmq_distribution": 8157,
    "epmd": 8158,
    "broker_sign_in": 8106,
    "web_desk": 8100,
    "web_public": 8108,
    "training_sign_in": 8109,
}
#: The file that declares the sign-in providers, and its text without a provider.
PROVIDERS = "providers.toml"
NOTHING_DECLARED = "# Who signs in here: ./casepath provider add --help\n"
#: Where the outcome of the last backup is noted, below the state folder or secrets/.
BACKUP_RECORD = Path("backup", "last.json")
_OURS = (
    BACKUP_RECORD.parts[0],
    "postgres",
    "rabbitmq",
    "keys",
    "key-archive",
    "addresses",
    "running.json",
    "up.lock",
    "logs",
    "staff",
    "environment",
    PROVIDERS,
    "providers-with-training.toml",
    "sign-in",
    "restores",
    "casepath-state",
)
_MARK = "casepath-state"  # without this file in it, no folder is ever emptied


def port_variable(name: str) -> str:
    """Return the name of the variable that sets a port."""
    return f"CASEPATH_{name.upper()}_PORT"


@dataclass(frozen=True)
class Installation:
    """One checkout's state folder and ports."""

    checkout: Path
    home: Path
    ports: Mapping[str, int]
    variables: Mapping[str, str] = field(repr=False)

    @property
    def lock_file(self) -> Path:
        """Held by `up` for as long as it runs."""
        return self.home / "up.lock"

    @property
    def running_file(self) -> Path:
        """The record of the running processes, for the other verbs and for the run after a crash."""
        return self.home / "running.json"

    @property
    def log_file(self) -> Path:
        """The output of the services and servers that `up` runs."""
        return self.home / "logs" / "up.log"

    @property
    def keys(self) -> Path:
        """The private keys that sign tokens, and the public set."""
        return self.home / "keys"

    @property
    def addresses(self) -> Path:
        """Where each service's stores are, with the passwords: only we read it."""
        return self.home / "addresses"

    def is_set(self, variable: str) -> bool:
        """Return whether the environment sets this variable, itself or as a file."""
        return bool(self.variables.get(variable) or self.variables.get(f"{variable}_FILE"))

    def address(self, service: str) -> str:
        """Return the URL where others reach a service."""
        return self.variables.get(f"CASEPATH_{service.upper()}_URL") or f"http://127.0.0.1:{self.ports[service]}"

    def make_home(self) -> None:
        """Make the state folder. As root it can be entered by the servers' own user; its files are closed to others."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            self.home.chmod(0o711 if os.geteuid() == 0 else 0o700)
            self.home.joinpath(_MARK).touch()
        except OSError as error:
            raise CommandRefused(
                f"The state folder {self.home} can't be used.",
                why=str(error.strerror),
                next_step="set CASEPATH_HOME to a folder that you may write to",
            ) from None

    def empty_home(self) -> None:
        """Remove what we put into the state folder, and the folder if nothing else is in it."""
        if not self.home.joinpath(_MARK).exists():
            return
        for name in _OURS:
            path = self.home / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        if not any(self.home.iterdir()):
            self.home.rmdir()


def here(variables: Mapping[str, str] | None = None) -> Installation:
    """Return this checkout's installation; its `variables` are the settings of the command, unless they are given."""
    environment = settings(CHECKOUT, os.environ) if variables is None else variables
    return Installation(
        CHECKOUT, _home(environment), {name: _port(name, environment) for name in USUAL_PORTS}, environment
    )


def _home(environment: Mapping[str, str]) -> Path:
    if environment.get("CASEPATH_HOME"):
        return Path(environment["CASEPATH_HOME"]).absolute()
    if os.geteuid() == 0:
        return ROOT_STATE / hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
    return CHECKOUT / ".casepath"


def _port(name: str, environment: Mapping[str, str]) -> int:
    listen = environment.get(f"CASEPATH_{name.upper()}_LISTEN", "") if name in SERVICES else ""
    text = listen.rpartition(":")[2] or environment.get(port_variable(name)) or str(USUAL_PORTS[name])
    if not text.isdecimal() or not 0 < int(text) < 65536:  # noqa: PLR2004 - the highest port
        variable = f"CASEPATH_{name.upper()}_LISTEN" if listen else port_variable(name)
        raise CommandRefused(f"{variable} holds no port.", next_step="set it to a number from 1 to 65535", exit_code=2)
    return int(text)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read; it is whole or not there at all. Threads can write the same file."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)
