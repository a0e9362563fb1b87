"""`init`: create settings and secrets for docker compose, or add the missing ones.

It writes `.env` in the checkout, and in `secrets/` the files that `deploy.cli.secret_files` declares. After an earlier
release it adds missing files and rewrites derived files. It never replaces a secret that stored cases depend on.

Docker mounts a secret with the mode of its file, and the processes in containers run as several other users. Therefore
everyone can read the files, but only the owner can enter the folder: closed on this machine, open in containers.
"""

import secrets
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from deploy.cli import desk, public
from deploy.cli.accepted_providers import TRAINING as TRAINING_SIGN_IN
from deploy.cli.backup_record import make_folder
from deploy.cli.compose import volumes
from deploy.cli.console import say
from deploy.cli.declared_providers import add as declare
from deploy.cli.declared_providers import declared, taken
from deploy.cli.environment_record import NOBODY_SIGNS_IN, PRODUCTION, TRAINING
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import BACKUP_RECORD, SERVICES, Installation, here, port_variable
from deploy.cli.provider import describing, stated_of
from deploy.cli.result import Result, is_for_scripts, with_json
from deploy.cli.secret_files import FILES, FOR_TRAINING, NO_LONGER_USED, OF_0_1_0, Contents, Kind
from deploy.cli.settings import settings_written
from services import DESK, PUBLIC

FOLDER_MODE, FILE_MODE = 0o700, 0o444
#: The names of all files that were written. A listed file that is missing was lost; a file that is not listed is new.
INVENTORY = "inventory"
#: The files that `docker compose` reads in an installation for training; never in production.
COMPOSE_FILE, OVERRIDE = "COMPOSE_FILE", "docker-compose.override.yml"
_TRAINING_FILES = (
    "# With the sign-in of fictitious people. Add a docker-compose.override.yml of your own here.\n"
    "COMPOSE_FILE=docker-compose.yml:deploy/training.yml\n"
)
#: The volumes of docker compose that stored cases and their keys are on, with each of its files.
STORES = ("stores", "key-stores", "standby-stores", "stores-18", "key-stores-18")


@dataclass(frozen=True)
class Written:
    """What `init` did, by the files' names below the checkout."""

    fresh: bool
    added: list[str]
    rewritten: list[str]
    removed: list[str]

    @property
    def next_step(self) -> str:
        """Return the command that takes the files into use."""
        if self.fresh or not (self.added or self.rewritten or self.removed):
            return "docker compose up --wait"
        # Containers do not see a replaced file, and an existing image is not rebuilt automatically.
        return "docker compose up --build --force-recreate --wait"


@click.command(short_help="Create .env and secrets/ for Docker Compose.")
@click.option(
    "--environment",
    type=click.Choice(["training", "development", "production"]),
    help="Environment of a new installation; by default training. It never changes.",
)
@click.option("--issuer", help="Provider that staff sign in with. In production the command asks if you omit it.")
@click.option("--audience", default="casepath", show_default=True, help="Audience of its tokens for this installation.")
@click.option("--token-file", type=click.File(), help="Access token of the provider, to check that services accept it.")
@describing
@with_json
def init(
    *,
    environment: str | None,
    issuer: str | None,
    audience: str,
    certificates: Path | None,
    token_file: Any,
    **more: Any,
) -> Iterator[Result]:
    r"""Create .env and secrets/ for Docker Compose, or add what an earlier release did not create.

    The command never replaces a secret that stored cases depend on. In production no key can act as a member of staff
    (an existing one is removed): staff sign in with your provider (docs/guides/operate/identity.md).

    \b
    Examples:
      ./casepath init && docker compose up --wait
      ./casepath init --environment production --issuer https://login.example.org/realms/casework --token-file token
    """
    if _is_new(here().checkout):
        refuse_over_data(here())
        if environment is None and not is_for_scripts() and sys.stdin.isatty():
            environment = click.prompt(
                "For whom: production (real people, who sign in with your provider) or training (fictitious ones)",
                type=click.Choice([PRODUCTION, TRAINING]),
            )
    written = write_secrets(here().checkout, environment)
    is_production = settings_written(here().checkout / ".env").get("CASEPATH_ENVIRONMENT") == PRODUCTION
    if is_production and not issuer and not is_for_scripts() and not declared(here()) and sys.stdin.isatty():
        issuer = click.prompt(
            "The issuer of your OpenID Connect provider (empty: later)", default="", show_default=False
        )
    if issuer:
        _sign_in_with(issuer, audience, certificates, token_file, **more)
    files = [*written.added, *written.rewritten]
    yield Result({"written": files, "removed": written.removed, "next": written.next_step})
    _report(written)
    say(f"Next: {written.next_step}")
    if not is_production:
        say(f"Then open {desk.address(here())} in a browser, and choose a fictitious staff member.")
        say(f"The public pages are at {public.address(here())}.")
    if is_production and not declared(here()):
        say(NOBODY_SIGNS_IN, style="yellow")


