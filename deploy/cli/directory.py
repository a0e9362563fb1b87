"""`directory`: support's directory of providers, read from and written to files of HSDS."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import click

from deploy.cli import hsds
from deploy.cli.api import Api, ApiProblem
from deploy.cli.console import say
from deploy.cli.errors import CommandRefused
from deploy.cli.hsds import Entry, EntryRefused, Json
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import operator, read_all

_SERVICE: Final = "support"
_PATH: Final = "/v1/providers"
#: How long a load waits for a service that is away, or that has been asked too often, in seconds.
PATIENCE_SECONDS: Final = 20.0
_REASON: Final = "refused_because"
_CONFLICT: Final = 409


@dataclass
class Loaded:
    """The results for the services of a file."""

    added: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0


@click.group(short_help="Import and export the directory of providers.")
def directory() -> None:
    r"""Import and export support's directory of service providers (HSDS 3, Open Referral, JSON).

    \b
    Examples:
      ./casepath directory load services.json
      ./casepath directory export services.json
    """


@directory.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rejects", type=click.Path(dir_okay=False, path_type=Path), help="File for refused services.")
@with_json
def load(*, file: Path, rejects: Path | None) -> Iterator[Result]:
    r"""Import every service in FILE into the directory: a list or a page of services in HSDS JSON.

    The same id is the same provider: load a file again to apply changes. A count of places has the time of the count.
    An older count changes nothing, and an expired count is not imported. Addresses are not imported. A service with
    accommodation whose address is in the file is refused.

    Refused services are written with the reason, without addresses, to a file next to FILE (or to --rejects).

    \b
    Exit code: 0 every service is in the directory, 1 some were refused, or support does not answer.
    Example:
      ./casepath directory load services.json --rejects refused.json
    """
    rejected = rejects or file.with_name(f"{file.stem}.rejects.json")
    done = _load(operator(patience=PATIENCE_SECONDS), file, rejected)
    document = {**asdict(done), "rejects": str(rejected) if done.refused else None}
    yield Result(document, exit_code=1 if done.refused else 0)
    say(f"{done.added} new, {done.changed} changed, {done.same} as they were.", style="green")
    if done.refused:
        say(f"{done.refused} were refused; they are in {rejected}, each with the reason.", style="bold red")


@directory.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_json
def export(*, file: Path) -> Iterator[Result]:
    r"""Write the directory to FILE as a page of services (HSDS 3.1, JSON). It contains no addresses.

    \b
    Exit code: 0 done, 1 support does not answer.
    Example:
      ./casepath directory export services.json
    """
    providers = read_all(operator(), _SERVICE, _PATH, "providers", limit="200")
    _write(file, hsds.page_of([hsds.service_of(provider) for provider in providers]))
    yield Result({"providers": len(providers), "file": file})
    say(f"{len(providers)} providers are in {file}.", style="green")


def _load(api: Api, file: Path, rejects: Path) -> Loaded:
    if rejects.resolve() == file.resolve():
        raise CommandRefused(
            "The refused services would overwrite the file; nothing was sent.",
            next_step="name another file with --rejects",
            exit_code=2,
        )
    done, refused, today = Loaded(), list[Json](), datetime.now(UTC).date()
    for service in _services(file):
        try:
            _bring(api, service, today, done)
        except (EntryRefused, ApiProblem) as error:
            done.refused += 1
            cut = hsds.without_places(service)
            why = error.why if isinstance(error, ApiProblem) else str(error)
            refused.append({**(cut if isinstance(cut, Mapping) else {}), _REASON: why})
    rejects.unlink(missing_ok=True)
    if refused:
        _write(rejects, {"contents": refused})
    return done


def _bring(api: Api, service: Entry, today: date, done: Loaded) -> None:
    own, stated, places = str(hsds.id_of(service)), hsds.stated_of(service), hsds.places_of(service, today)
    try:
        api.post(_SERVICE, _PATH, {"id": own, **stated})
    except ApiProblem as error:
        if error.status != _CONFLICT:
            raise
        is_new, is_another = False, _restate(api, own, stated)
    else:
        is_new, is_another = True, False
    if places is not None and (is_new or _is_newer(api, own, places)):
        api.post(_SERVICE, f"{_PATH}/{own}/places", places)
        is_another = True
    done.added += is_new
    done.changed += is_another and not is_new
    done.same += not (is_new or is_another)


def _restate(api: Api, own: str, stated: Entry) -> bool:
    """Update a provider if the file differs; return whether it did."""
    read = api.get(_SERVICE, f"{_PATH}/{own}")
    stands = read.json()
    if all(stands[name] == value for name, value in stated.items()):
        return False
    api.put(_SERVICE, f"{_PATH}/{own}", stated, if_match=read.headers["ETag"])
    return True


def _is_newer(api: Api, own: str, places: Entry) -> bool:
    """Return whether a count of places is later than the one that stands."""
    stands = api.get(_SERVICE, f"{_PATH}/{own}").json()["counted_at"]
    return stands is None or datetime.fromisoformat(stands) < datetime.fromisoformat(str(places["counted_at"]))


def _services(file: Path) -> list[Entry]:
    """Return the services of a file. Raises `CommandRefused`."""
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError:
        raise _no_hsds(file, "the file is not JSON in UTF-8") from None
    services = document.get("contents") if isinstance(document, dict) else document
    if not isinstance(services, list) or not all(isinstance(service, dict) for service in services):
        raise _no_hsds(file, "it is neither a list of services nor a page of them")
    return services


def _no_hsds(file: Path, why: str) -> CommandRefused:
    return CommandRefused(
        f"{file.name} is no file of services; nothing was sent.",
        why=why,
        next_step="export the services as HSDS 3 in JSON, and load that",
        exit_code=2,
    )


def _write(file: Path, document: Json) -> None:
    """Write a document that only its owner reads, whole or not at all."""
    beside = file.with_name(f".{file.name}.next")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    beside.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    beside.replace(file)
