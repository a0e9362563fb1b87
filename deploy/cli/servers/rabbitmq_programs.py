"""Finds RabbitMQ's programs on this machine, and installs them where we may."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.cli.console import say
from deploy.cli.errors import CommandRefused, MissingOnThisMachine
from deploy.cli.installation import here

OLDEST = (4, 0)
LAST_LINES = 8  # of an installer that failed
FOLDERS = (
    "/usr/lib/rabbitmq/bin",  # Debian, Ubuntu: the scripts themselves; those on the path change user and folder
    "/opt/homebrew/opt/rabbitmq/sbin",
    "/usr/local/opt/rabbitmq/sbin",
)
ELSEWHERE = "or use a broker of your own: set CASEPATH_INTAKE_AMQP_URI, _LEGAL_, _SUPPORT_ and _PARTNERS_"
# Debian starts a server as soon as it is installed; ours is a private one, so the policy file says no for the moment of
# the installation. A policy that an administrator has set is left alone.
APT = """
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\\nexit 101\\n' >"$policy" && chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -qqy --no-install-recommends rabbitmq-server
"""


@dataclass(frozen=True)
class RabbitPrograms:
    """RabbitMQ's programs by full path."""

    server: str
    ctl: str
    epmd: str
    version: str  # "4.0.5"; empty when the path does not show it

    @property
    def path(self) -> str:
        """PATH for the scripts: where Erlang is, and the system's own."""
        erlang = shutil.which("erl") or "/usr/bin/erl"
        return os.pathsep.join([str(Path(erlang).parent), "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"])


def look_for_programs() -> RabbitPrograms | None:
    """Return RabbitMQ's programs; `CASEPATH_RABBITMQ_BIN` names another folder. None when they are not installed."""
    own_folder = here().variables.get("CASEPATH_RABBITMQ_BIN")
    for folder in map(Path, [own_folder] if own_folder else FOLDERS):
        server, ctl = folder / "rabbitmq-server", folder / "rabbitmqctl"
        epmd = _epmd()
        if server.exists() and ctl.exists() and epmd:
            return RabbitPrograms(str(server), str(ctl), epmd, _version(server))
    return None


def _epmd() -> str | None:
    erlang = shutil.which("erl", path=os.environ.get("PATH", "") + ":/opt/homebrew/bin:/usr/local/bin:/usr/bin")
    beside = Path(erlang).resolve().parent / "epmd" if erlang else None
    return str(beside) if beside and beside.exists() else shutil.which("epmd")


def _version(server: Path) -> str:
    match = re.search(r"rabbitmq(?:_server)?[-/](\d+\.\d+\.\d+)", str(server.resolve()))
    return match.group(1) if match else ""


def version_fits(version: str) -> bool:
    """Return whether the version is 4.0 or newer, which the exchange relies on. An unknown version is accepted."""
    parts = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
    return not parts or parts >= OLDEST


def find_programs() -> RabbitPrograms:
    """Return RabbitMQ's programs. Raises `MissingOnThisMachine` when they are missing or too old."""
    programs = look_for_programs()
    if programs is None:
        raise MissingOnThisMachine(
            "RabbitMQ is missing.", why="Casepath's services exchange events through it", next_step=how_to_install()
        )
    if not version_fits(programs.version):
        raise MissingOnThisMachine(
            f"RabbitMQ {programs.version} is too old; 4.0 or newer is needed.",
            next_step=f"install a newer one (https://www.rabbitmq.com/docs/download), {ELSEWHERE}",
        )
    return programs


def how_to_install() -> str:
    """Return the exact installation commands for this machine."""
    if sys.platform == "darwin":
        return f"brew install rabbitmq\n        {ELSEWHERE}"
    if shutil.which("apt-get"):
        return (
            "as root (Debian, Ubuntu):  apt-get update && apt-get install --no-install-recommends rabbitmq-server\n"
            f"        {ELSEWHERE}"
        )
    return f"install it with your system's packages (https://www.rabbitmq.com/docs/download), {ELSEWHERE}"


def install_where_we_may() -> RabbitPrograms:
    """Return RabbitMQ's programs; install them if missing, and print that. Raises `MissingOnThisMachine`."""
    if look_for_programs() is None and not here().variables.get("CASEPATH_RABBITMQ_BIN"):
        command = _installation_command()
        if command:
            say(f"RabbitMQ is missing: installing it with {'brew' if 'brew' in command[0] else 'apt-get'}.")
            done = subprocess.run(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False
            )
            if done.returncode:
                last = "\n        ".join(done.stdout.strip().splitlines()[-LAST_LINES:])
                raise CommandRefused(
                    "RabbitMQ could not be installed.", why=last, next_step=how_to_install(), exit_code=2
                )
    return find_programs()


def _installation_command() -> list[str] | None:
    brew = shutil.which("brew")
    if sys.platform == "darwin":
        return [brew, "install", "rabbitmq"] if brew and os.geteuid() != 0 else None
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["sh", "-c", APT]
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    without_password = subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0
    return [sudo, "sh", "-c", APT] if without_password or sys.stdin.isatty() else None
