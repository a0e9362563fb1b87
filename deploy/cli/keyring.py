"""`keys`: the data keys of sealed fields: their status, wrapping them under a new ring key, restoring them."""

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from deploy.cli import key_restore, rings
from deploy.cli.api import Api
from deploy.cli.console import print_table, say, talk
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES, here
from deploy.cli.replies import KeyUsage
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import Answers, ask_each, operator, service_option

#: Keys per request: few, so that other requests do not wait for locked rows.
AT_ONCE = 500
POLL_SECONDS = 0.2
TAKEN_OVER_SECONDS = 30.0
COLUMNS = ["service", "ring key", "data keys", "under older", "lost", "archive", "kept"]
#: The state of each service's ring and data keys, by the service's name.
Stands = dict[str, KeyUsage]


@click.group(short_help="Manage the keys that encrypt personal data.")
def keys() -> None:
    r"""Manage the keys that encrypt personal data: show, rotate, restore.

    The guide is docs/guides/operate/keys.md.

    \b
    Examples:
      ./casepath keys status
      ./casepath keys rotate
      ./casepath keys rotate --drop-old
      ./casepath keys restore intake .casepath/key-archive/intake/keys-2026-11-25.jsonl
    """


@keys.command()
@service_option
@with_json
def status(*, services: tuple[str, ...]) -> Iterator[Result]:
    r"""Show the current key of each ring, the number of data keys, and the age of the key archive.

    \b
    Exit code: 0 all is well; 1 a key is lost, a ring lacks one, a rotation is incomplete, or a service did not answer.
    Examples:
      ./casepath keys status
      ./casepath keys status --service intake --json
    """
    api = operator()
    answers: Answers[KeyUsage] = ask_each(services, lambda name: api.get(name, "/v1/keys").json())
    waiting = [name for name, key_usage in answers.replies.items() if key_usage["left"]]
    lost = lost_keys(answers.replies)
    document = {"services": answers.replies, "away": answers.away}
    yield Result(document, exit_code=1 if waiting or lost or answers.away else 0)
    print_table(COLUMNS, [_row(name, key_usage) for name, key_usage in answers.replies.items()])
    answers.print_away()
    for sentence in lost:
        say(sentence, style="bold red")
    if waiting:
        say(f"A rotation is not complete: {', '.join(waiting)}. Run ./casepath keys rotate", style="yellow")


def lost_keys(usages: Stands) -> list[str]:
    """Return a sentence for each ring key that the ring lacks, and for each service that lacks data keys."""
    of_ring = [
        f"{name}: its ring lacks the key {key}: {count:,} data keys, and what is sealed with them, can't be opened."
        " Put the ring's file back from your copy, and restart it."
        for name, key_usage in usages.items()
        for key, count in key_usage["under"].items()
        if count and key not in key_usage["ring"]
    ]
    of_cases = [
        f"{name}: {key_usage['lost']:,} data keys are lost, and were not destroyed. What is sealed with them can't be "
        f"opened until they are back: ./casepath keys restore {name} FILE, with the newest file of its archive "
        "(docs/guides/operate/keys.md)."
        for name, key_usage in usages.items()
        if key_usage.get("lost")
    ]
    return of_ring + of_cases


def _row(name: str, key_usage: KeyUsage) -> list[str | Text]:
    archive = "nowhere" if key_usage["archive"] is None else _age(key_usage["archive"]["age_seconds"])
    return [
        name,
        key_usage["current"],
        f"{key_usage['keys']:,}",
        f"{key_usage['left']:,}",
        f"{key_usage['lost']:,}",
        archive,
        f"{key_usage['days']} days",
    ]


def _age(seconds: float | None) -> str:
    return "no file yet" if seconds is None else f"{seconds:,.0f} s old"


@keys.command()
@service_option
@click.option("--drop-old", is_flag=True, help="Remove keys from the ring that no data key uses.")
@with_json
def rotate(*, services: tuple[str, ...], drop_old: bool) -> Iterator[Result]:
    r"""Add a new key to the ring of each service, and wrap every data key with it, while the services run.

    The encrypted data is not changed. You can stop with Ctrl-C at any time: the same command continues and adds no
    other key. The old key stays in the ring until you run --drop-old. Do that after you have a copy of the ring with
    the new key.

    \b
    Examples:
      ./casepath keys rotate
      ./casepath keys rotate --service intake
      ./casepath keys rotate --drop-old
    """
    api, chosen, files = operator(), services or SERVICES, rings.held_rings(here())
    usages = _ask(api, chosen)
    if not _goes_on(usages, drop_old=drop_old):
        usages = _begin(api, usages, files)
    try:
        wrapped = _wrap(api, usages)
        dropped = _drop(api, chosen, files) if drop_old else {}
    except KeyboardInterrupt:
        say("The wrapped keys are kept. Run the same command to continue.", style="yellow")
        raise click.exceptions.Exit(130) from None
    usages = _ask(api, chosen)
    yield Result({"services": usages, "wrapped": wrapped, "dropped": dropped})
    _print_rotation(usages, wrapped, dropped)


