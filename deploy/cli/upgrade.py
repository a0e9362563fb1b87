"""`upgrade`: bring an installation to this checkout's release: notes, a backup, migrations, the services one by one."""

import json
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

import shared
from deploy.cli import desk, public, running
from deploy.cli.backup import take
from deploy.cli.compose import must, services_up
from deploy.cli.console import out, say
from deploy.cli.down import stop
from deploy.cli.environment import answers
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES, Installation, here
from deploy.cli.migrate import database_running
from deploy.cli.migration import migrate_all
from deploy.cli.options import SettingOption
from deploy.cli.processes import ProcessIdentity, wait_until
from deploy.cli.result import Result, is_for_scripts, with_json
from deploy.cli.saving.checking import Verifying
from deploy.cli.saving.reach import PsqlSession, reach_of, runs_in_docker
from deploy.cli.service_requests import at_machine
from deploy.cli.stores import Stores, stores_of
from deploy.cli.upgrade_course import Course, course, order
from deploy.cli.verify import checked, report
from services import DESK, PUBLIC

#: A service ends within seconds, and is ready again within a minute, on a slow machine.
END_SECONDS, READY_SECONDS = 60.0, 120.0
_PLACE = click.Path(file_okay=False, path_type=Path)


@click.command(short_help="Upgrade this installation.")
@click.argument("release", required=False)
@click.option("--check", is_flag=True, help="Change nothing; show the release notes and the plan.")
@click.option("--no-backup", is_flag=True, help="Make no backup. You then cannot undo its migrations.")
@click.option(
    "--to", type=_PLACE, cls=SettingOption, envvar="CASEPATH_BACKUP_TO", help="Folder for the backup of data."
)
@click.option(
    "--keys-to", type=_PLACE, cls=SettingOption, envvar="CASEPATH_BACKUP_KEYS_TO", help="Folder for the backup of keys."
)
@click.option(
    "--recipient", cls=SettingOption, envvar="CASEPATH_BACKUP_RECIPIENT", help="Recipient who can decrypt it."
)
@with_json
def upgrade(
    *,
    release: str | None,
    check: bool,
    no_backup: bool,
    to: Path | None,
    keys_to: Path | None,
    recipient: str | None,
) -> Iterator[Result]:
    r"""Upgrade the installation to the release of this checkout. RELEASE is the release that you expect.

    First check out the new release (`git checkout v0.3.0`) while the old one runs. The command shows the release notes
    and the migrations, makes a backup, migrates, and restarts the services one by one. Where a migration allows it, the
    old release runs meanwhile. An older release with a newer database is refused before a service stops.

    \b
    Exit code: 0 done (with --check: nothing to do), 1 something is wrong (with --check: there is something to do).
    Examples:
      ./casepath upgrade --check
      ./casepath upgrade 0.3.0
    """
    installation = here()
    _check_release(release)
    stores, docker = stores_of(installation), runs_in_docker(installation)
    with database_running(installation, None if docker else stores.postgres):
        planned = _course(installation, stores, docker=docker)
    if check:
        yield Result(_plan(planned), exit_code=1 if planned.pending or planned.serving != planned.to else 0)
        _show(planned)
        return
    if not is_for_scripts():
        _show(planned)
    if not no_backup:
        _back_up(to, keys_to, recipient)
    _Upgrading(installation, stores, planned, docker=docker).run()
    is_running = docker or running.holder(installation) is not None
    if not is_running:
        yield Result(_plan(planned))
        return
    verifying = Verifying(at_machine(patience=READY_SECONDS), installation, stores, {})
    yield from report(checked(verifying), **_plan(planned))


def _check_release(release: str | None) -> None:
    if release is not None and order(release) != order(shared.__version__):
        raise CommandRefused(
            f"This checkout is {shared.__version__}, and not {release}; nothing was changed.",
            why="the command, the migrations and the Compose file of a release belong together",
            next_step=f"git fetch --tags && git checkout v{release.removeprefix('v')}, then the same again",
            exit_code=2,
        )


def _course(installation: Installation, stores: Stores, *, docker: bool) -> Course:
    """Return what will be done. Raises `OlderThanDatabase`, before anything is stopped."""
    if docker:
        _fetch_image(installation)
    pending = migrate_all(installation, stores, check=True) if not docker else _pending_in_docker(installation)
    with PsqlSession(reach_of(installation, stores), "intake") as session:
        there = session.ask("select to_regclass('public.follow_release') is not null as there")[0]["there"]
        rows = session.ask("select split_part(mark, ' ', 1) as release from public.follow_release") if there else []
    return course(str(rows[0]["release"]) if rows else None, shared.__version__, pending)


def _fetch_image(installation: Installation) -> None:
    """Have the release's image here: the one that `.env` names, or else one that is built from the checkout."""
    has_image = installation.variables.get("CASEPATH_IMAGE")
    must(installation, *(("pull", "--quiet") if has_image else ("build", "--quiet")), "migrate")


