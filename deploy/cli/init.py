"""`init`: settings and secrets for docker compose, made once.

Written below the checkout: `.env`, and in `secrets/`: `postgres_password`, `key_store_password`,
`<service>_database_password`, `<service>_database_url` and the same with `_keys_database_`, `amqp_uri`, `rabbitmq.conf`
(user, password and virtual host for the broker's `conf.d`), `<service>_signing_key.json`, `staff_signing_key.json`,
`key_set.json`, `rings/<service>/ring.json`.

Docker mounts a secret with the file's own mode, and the processes inside are several users, none of them us. So the
files can be read by everyone, and the folder can be entered by its owner alone: closed on this machine, open inside.
"""

import json
import secrets
from datetime import UTC, datetime
from pathlib import Path

import click

from deploy.cli.console import print_json, say
from deploy.cli.environment import TRAINING
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES, here
from deploy.cli.keys import ISSUERS
from deploy.cli.rings import docker_ring
from deploy.cli.stores import key_database
from shared.access import tokens
from shared.encryption.ring import new_ring

FOLDER_MODE, FILE_MODE = 0o700, 0o444
_STAFF_KEY = "staff_signing_key.json"


@click.command(short_help="Write .env and secrets/ for docker compose.")
@click.option(
    "--environment", type=click.Choice(["training", "development", "production"]), default=TRAINING, show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="Print the names of the written files as JSON.")
def init(*, environment: str, as_json: bool) -> None:
    r"""Write .env and secrets/ for docker compose. Nothing that is there is overwritten.

    \b
    Example:
      ./casepath init && docker compose up --wait
    """
    written = write_secrets(here().checkout, environment)
    if as_json:
        print_json({"written": written})
    else:
        say(f"Wrote {len(written)} files: .env and secrets/. Keep secrets/ to yourself; it is in no backup but yours.")
        say("Next: docker compose up --wait")


def write_secrets(checkout: Path, environment: str) -> list[str]:
    """Write settings and new secrets below a checkout; return their names.

    Raises `CommandRefused` when any of them exists.
    """
    folder, settings = checkout / "secrets", checkout / ".env"
    existing = [path.name for path in (settings, folder) if path.exists()]
    if existing:
        raise CommandRefused(
            f"{' and '.join(existing)} already exist; nothing was written.",
            why="new secrets would lock everyone out of the stored cases",
            next_step="keep them, or move them away first (and the volumes of docker compose with them)",
        )
    fresh = folder.with_name(f".secrets.{secrets.token_hex(4)}")
    fresh.mkdir(mode=FOLDER_MODE)
    files = _secrets()
    for name, text in files.items():
        path = fresh / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(FILE_MODE)
    fresh.rename(folder)  # whole, or not there at all
    settings.write_text(_settings(environment), encoding="utf-8")
    return [".env", *(f"secrets/{name}" for name in files)]


def lacking(folder: Path) -> list[str]:
    """Return the names of the containers' secrets that a folder lacks; the staff's signing key may be elsewhere."""
    return sorted(name for name in _secrets() if name != _STAFF_KEY and not folder.joinpath(name).is_file())


def _secrets() -> dict[str, str]:
    passwords = {name: secrets.token_urlsafe(24) for name in ("postgres", "key_store", "rabbitmq")}
    keys = {name: tokens.new_key(issuer) for name, issuer in ISSUERS.items()}
    files = {
        "postgres_password": passwords["postgres"],
        "key_store_password": passwords["key_store"],
        "amqp_uri": f"amqp://casepath:{passwords['rabbitmq']}@rabbitmq:5672/casepath",
        "rabbitmq.conf": (
            "default_user = casepath\n"
            f"default_pass = {passwords['rabbitmq']}\n"
            "default_vhost = casepath\n"
            "default_queue_type = quorum\n"
        ),
        "key_set.json": json.dumps(tokens.public_set(keys.values())),
    }
    for name in SERVICES:
        files |= _database(name, "postgres") | _database(key_database(name), "key-store")
        files[str(docker_ring(Path(), name).relative_to("secrets"))] = new_ring(f"{datetime.now(UTC):%Y-%m-%d}")
    return files | {f"{name}_signing_key.json": json.dumps(key) for name, key in keys.items()}


def _database(name: str, server: str) -> dict[str, str]:
    password = secrets.token_urlsafe(24)
    url = f"postgresql://{name}:{password}@{server}:5432/{name}"
    return {f"{name}_database_password": password, f"{name}_database_url": url}


def _settings(environment: str) -> str:
    return (
        "# Settings of docker compose for this installation; secrets are in secrets/, never here.\n"
        f"CASEPATH_ENVIRONMENT={environment}\n"
        "# Where the services are reached on this machine (loopback only).\n"
        + "".join(f"CASEPATH_{name.upper()}_PORT={here().ports[name]}\n" for name in SERVICES)
    )
