"""An operator's complete procedures, on a copy of this checkout: `make drill` (minutes; not part of the checks).

It covers the installation and journeys; a backup during journeys; the loss and restore of everything; the restore of
one service in a running installation; an alarm that fires and clears; an upgrade to a changed release under load, a
downgrade, and the refusal of an older release. Each step prints a line; the first failure ends the drill with exit code
1. It is a training installation: production refuses fictitious journeys.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import shared
from deploy.cli import running
from deploy.cli.environment import answers
from deploy.cli.installation import CHECKOUT, SERVICES, Installation
from deploy.cli.saving.reach import PsqlSession, reach_of
from deploy.cli.stores import stores_of
from tests.drill import alarm
from tests.kit.installation import empty

READY_SECONDS = 300.0
_MINOR, _, _PATCH = shared.__version__.rpartition(".")
#: The version of the next release.
NEXT = f"{_MINOR}.{int(_PATCH) + 1}"
#: The differences of the next release: another number, and a column that the older release does not know.
EXPANDS = '''"""A column of the next release's."""

import sqlalchemy as sa
from alembic import op

revision = "legal_9001"
down_revision = "{head}"
branch_labels = None
depends_on = None
{contracts}

def upgrade() -> None:
    op.add_column("matters", sa.Column("fictitious", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("matters", "fictitious")
'''
_STATE = """
    select md5(string_agg(concat_ws(' ', position, id, subject, name, version, data), ',' order by position)) as digest
    from public.event_log where position <= {head}
"""
_CASES = "select md5(string_agg(c::text, ',' order by c.id)) as digest, count(*) as cases from public.cases c"


class Failed(RuntimeError):
    """A step of the drill failed."""


@dataclass
class Drill:
    """A copy of this checkout, and the installation that it runs."""

    checkout: Path
    installation: Installation
    recipient: Path
    identity: Path
    began: float = field(default_factory=time.monotonic)

    @property
    def variables(self) -> Mapping[str, str]:
        """Return the environment of every command."""
        places = self.checkout.parent
        return {
            **self.installation.variables,
            "PYTHONPATH": str(self.checkout),
            "CASEPATH_BACKUP_TO": str(places / "data"),
            "CASEPATH_BACKUP_KEYS_TO": str(places / "keys"),
            "CASEPATH_BACKUP_RECIPIENT": str(self.recipient),
            "CASEPATH_BACKUP_IDENTITY": str(self.identity),
        }

    def say(self, sentence: str) -> None:
        """Print a successful step, with the seconds since the beginning."""
        sys.stdout.write(f"{time.monotonic() - self.began:6.0f} s  {sentence}\n")
        sys.stdout.flush()

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start a command of the copy; its output is printed if it fails."""
        return subprocess.Popen(
            [sys.executable, "-m", "deploy.cli", *arguments],
            cwd=self.checkout,
            env=dict(self.variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str, expected: int = 0) -> str:
        """Run a command to its end; returns its output. Raises `Failed` for another exit code."""
        with self.start(*arguments) as process:
            words, _ = process.communicate()
        if process.returncode != expected:
            raise Failed(f"casepath {' '.join(arguments)} ended with {process.returncode}:\n{words[-3_000:]}")
        return words

    @contextlib.contextmanager
    def up(self) -> Iterator[None]:
        """Run all services until the block ends."""
        log = self.checkout.parent / "up.log"
        with log.open("a", encoding="utf-8") as lines:
            process = subprocess.Popen(
                [sys.executable, "-m", "deploy.cli", "up", "--no-journeys"],
                cwd=self.checkout,
                env=dict(self.variables),
                stdout=lines,
                stderr=lines,
            )
            try:
                self._wait_until_ready(process, log)
                yield
            finally:
                process.terminate()
                process.wait()

    def _wait_until_ready(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        deadline = time.monotonic() + READY_SECONDS
        waiting = list(SERVICES)
        while waiting:
            if process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"`up` did not come up:\n{log.read_text(encoding='utf-8')[-3_000:]}")
            waiting = [name for name in waiting if not answers(f"{self.installation.address(name)}/health/ready")]
            time.sleep(0.2)

    def kill(self, service: str) -> None:
        """Kill a service like a power cut; `up` restarts it."""
        processes = running.read(self.installation.running_file)["processes"]
        [pid] = [int(each["pid"]) for each in processes if each["name"] == service]
        os.kill(pid, signal.SIGKILL)

    def heads(self) -> dict[str, int]:
        """Return the last position of each log."""
        services = json.loads(self.run("status", "--wait", "120", "--json"))["services"]
        return {name: int(state["head"]) for name, state in services.items()}

    def states(self, heads: Mapping[str, int]) -> dict[str, object]:
        """Return digests of every log up to these positions, and of every case: equal only if all the data is equal."""
        reach = reach_of(self.installation, stores_of(self.installation))
        states: dict[str, object] = {}
        for name in SERVICES:
            with PsqlSession(reach, name) as session:
                states[name] = session.ask(_STATE.format(head=heads[name]))[0]["digest"]
                if name == "intake":
                    states["cases"] = dict(session.ask(_CASES)[0])
        return states


def main() -> int:
    """Run the drill; returns the exit code."""
    with empty() as installation:
        place = installation.home.parent
        drill = Drill(place / "checkout", installation, *_recipient(place))
        _copy(drill.checkout)
        try:
            _lost_and_brought_back(drill)
            _one_service_while_all_runs(drill)
            _alarm_fires_and_clears(drill)
            _upgraded_and_back(drill)
        except Failed as failed:
            drill.say(f"FAILED: {failed}")
            return 1
        drill.say("all of it held")
    return 0


def _recipient(place: Path) -> tuple[Path, Path]:
    home = place / "gpg"
    home.mkdir(mode=0o700)
    command = ["gpg", "--homedir", str(home), "--batch", "--quiet", "--passphrase", ""]
    subprocess.run([*command, "--quick-generate-key", "Fictitious operator", "default", "default", "never"], check=True)
    files = place / "public.asc", place / "secret.asc"
    for file, option in zip(files, ("--export", "--export-secret-keys"), strict=True):
        file.write_bytes(subprocess.run([*command, "--armor", option], check=True, capture_output=True).stdout)
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=True)
    return files


def _copy(checkout: Path) -> None:
    for folder in ("deploy", "services", "shared"):
        shutil.copytree(CHECKOUT / folder, checkout / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("CHANGELOG.md", "docker-compose.yml"):
        shutil.copy(CHECKOUT / file, checkout / file)


def _lost_and_brought_back(drill: Drill) -> None:
    with drill.up():
        drill.run("journey", "--count", "3")
        drill.say("up from nothing, 3 journeys")
        with drill.start("journey", "--count", "2") as beside:
            drill.run("backup")
            beside.communicate()
        if beside.returncode:
            raise Failed("a journey did not come to its end while a backup was taken")
        [manifest] = Path(drill.variables["CASEPATH_BACKUP_TO"]).glob("*/manifest.json")
        if not json.loads(manifest.read_text(encoding="utf-8"))["is_consistent"]:
            raise Failed("a follower was ahead of its source in the backup")
        drill.say("backed up while journeys were played, none failed")
        drill.run("backup")
        heads = drill.heads()
        states = drill.states(heads)
    drill.run("reset", "--yes")
    places = ("--keys", drill.variables["CASEPATH_BACKUP_KEYS_TO"])
    data = drill.variables["CASEPATH_BACKUP_TO"]
    drill.run("restore", data, *places, "--yes")
    with drill.up():
        if drill.states(heads) != states:
            raise Failed(f"the restored data differ from the lost data: {drill.states(heads)}, and {states}")
        drill.run("rotate", "signing-keys")
        drill.run("verify", "--backup", data)
        drill.say(
            f"everything lost, brought back, equal, its audit whole under new keys: {states['cases']}, heads {heads}"
        )


def _one_service_while_all_runs(drill: Drill) -> None:
    data = drill.variables["CASEPATH_BACKUP_TO"]
    with drill.up():
        drill.run("journey", "--count", "1")
        words = drill.run("restore", data, "--service", "legal", "--yes")
        if "its own log" not in words or "1 restores" not in words:
            raise Failed(f"it does not say what was worked on since, or that it was restored:\n{words[-2_000:]}")
    drill.say("legal restored in a running installation, which was stopped for it; the requests in progress are listed")


def _alarm_fires_and_clears(drill: Drill) -> None:
    if not (alarm.program(alarm.PROMETHEUS) and alarm.program(alarm.ALERTMANAGER)):
        drill.say("LEFT OUT, an alarm that fires and clears: no Prometheus here; .ci/install-promtool servers")
        return
    try:
        with drill.up(), alarm.watching(drill.installation, drill.checkout.parent / "watch") as watch:
            alarm.service_goes_and_comes(drill.installation, watch, drill.kill, drill.say)
    except AssertionError as wrong:
        raise Failed(f"an alarm: {wrong}") from wrong


def _upgraded_and_back(drill: Drill) -> None:
    with drill.up():
        _release(drill, contracts="")
        drill.run("upgrade", "--check", expected=1)
        with drill.start("journey", "--count", "3") as beside:
            drill.run("upgrade", NEXT)
            words, _ = beside.communicate()
        if beside.returncode:
            raise Failed(f"a journey did not come to its end during the upgrade:\n{words[-2_000:]}")
        drill.say("upgraded to a changed release under load, no write failed")
        _older(drill)
        drill.run("upgrade", "--no-backup")
        drill.run("journey", "--count", "1")
        drill.say("gone back to the older release, on the newer database")
        _release(drill, contracts=f'contracts = "{NEXT}"\n')
        drill.run("migrate")
        _older(drill)
        heads = drill.heads()
        words = drill.run("upgrade", "--no-backup", expected=1)
        if "is older than the database of legal" not in words or drill.heads() != heads:
            raise Failed(f"an older release was not refused, or not before anything stopped:\n{words[-2_000:]}")
        drill.say("an older release on a newer database is refused before anything stops, and everything serves")


def _release(drill: Drill, *, contracts: str) -> None:
    """Change the copy into the next release."""
    folder = drill.checkout / "services" / "legal" / "migrations"
    before = max(folder.glob("legal_0*.py")).stem
    name = "legal_9002" if contracts else "legal_9001"
    text = EXPANDS.format(head=before, contracts=contracts)
    if contracts:  # after the existing one
        folder.joinpath("legal_9001.py").write_text(EXPANDS.format(head=before, contracts=""), encoding="utf-8")
        text = text.replace(f'"{before}"', '"legal_9001"').replace('"legal_9001"\ndown', '"legal_9002"\ndown')
        text = text.replace("fictitious", "fictitious_too")
    folder.joinpath(f"{name}.py").write_text(text, encoding="utf-8")
    version = drill.checkout / "shared" / "__init__.py"
    version.write_text(
        version.read_text(encoding="utf-8").replace(f'"{shared.__version__}"', f'"{NEXT}"'), encoding="utf-8"
    )


def _older(drill: Drill) -> None:
    """Change the copy back into this release."""
    for name in ("legal_9001", "legal_9002"):
        drill.checkout.joinpath("services", "legal", "migrations", f"{name}.py").unlink(missing_ok=True)
    version = drill.checkout / "shared" / "__init__.py"
    version.write_text(
        version.read_text(encoding="utf-8").replace(f'"{NEXT}"', f'"{shared.__version__}"'), encoding="utf-8"
    )


if __name__ == "__main__":
    sys.exit(main())