def _is_new(checkout: Path) -> bool:
    return not checkout.joinpath(".env").exists() and not checkout.joinpath("secrets").exists()


def refuse_over_data(installation: Installation) -> None:
    """Raise `CommandRefused` if volumes of an installation exist without its secrets.

    New secrets cannot decrypt the data in them, and could change the environment of the installation.
    """
    project = installation.variables.get("COMPOSE_PROJECT_NAME") or "casepath"
    stores = {f"{project}_{name}" for name in STORES} & set(volumes(installation))
    if stores:
        raise CommandRefused(
            f"The volumes {', '.join(sorted(stores))} hold an installation already; nothing was written.",
            why="new secrets cannot decrypt the data stored there",
            next_step="restore .env and secrets/ from your copy (./casepath restore does both). "
            "If you do not need the data: docker volume rm, for each volume of that project",
        )


def _sign_in_with(issuer: str, audience: str, certificates: Path | None, token_file: Any, **more: Any) -> None:
    """Declare the provider that people sign in with, and check that a token of it is taken."""
    provider = declare(here(), stated_of(issuer, audience, certificates, **more))
    say(f"{issuer} is declared, and publishes keys that services can use.")
    if token_file is None:
        say(
            "Not tried yet with a token of it: ./casepath login, or ./casepath provider check --token-file …",
            style="yellow",
        )
        return
    taken(provider, token_file.read().strip())
    say("A token of it is taken.")


def _report(written: Written) -> None:
    if written.fresh:
        say(f"Wrote {len(written.added)} files: .env and secrets/.")
        say("Keep secrets/ to yourself; it is in no backup but yours.")
        return
    actions = (("Added", written.added), ("Wrote anew", written.rewritten), ("Removed", written.removed))
    for action, names in actions:
        if names:
            say(f"{action}: {', '.join(names)}.")
    if not any(names for _, names in actions):
        say("Nothing was lacking; nothing was written.")
    else:
        say("No password, key or ring that stored cases depend on was changed.")
        say("Copy secrets/ to where you keep its copy.")


def write_secrets(checkout: Path, environment: str | None = None) -> Written:
    """Write the settings and secrets that a checkout lacks.

    `environment` is what a new installation is (training by default). Raises `CommandRefused`, before anything is
    written, where only half of an installation is there or where a secret has been lost that stored cases depend on.
    """
    folder, settings = checkout / "secrets", checkout / ".env"
    existing = [path.name for path in (settings, folder) if path.exists()]
    if not existing:
        written = _write_all(folder, settings, environment or TRAINING)
        make_folder(folder / BACKUP_RECORD.parent)
        return written
    if len(existing) == 1:
        raise CommandRefused(
            f"Only {existing[0]} exists. Nothing was written.",
            why="with new secrets, the stored cases could not be opened",
            next_step="put .env and secrets/ back from your copy, or move away what is left of them "
            "(and the volumes of docker compose with it)",
        )
    return _bring_over(folder, settings, environment)


def _write_all(folder: Path, settings: Path, environment: str) -> Written:
    fresh = folder.with_name(f".secrets.{secrets.token_hex(4)}")
    fresh.mkdir(mode=FOLDER_MODE)
    contents = Contents(environment, {})
    for name in contents:
        _write(fresh, name, contents[name])
    _write(fresh, INVENTORY, _inventory(contents))
    fresh.rename(folder)  # whole, or not there at all
    settings.write_text(
        "# Settings of docker compose for this installation; secrets are in secrets/, never here.\n"
        + "".join(_settings(environment).values()),
        encoding="utf-8",
    )
    return Written(True, [".env", *_below(contents)], [], [])


