"""`doctor`: find problems of this machine, why they matter, and the exact fix."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import click
from rich.text import Text

from deploy.cli import desk, public, running
from deploy.cli.compose import DockerSilent, is_of_docker
from deploy.cli.config import settings_read
from deploy.cli.console import print_table, say
from deploy.cli.doctor_agencies import agencies_broker
from deploy.cli.doctor_backup import backup
from deploy.cli.doctor_broker import broker
from deploy.cli.doctor_docker import containers, disk, docker
from deploy.cli.doctor_providers import sign_in
from deploy.cli.doctor_services import services
from deploy.cli.environment_record import PRODUCTION, environment_name
from deploy.cli.errors import CommandRefused
from deploy.cli.findings import FAIL, OK, UNKNOWN, WARN, Finding
from deploy.cli.init import lacking_files, lost_files
from deploy.cli.installation import Installation, here, port_variable
from deploy.cli.processes import port_holder, setpriv
from deploy.cli.result import Result, with_json
from deploy.cli.servers.postgres import version as postgres_version
from deploy.cli.servers.rabbitmq_programs import how_to_install, look_for_programs, version_fits
from deploy.cli.stores import needed_ports, owner_variable, port_is_free, stores_of

STYLES = {OK: "green", WARN: "yellow", FAIL: "bold red", UNKNOWN: "bold magenta"}
ENOUGH_DISK_BYTES = 2 * 1024**3
LITTLE_DISK_BYTES = 500 * 1024**2


@click.command(short_help="Find problems of this machine and show the fix.")
@with_json
def doctor() -> Iterator[Result]:
    r"""Check what this machine or the Docker installation needs, and show how to fix it.

    Exit 1 if a problem must be fixed first, or if a check could not be made.

    \b
    Examples:
      ./casepath doctor
      ./casepath doctor --json
    """
    findings = examine(here())
    healthy = all(finding.state in (OK, WARN) for finding in findings)
    document = {"healthy": healthy, "findings": [asdict(finding) for finding in findings]}
    yield Result(document, exit_code=0 if healthy else 1)
    print_table(
        ["check", "", "why"],
        [[finding.check, Text(finding.state, STYLES[finding.state]), finding.why] for finding in findings],
    )
    for finding in findings:
        if finding.fix:
            say(f"{finding.check}: {finding.fix}")


def examine(installation: Installation) -> list[Finding]:
    """Make every check of this kind of installation; a check that itself breaks is a finding, too."""
    findings: list[Finding] = []
    for check in IN_DOCKER if is_of_docker(installation) else CHECKS:
        try:
            findings += check(installation)
        except CommandRefused as error:
            state = UNKNOWN if isinstance(error, DockerSilent) else FAIL
            name = check.__name__.strip("_").replace("_", " ")
            findings.append(Finding(name, state, f"{error.what} {error.why}".strip(), error.next_step))
    return findings


def _python(_installation: Installation) -> list[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info < (3, 14):
        return [Finding("python", OK, version)]
    return [
        Finding("python", FAIL, f"{version} is none of 3.11 to 3.13", "CASEPATH_PYTHON=/path/to/python3.13 ./casepath")
    ]


def _dependencies(installation: Installation) -> list[Finding]:
    lock, stamp = (
        installation.checkout / "requirements.lock",
        installation.checkout / ".venv" / "installed-requirements.lock",
    )
    if stamp.exists() and stamp.read_bytes() == lock.read_bytes():
        return [Finding("dependencies", OK, "as locked")]
    return [
        Finding("dependencies", WARN, "not installed by ./casepath from this lock", "start any verb as ./casepath …")
    ]


def _rabbitmq(installation: Installation) -> list[Finding]:
    if stores_of(installation).rabbitmq is None:
        return [Finding("rabbitmq", OK, "the environment names a broker; none is needed here")]
    programs = look_for_programs()
    if programs is None:
        return [Finding("rabbitmq", FAIL, "not installed (./casepath up installs it where it may)", how_to_install())]
    if not version_fits(programs.version):
        return [Finding("rabbitmq", FAIL, f"{programs.version} is older than 4.0", how_to_install())]
    return [Finding("rabbitmq", OK, programs.version or f"at {programs.server}")]


def _postgres(installation: Installation) -> list[Finding]:
    if stores_of(installation).postgres is None:
        return [Finding("postgres", OK, "CASEPATH_<SERVICE>_DATABASE_URL name databases; none is needed here")]
    does = "runs" if running.holder(installation) is not None else "is started by ./casepath up"
    return [Finding("postgres", OK, f"the private server {does}: {postgres_version()}")]


def _database_roles(installation: Installation) -> list[Finding]:
    """A service that owns its tables could rewrite its audit log without a trace."""
    stores = stores_of(installation)
    of_one_role = stores.of_one_role()
    if not of_one_role:
        both = "; this account of the machine holds both passwords" if stores.postgres else ""
        return [Finding("database roles", OK, f"one owns and migrates, another one runs{both}")]
    why = f"one role owns the tables and runs the service: {', '.join(of_one_role)}"
    fix = f"a role that only runs, and {owner_variable(of_one_role[0])}: docs/guides/operate/database-roles.md"
    state = FAIL if environment_name(installation) == PRODUCTION else WARN
    return [Finding("database roles", state, why, fix)]


def _psycopg(_installation: Installation) -> list[Finding]:
    """The services wait for the database in Python: psycopg's own way of waiting would block every request."""
    program = "from psycopg import waiting; print(waiting.wait.__name__)"
    environment = {**os.environ, "PSYCOPG_WAIT_FUNC": "wait_selector"}
    completed = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    name = completed.stdout.strip()
    if name == "wait_selector":
        return [Finding("psycopg", OK, "waits by wait_selector")]
    why = f"waits by {name}" if name else f"can't be loaded: {completed.stderr.strip().splitlines()[-1:]}"
    return [Finding("psycopg", FAIL, why, "rm -r .venv; ./casepath doctor installs the locked version again")]