def _plan(planned: Course) -> dict[str, object]:
    notes = [vars(note) for note in planned.notes]
    names = _names(planned)
    return {"from": planned.serving, "to": planned.to, "notes": notes, "migrations": names, "stops": planned.stops}


def _names(planned: Course) -> dict[str, list[str]]:
    return {service: [migration.name for migration in pending] for service, pending in planned.pending.items()}


def _show(planned: Course) -> None:
    names = _names(planned)
    for note in planned.notes:
        out.print(f"{note.release}\n", style="bold")
        out.print(note.text + "\n", markup=False)
    say(f"From {planned.serving or 'nothing'} to {planned.to}.")
    for service, pending in names.items():
        say(f"{service}: {len(pending)} migrations ({', '.join(pending)}).")
    for why in planned.stops:
        say(f"The services stop for it: {why}.", style="yellow")
    if names and not planned.stops:
        say("The migrations run while the services serve.")


def _back_up(to: Path | None, keys_to: Path | None, recipient: str | None) -> None:
    if to is None or keys_to is None or recipient is None:
        raise CommandRefused(
            "No place for a backup is set; nothing was changed.",
            why="after migrations, only a backup from before them leads back",
            next_step="--to, --keys-to and --recipient, as for ./casepath backup; or --no-backup",
            exit_code=2,
        )
    data, keys = take(to, keys_to, recipient, datetime.now(UTC))
    say(f"Backed up: {data.folder}, {keys.folder}.")


class _Upgrading:
    """The steps that change something, in order."""

    def __init__(self, installation: Installation, stores: Stores, planned: Course, *, docker: bool) -> None:
        self._installation, self._stores, self._course, self._docker = installation, stores, planned, docker
        self._was_running = docker or running.holder(installation) is not None

    def run(self) -> None:
        """Migrate, and restart the services: one by one, or all if they had to stop."""
        stops = bool(self._course.stops) and self._was_running
        if stops:
            say("Stopping the services: the release that serves would not survive these migrations.")
            self._stop()
        self._migrate(beside=self._was_running and not stops)
        if self._docker:
            for name in (*SERVICES, *sorted({desk.IN_DOCKER, public.IN_DOCKER} & set(services_up(self._installation)))):
                say(f"{name}: restarting")
                must(self._installation, "up", "--detach", "--no-deps", "--wait", name)
            _look_where_they_are_now(self._installation)
        elif self._was_running and not stops:
            pages = {DESK: desk, PUBLIC: public}
            for name in (*SERVICES, *(page for page, of in pages.items() if of.runs_here(self._installation))):
                self._restart(name)
            say("The command that runs the services is still the older one: end it, and start it, when it suits you.")
        else:
            say("Next: ./casepath up")

    def _stop(self) -> None:
        if self._docker:
            must(self._installation, "stop", *SERVICES)
        else:
            stop(self._installation)

    def _migrate(self, *, beside: bool) -> None:
        if not self._course.pending:
            return
        if self._docker:
            must(self._installation, "run", "--rm", "-T", "migrate", *(["--beside"] if beside else []))
            return
        with database_running(self._installation, self._stores.postgres):
            migrate_all(self._installation, self._stores, beside=beside)

    def _restart(self, name: str) -> None:
        """Stop a service. Its supervisor restarts it with this release. Raises `CommandRefused` if it does not."""
        say(f"{name}: restarting")
        processes = running.read(self._installation.running_file).get("processes", [])
        before = [
            ProcessIdentity(str(entry["name"]), int(entry["pid"]), str(entry["started"]))
            for entry in processes
            if entry["name"] == name
        ]
        for process in before:
            os.kill(process.pid, signal.SIGTERM)
        address = f"{self._installation.address(name)}/health/ready"
        ended = wait_until(lambda: not any(process.alive for process in before), END_SECONDS)
        if not ended or not wait_until(lambda: answers(address), READY_SECONDS):
            raise CommandRefused(
                f"{name} did not come back; the other services were left as they are.",
                why=f"the log file shows the reason: {self._installation.log_file}",
                next_step="fix it and run the command again, or roll back: docs/guides/operate/upgrade.md",
            )


def _look_where_they_are_now(installation: Installation) -> None:
    """Restart Prometheus if it runs: it reads addresses and alarm rules only when it starts."""
    if "prometheus" in services_up(installation):
        say("prometheus: restarting")
        must(installation, "up", "--detach", "--no-deps", "--force-recreate", "prometheus")


def _pending_in_docker(installation: Installation) -> dict[str, list[str]]:
    printed = must(installation, "run", "--rm", "--no-deps", "-T", "migrate", "--pending", seconds=120)
    pending: dict[str, list[str]] = json.loads(printed)["pending"]
    return pending