def _ask(api: Api, services: Iterable[str]) -> Stands:
    return {name: api.get(name, "/v1/keys").json() for name in services}


def _goes_on(usages: Stands, *, drop_old: bool) -> bool:
    """Return whether an earlier rotation is incomplete. Then no other key is added."""
    return any(key_usage["left"] or (drop_old and len(key_usage["ring"]) > 1) for key_usage in usages.values())


def _begin(api: Api, usages: Stands, files: dict[str, Path]) -> Stands:
    """Add a key to every ring before anything is wrapped, so that an interrupted rotation is recognised."""
    missing = [name for name in usages if name not in files]
    if missing:
        raise CommandRefused(
            f"The ring of {', '.join(missing)} is not held here; nothing was changed.",
            why="its file is on another machine",
            next_step="add a key to the ring file on every host, then make it current on every host, then run this "
            "again: docs/guides/operate/keys.md, 'Where the ring is held elsewhere'",
        )
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    added = {name: rings.add_key(files[name], day) for name in usages}
    deadline = time.monotonic() + TAKEN_OVER_SECONDS
    while True:
        usages = _ask(api, usages)
        behind = [name for name, key_usage in usages.items() if key_usage["current"] != added[name]]
        if not behind:
            return usages
        if time.monotonic() > deadline:
            raise CommandRefused(
                f"{', '.join(behind)} did not take the new key over; nothing is wrapped under it yet.",
                why="the service reads its ring from another file or from a variable",
                next_step="the service's log says keys.ring_not_taken_over if the file can't be used; else restart it",
            )
        time.sleep(POLL_SECONDS)


def _wrap(api: Api, usages: Stands) -> dict[str, int]:
    """Wrap every data key again, a few at a time; return how many were wrapped for each service."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("keys"),
        TimeElapsedColumn(),
        console=talk,
    )
    wrapped = dict.fromkeys(usages, 0)
    with bar:
        tasks = {
            name: bar.add_task(name, total=key_usage["left"]) for name, key_usage in usages.items() if key_usage["left"]
        }
        for name, task in tasks.items():
            body, left = {"under": usages[name]["current"], "most": AT_ONCE}, 1
            while left:
                answer = api.post(name, "/v1/keys/rotation", body).json()
                wrapped[name] += answer["wrapped"]
                left = answer["left"]
                bar.update(task, completed=wrapped[name], total=wrapped[name] + left)
                if left and not answer["wrapped"]:
                    time.sleep(POLL_SECONDS)  # another rotation has them in hand
    return wrapped


def _drop(api: Api, services: Iterable[str], files: dict[str, Path]) -> dict[str, list[str]]:
    """Remove the old keys from the rings that are held here, once no data key is or can come under them."""
    dropped: dict[str, list[str]] = {}
    for name in services:
        if name not in files:
            say(f"{name}: its ring is not held here; take the old key out of it by hand.", style="yellow")
            continue
        wait = rings.quiet_in(files[name])
        if wait:
            say(f"{name}: waiting {wait:.0f} s, for keys that were just being made under the old key.")
            time.sleep(wait)
        key_usage = _ask(api, [name])[name]
        if key_usage["left"]:
            _wrap(api, {name: key_usage})
            key_usage = _ask(api, [name])[name]
        old = {key for key in key_usage["ring"] if key != key_usage["current"] and not key_usage["under"].get(key)}
        if old:
            rings.drop_keys(files[name], old)
            dropped[name] = sorted(old)
    return dropped


def _print_rotation(usages: Stands, wrapped: dict[str, int], dropped: dict[str, list[str]]) -> None:
    for name, key_usage in usages.items():
        say(f"{name}: {wrapped[name]:,} keys wrapped again; {key_usage['keys']:,} use {key_usage['current']}.")
        for key in dropped.get(name, ()):
            say(f"{name}: the old key {key} was taken out of the ring.")
    if any(len(key_usage["ring"]) > 1 for key_usage in usages.values()):
        say("No data key is under an old key. Once a backup of the rings holds the new one: keys rotate --drop-old")


@keys.command()
@click.argument("service", type=click.Choice(SERVICES))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_json
def restore(*, service: str, file: Path) -> Iterator[Result]:
    r"""Restore keys that are missing in the key database of SERVICE from an archive FILE.

    Use the newest file: it contains every key and every erasure. Keys of erased cases are not restored, and existing
    keys are not changed. The service can run meanwhile.

    \b
    Example:
      ./casepath keys restore intake .casepath/key-archive/intake/keys-2026-11-25.jsonl
    """
    brought, erased = key_restore.bring_back(here(), service, file)
    yield Result({"service": service, "added": brought, "erased": erased})
    say(f"{service}: {brought:,} keys were lacking and are back. {erased:,} cases are erased and stay so.")
