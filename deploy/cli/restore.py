"""`restore`: restore an installation from a backup, or test that in a temporary installation."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path

import click
from rich.text import Text

from deploy.cli.compose import must
from deploy.cli.console import print_table, say
from deploy.cli.errors import CommandRefused
from deploy.cli.findings import Finding
from deploy.cli.installation import SERVICES, Installation, here
from deploy.cli.options import SettingArgument, SettingOption
from deploy.cli.result import Result, is_for_scripts, with_json
from deploy.cli.saving import drill as drills
from deploy.cli.saving import places
from deploy.cli.saving.checking import Verifying
from deploy.cli.saving.places import Saved
from deploy.cli.saving.reach import is_throw_away, runs_in_docker
from deploy.cli.saving.restoring import Restoring
from deploy.cli.saving.touched import NOWHERE, Since
from deploy.cli.service_requests import at_machine
from deploy.cli.stores import stores_of
from deploy.cli.up import serving
from deploy.cli.verify import checked, report

SETTLE_SECONDS = 120.0
_PATH = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(short_help="Restore a backup.")
@click.argument("folder", type=_PATH, metavar="BACKUP", cls=SettingArgument, envvar="CASEPATH_BACKUP_TO")
@click.option(
    "--keys", "keys_folder", type=_PATH, help="Backup of keys, or their folder; without it, keys are not restored."
)
@click.option(
    "--service", "services", type=click.Choice(SERVICES), multiple=True, help="Restore this service only; repeatable."
)
@click.option("--keys-only", is_flag=True, help="Restore only the keys from --keys.")
@click.option(
    "--identity",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    cls=SettingOption,
    envvar="CASEPATH_BACKUP_IDENTITY",
    help="Secret key of the recipient; with GnuPG by default from your key ring.",
)
@click.option("--drill", is_flag=True, help="Restore into a temporary installation, verify it, and remove it.")
@click.option("--no-verify", is_flag=True, help="Do not start and verify the services at the end.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@with_json
def restore(
    *,
    folder: Path,
    keys_folder: Path | None,
    services: tuple[str, ...],
    keys_only: bool,
    identity: Path | None,
    drill: bool,
    no_verify: bool,
    yes: bool,
) -> Iterator[Result]:
    r"""Restore the data of BACKUP (a backup, or the newest one in a folder), and with --keys also its keys.

    The command stops the services. Each database is restored in one transaction, and is unchanged until that ends. The
    command lists the cases that changed after the backup, so that staff can enter the changes again, and then runs
    `verify`. The guide is docs/guides/operate/backup.md.

    \b
    Exit code: 0 brought back and whole, 1 something is not.
    Examples:
      ./casepath restore /backup/data --keys /media/keys --identity backup-key.txt
      ./casepath restore /backup/data --service legal
      ./casepath restore /backup/data --keys /media/keys --identity backup-key.txt --drill
    """
    data = None if keys_only else places.newest_of(folder, places.DATA)
    keys = places.newest_of(keys_folder, places.KEYS) if keys_folder else None
    if keys_only and keys is None:
        raise CommandRefused("--keys-only needs --keys.", next_step="--keys FOLDER", exit_code=2)
    if drill:
        code = _drill(data, keys, identity)
        yield Result({"whole": code == 0}, exit_code=code)
        return
    installation = here()
    docker = _is_for_docker(installation, keys or data)
    restoring = Restoring(installation, services or SERVICES, data, keys, identity, docker, say)
    restoring.check()
    if not yes:
        _confirm(restoring)
    since = restoring.bring()
    file = restoring.keep(since)
    if not is_for_scripts():
        _report(since, file)
    findings = None if no_verify else _verify(restoring)
    say(f"Next: {'docker compose up --wait' if docker else './casepath up'}")
    if findings is None:
        yield Result({"since": str(file)})
    else:
        yield from report(findings, since=str(file))


def _is_for_docker(installation: Installation, saved: Saved | None) -> bool:
    """Return whether this is, or becomes, an installation in Docker: as it is, or, of an empty one, as it was."""
    if is_throw_away(installation):
        return False
    if runs_in_docker(installation) or installation.checkout.joinpath("secrets").is_dir():
        return not installation.keys.exists()
    return saved is not None and saved.manifest["runs"] == "docker" and not installation.keys.exists()


def _confirm(restoring: Restoring) -> None:
    what = [
        f"data of {saved.manifest['taken_at']}" if saved is restoring.data else f"keys of {saved.manifest['taken_at']}"
        for saved in (restoring.data, restoring.keys)
        if saved
    ]
    click.confirm(
        f"Replace what {', '.join(restoring.services)} hold here by {' and '.join(what)}? What came since is gone.",
        abort=True,
        err=True,
    )


def _report(since: Iterable[Since], file: Path) -> None:
    """Print for how many cases of each agency changes must be entered again, and what is unknown."""
    rows: list[list[str | Text]] = []
    for after in since:
        if after.source == NOWHERE:
            say(f"{after.service}: the changes after the backup are unknown.", style="yellow")
        for agency, cases in sorted(after.by_agency().items()) if after.worked else ():
            rows.append([after.service, agency or "no team known", str(cases), str(after.events), after.source])
    if rows:
        say("Worked on since the backup, and to be entered again:")
        print_table(["service", "agency of the team", "cases", "events", "known from"], rows)
        say(f"Which cases, and whose: {file}")


def _verify(restoring: Restoring) -> list[Finding]:
    """Start everything, verify it, and stop again what was not running in Docker. Return the findings."""
    installation = restoring.installation
    stands = restoring.data.manifest["data"] if restoring.data else {}
    restored = restoring.services if restoring.data else ()
    if restoring.docker:
        must(installation, "up", "--detach", "--wait")
    with nullcontext(stores_of(installation)) if restoring.docker else serving(installation) as stores:
        api = at_machine(patience=SETTLE_SECONDS)
        held_to = {name: stands[name] for name in restored}
        verifying = Verifying(api, installation, stores, held_to, restored, SETTLE_SECONDS)
        return checked(verifying)


def _drill(data: Saved | None, keys: Saved | None, identity: Path | None) -> int:
    if data is None or keys is None:
        raise CommandRefused(
            "A drill needs data and keys.",
            why="it starts with an empty installation, as after the loss of a machine",
            next_step="./casepath restore BACKUP --keys FOLDER --drill",
            exit_code=2,
        )
    return drills.run(here(), data, keys, identity, say, output=sys.stderr if is_for_scripts() else None)