def _bring_over(folder: Path, settings: Path, environment: str | None) -> Written:
    present = settings_written(settings)
    kind = present.get("CASEPATH_ENVIRONMENT") or environment or TRAINING
    if environment not in (None, kind):
        raise CommandRefused(
            f"This is an installation for {kind}; nothing was written.",
            why="the environment cannot change, because the installation can have cases",
            next_step="omit --environment, or use another checkout",
        )
    lost = lost_files(folder)
    if lost:
        raise CommandRefused(
            f"secrets/ lacks {', '.join(lost)}; nothing was written.",
            why="stored cases depend on them, and could not be opened with new ones",
            next_step="restore them from your copy",
        )
    make_folder(folder / BACKUP_RECORD.parent)
    contents = Contents(kind, _texts(folder), _elsewhere(folder))
    changed = {name: contents[name] for name in contents if contents[name] != contents.existing.get(name)}
    for name, text in changed.items():
        _write(folder, name, text)
    removed = [name for name in _not_wanted(kind) if folder.joinpath(name).exists()]
    for name in removed:
        folder.joinpath(name).unlink()
    lines = {name: line for name, line in _settings(kind).items() if name not in present}
    if folder.with_name(OVERRIDE).exists():  # docker compose reads it only if COMPOSE_FILE is not set
        lines.pop(COMPOSE_FILE, None)
    if lines:
        with settings.open("a", encoding="utf-8") as file:
            file.write("".join(lines.values()))
    _write(folder, INVENTORY, _inventory({*_ever_written(folder), *contents}))
    added = _below(name for name in changed if name not in contents.existing)
    rewritten = _below(name for name in changed if name in contents.existing)
    return Written(False, added, [*([".env"] if lines else []), *rewritten], _below(removed))


def lacking_files(folder: Path) -> list[str]:
    """Return the names of the files that a folder lacks, except those that a person may keep elsewhere."""
    kind = settings_written(folder.with_name(".env")).get("CASEPATH_ENVIRONMENT", TRAINING)
    contents = Contents(kind, {}, _elsewhere(folder))
    return sorted(name for name in contents if not folder.joinpath(name).is_file())


def lost_files(folder: Path) -> list[str]:
    """Return the names of the files that stored cases depend on, that were written once and that a folder lacks."""
    ever = _ever_written(folder)
    return [name for name in lacking_files(folder) if FILES[name].kind is Kind.KEPT and name in ever]


def _elsewhere(folder: Path) -> frozenset[str]:
    ever = _ever_written(folder)
    return frozenset(
        name
        for name, file in FILES.items()
        if file.kept_elsewhere and name in ever and not folder.joinpath(name).exists()
    )


def _not_wanted(kind: str) -> list[str]:
    return [*NO_LONGER_USED, *(name for name, file in FILES.items() if not file.belongs(kind))]


def _ever_written(folder: Path) -> frozenset[str]:
    inventory = folder / INVENTORY
    return frozenset(inventory.read_text(encoding="utf-8").split()) if inventory.exists() else OF_0_1_0


def _inventory(names: Iterable[str]) -> str:
    return "".join(f"{name}\n" for name in sorted(names))


def _texts(folder: Path) -> dict[str, str]:
    paths = {name: folder / name for name in FILES}
    return {name: path.read_text(encoding="utf-8") for name, path in paths.items() if path.is_file()}


def _write(folder: Path, name: str, text: str) -> None:
    """Write a file; it is whole or not there at all."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.next")
    beside.unlink(missing_ok=True)
    beside.write_text(text, encoding="utf-8")
    beside.chmod(FILE_MODE)
    beside.replace(path)


def _below(names: Iterable[str]) -> list[str]:
    return [f"secrets/{name}" for name in names]


def _settings(environment: str) -> dict[str, str]:
    """Return the lines of `.env` by their variables, each with a comment before it where it needs one."""
    for_training = environment in FOR_TRAINING
    names = [*SERVICES, DESK, PUBLIC, *([TRAINING_SIGN_IN] if for_training else [])]
    ports = [f"{port_variable(name)}={here().ports[name]}\n" for name in names]
    first = "# Where the services are reached on this machine (loopback only).\n"
    return {
        "CASEPATH_ENVIRONMENT": f"CASEPATH_ENVIRONMENT={environment}\n",
        **{line.partition("=")[0]: (first if line is ports[0] else "") + line for line in ports},
        **({COMPOSE_FILE: _TRAINING_FILES} if for_training else {}),
    }
