"""`backup`: the installation's databases, rings and secrets, sealed to a recipient while everything serves."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import click
from rich.progress import DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from deploy.cli.api import set_by_caller
from deploy.cli.backup_record import record_failed, record_made
from deploy.cli.console import print_table, say, talk
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import DATABASES, Installation, here
from deploy.cli.migrate import database_running
from deploy.cli.options import SettingOption
from deploy.cli.result import Result, with_json
from deploy.cli.saving import places
from deploy.cli.saving.places import Saved
from deploy.cli.saving.reach import reach_of, runs_in_docker
from deploy.cli.saving.seals import seal_for
from deploy.cli.saving.taking import Taking
from deploy.cli.stores import stores_of

#: For so many days the archive keeps a destroyed key, unless it is set: an erasure is complete after them.
USUAL_KEY_DAYS = 7
Decorated = TypeVar("Decorated", bound=Callable[..., object])
_PLACE = click.Path(file_okay=False, path_type=Path)


def _placed(command: Decorated) -> Decorated:
    options = [
        click.option(
            "--to", type=_PLACE, cls=SettingOption, envvar="CASEPATH_BACKUP_TO", help="Folder for backups of data."
        ),
        click.option(
            "--keys-to",
            type=_PLACE,
            cls=SettingOption,
            envvar="CASEPATH_BACKUP_KEYS_TO",
            help="Folder for backups of keys.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.group(short_help="Back up databases, keys and secrets.", invoke_without_command=True)
@_placed
@click.option(
    "--recipient",
    cls=SettingOption,
    envvar="CASEPATH_BACKUP_RECIPIENT",
    help="Recipient who can decrypt it: an age recipient, a file with a GnuPG public key, or a key in your key ring.",
)
@click.option(
    "--key-days",
    type=click.IntRange(min=1),
    cls=SettingOption,
    envvar="CASEPATH_BACKUP_KEY_DAYS",
    help="Days after which backups of keys are deleted; at most CASEPATH_KEY_DAYS (default).",
)
@with_json
@click.pass_context
def backup(
    ctx: click.Context,
    /,
    *,
    to: Path | None,
    keys_to: Path | None,
    recipient: str | None,
    key_days: int | None,
) -> Iterator[Result]:
    r"""Back up databases, keys and secrets while the services run, and delete old backups of keys.

    Data and keys go to two places, because both together can decrypt the data of erased people. The guide is
    docs/guides/operate/backup.md.

    \b
    Examples:
      ./casepath backup --to /backup/data --keys-to /media/keys --recipient age1…
      ./casepath backup list --to /backup/data --keys-to /media/keys
      ./casepath backup prune --to /backup/data --keys-to /media/keys --keep 30
    """
    if ctx.invoked_subcommand is not None:
        return
    if recipient is None:
        raise _missing("recipient", "the backup is encrypted for this recipient")
    places_of_both = _both(to, keys_to)
    kept_days = _key_days(key_days)
    now = datetime.now(UTC)
    data, keys = take(*places_of_both, recipient, now)
    forgotten = _forget(places_of_both[1], kept_days, now)
    yield Result({"data": str(data.folder), "keys": str(keys.folder), "forgotten": forgotten, **data.manifest})
    _report(data, keys)
    for name in forgotten:
        say(f"Deleted the backup of keys {name}: older than {kept_days} days.")


def take(to: Path, keys_to: Path, recipient: str, now: datetime) -> tuple[Saved, Saved]:
    """Back up this installation, showing how far it is; returns the backups of data and of keys."""
    installation = here()
    try:
        saved = _take(installation, to, keys_to, recipient, now)
    except Exception:
        record_failed(installation, now)
        raise
    record_made(installation, now)
    return saved


def _take(installation: Installation, to: Path, keys_to: Path, recipient: str, now: datetime) -> tuple[Saved, Saved]:
    docker = runs_in_docker(installation)
    stores = stores_of(installation)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), DownloadColumn(), TimeElapsedColumn())
    with database_running(installation, None if docker else stores.postgres):
        taking = Taking(installation, reach_of(installation, stores), seal_for(recipient), to, keys_to)
        with Progress(*columns, console=talk, transient=True) as bar:
            task = bar.add_task("waiting for one moment", total=None)
            begun: list[str] = []

            def progress(database: str, count: int) -> None:
                if database not in begun:
                    begun.append(database)
                place = f"{database} ({len(begun)} of {len(DATABASES)})"
                bar.update(task, description=place, advance=count)

            return taking.take(now, progress)


def _report(data: Saved, keys: Saved) -> None:
    for saved in (data, keys):
        size = sum(stored["bytes"] for stored in saved.manifest["files"].values())
        say(f"{saved.folder}: {len(saved.manifest['files'])} files, {size:,} bytes.")
    heads = ", ".join(f"{name} {stand['head']}" for name, stand in data.manifest["data"].items())
    say(f"Log heads: {heads}.")
    if not data.manifest["is_consistent"]:
        say("A consumer was ahead of its source. A restore rebuilds its projections automatically.", style="yellow")
    say("This backup is not tested. Test it with ./casepath restore --drill.")


def _both(to: Path | None, keys_to: Path | None) -> tuple[Path, Path]:
    if to is None:
        raise _missing("to", "where the backup of the data goes")
    if keys_to is None:
        raise _missing("keys-to", "where the backup of the keys goes, which is not where the data's goes")
    return to, keys_to


def _missing(option: str, why: str) -> CommandRefused:
    variable = f"CASEPATH_BACKUP_{option.upper().replace('-', '_')}"
    return CommandRefused(
        f"--{option} is not set.", why=why, next_step=f"./casepath backup --{option} …, or {variable}", exit_code=2
    )


def promised_days() -> int:
    """Return after how many days an erasure is promised to be complete."""
    text = set_by_caller(here(), "CASEPATH_KEY_DAYS") or str(USUAL_KEY_DAYS)
    if not text.isdecimal():
        raise CommandRefused(
            "CASEPATH_KEY_DAYS is not a number of days; nothing was changed.",
            why="it limits the age of key backups, which decides when an erasure is complete",
            next_step="set it to a whole number, in .env or in the shell",
            exit_code=2,
        )
    return int(text)


def _key_days(asked: int | None) -> int:
    """Return for how many days backups of keys are kept. Raises `CommandRefused` for more than was promised."""
    promised = promised_days()
    if asked is None or asked <= promised:
        return asked or promised
    raise CommandRefused(
        f"Backups of keys for {asked} days are refused; nothing was backed up.",
        why=f"after an erasure, no key of the person exists after {promised} days "
        "(CASEPATH_KEY_DAYS); an older backup of keys would break that promise",
        next_step=f"--key-days {promised}; a backup of the data of any age opens with the newest backup of keys",
        exit_code=2,
    )


def _forget(keys_to: Path, days: int, now: datetime) -> list[str]:
    """Delete the backups of keys that are too old; returns their names."""
    old = places.expired(keys_to, days, now)
    for saved in old:
        shutil.rmtree(saved.folder)
    return [saved.folder.name for saved in old]


@backup.command("list")
@_placed
@with_json
def list_(*, to: Path | None, keys_to: Path | None) -> Iterator[Result]:
    r"""List the backups, and the backups of keys that are older than the erasure policy allows.

    \b
    Exit code: 0; 1 when a backup of keys is too old.
    Example:
      ./casepath backup list --to /backup/data --keys-to /media/keys
    """
    data_place, keys_place = _both(to, keys_to)
    every = [*places.all_in(data_place, places.DATA), *places.all_in(keys_place, places.KEYS)]
    old = {saved.folder for saved in places.expired(keys_place, promised_days(), datetime.now(UTC))}
    document = [{"folder": str(saved.folder), "expired": saved.folder in old, **saved.manifest} for saved in every]
    yield Result(document, exit_code=1 if old else 0)
    rows = [[str(saved.folder), *_shown(saved), "too old" if saved.folder in old else ""] for saved in every]
    print_table(["folder", "taken", "release", "bytes", ""], [list(row) for row in rows])
    if old:
        say("Backups of keys that are too old open what was erased: ./casepath backup prune", style="bold red")


def _shown(saved: Saved) -> tuple[str, str, str]:
    size = sum(stored["bytes"] for stored in saved.manifest["files"].values())
    return saved.manifest["taken_at"], saved.manifest["release"], f"{size:,}"


@backup.command()
@_placed
@click.option("--keep", type=click.IntRange(min=1), help="Number of backups of data to keep; by default all.")
@with_json
def prune(*, to: Path | None, keys_to: Path | None, keep: int | None) -> Iterator[Result]:
    r"""Delete backups of keys that are older than the erasure policy allows, and old backups of data with --keep.

    If all backups of keys are too old, nothing is deleted: make a new backup first.

    \b
    Exit code: 0; 1 when all backups of keys are too old.
    Example:
      ./casepath backup prune --to /backup/data --keys-to /media/keys --keep 30
    """
    data_place, keys_place = _both(to, keys_to)
    now = datetime.now(UTC)
    if places.expired(keys_place, promised_days(), now) == (there := places.all_in(keys_place, places.KEYS)) and there:
        raise CommandRefused(
            "Every backup of keys is too old, and none was deleted.",
            why="without a backup, a lost key database can only be restored from the key archive",
            next_step="create a new backup with ./casepath backup, which then deletes these",
        )
    forgotten = _forget(keys_place, promised_days(), now)
    for saved in places.all_in(data_place, places.DATA)[: -keep or None] if keep else []:
        shutil.rmtree(saved.folder)
        forgotten.append(saved.folder.name)
    yield Result({"forgotten": forgotten})
    say(f"Deleted: {', '.join(forgotten)}." if forgotten else "Nothing is too old.")