def _ports(installation: Installation) -> list[Finding]:
    ours = running.holder(installation) is not None
    findings = []
    stores = stores_of(installation)
    for name in (*needed_ports(installation, stores), *desk.ports(installation, stores), *public.ports(installation)):
        port = installation.ports[name]
        if port_is_free(port):
            findings.append(Finding(f"port {port}", OK, f"free for {name}"))
        elif ours:
            findings.append(Finding(f"port {port}", OK, f"held by our own {name}"))
        else:
            holder = port_holder(port) or "a process that this user can't see"
            fix = f"end it, or choose another port: {port_variable(name)}={port + 1000} ./casepath up"
            findings.append(Finding(f"port {port}", FAIL, f"needed for {name}, held by {holder}", fix))
    return findings


def _disk(installation: Installation) -> list[Finding]:
    free = shutil.disk_usage(_existing(installation.home)).free
    why = f"{free / 1024**3:.1f} GB free where the state is kept"
    if free >= ENOUGH_DISK_BYTES:
        return [Finding("disk", OK, why)]
    return [
        Finding("disk", WARN if free >= LITTLE_DISK_BYTES else FAIL, why, "free some, or set CASEPATH_HOME elsewhere")
    ]


def _state_folder(installation: Installation) -> list[Finding]:
    home = installation.home
    if not os.access(_existing(home), os.W_OK | os.X_OK):
        fix = f"sudo chown -R {os.getuid()} '{home}', or set CASEPATH_HOME to a folder of yours"
        return [Finding("state folder", FAIL, f"{home} can't be written to by this user", fix)]
    keys = installation.keys
    if keys.exists() and stat.S_IMODE(keys.stat().st_mode) & 0o077:
        return [Finding("state folder", FAIL, f"{keys} can be entered by others", f"chmod 700 '{keys}'")]
    return [Finding("state folder", OK, str(home))]


def _secrets(installation: Installation) -> list[Finding]:
    """Secrets for Docker: all there, the folder closed to others, the files open to the users inside the containers."""
    folder = installation.checkout / "secrets"
    if not folder.exists():
        return []
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return [Finding("secrets", FAIL, "secrets/ can be entered by others", f"chmod 700 '{folder}'")]
    files = [file for file in folder.rglob("*") if file.is_file()]
    closed = [str(file.relative_to(folder)) for file in files if not file.stat().st_mode & stat.S_IROTH]
    if closed:
        why = f"{', '.join(sorted(closed))} can't be read by the user inside the container (uid 10001)"
        return [Finding("secrets", FAIL, why, f"find '{folder}' -type f -exec chmod 444 {{}} +")]
    missing = lacking_files(folder)
    if missing:
        fix = "restore them from your copy" if lost_files(folder) else "./casepath init adds them"
        return [Finding("secrets", FAIL, f"docker compose needs {', '.join(missing)} too", fix)]
    return [Finding("secrets", OK, "closed here, readable inside the containers")]


def _parents_death(_installation: Installation) -> list[Finding]:
    if setpriv():
        return [Finding("clean ends", OK, "the kernel ends what a killed `up` leaves")]
    return [Finding("clean ends", WARN, "no setpriv here: a helper process ends what a killed `up` leaves")]


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)


CHECKS: list[Callable[[Installation], list[Finding]]] = [
    _python,
    _dependencies,
    _rabbitmq,
    broker,
    agencies_broker,
    _postgres,
    _database_roles,
    _psycopg,
    _ports,
    _disk,
    _state_folder,
    _secrets,
    settings_read,
    sign_in,
    services,
    backup,
    _parents_death,
]
# control: H-OPERATION-4 healthy-is-zero
#: Of an installation in Docker: nothing of what `up` would need, such as ports, which the containers themselves hold.
IN_DOCKER: list[Callable[[Installation], list[Finding]]] = [
    _python,
    _dependencies,
    docker,
    containers,
    disk,
    _secrets,
    settings_read,
    broker,
    agencies_broker,
    sign_in,
    services,
    backup,
]
