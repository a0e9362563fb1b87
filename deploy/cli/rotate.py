"""`rotate`: new passwords at the databases and the broker, and new keys that sign, while everything serves."""

from collections.abc import Iterator

import click

from deploy.cli.api import find_targets
from deploy.cli.console import say
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES, Installation, here
from deploy.cli.migrate import database_running
from deploy.cli.result import Result, with_json
from deploy.cli.rotating import OfDocker, OfPrivateServers, refuse_given, rotate_broker, rotate_databases
from deploy.cli.saving.reach import reach_of, runs_in_docker
from deploy.cli.signing_keys import SigningKeys, known_to_all, rotate_signing_keys
from deploy.cli.signing_keys import refuse_given as refuse_given_keys
from deploy.cli.stores import Stores, stores_of


@click.group(short_help="Rotate passwords and signing keys.")
def rotate() -> None:
    r"""Rotate passwords and signing keys while all services run.

    Open connections continue, and new ones use the new password. No restart is needed. If the command was interrupted,
    run it again. The guide is docs/guides/operate/secrets.md.

    \b
    Examples:
      ./casepath rotate databases
      ./casepath rotate broker
      ./casepath rotate signing-keys
      ./casepath keys rotate
    """


@rotate.command(short_help="Change the password of each database role.")
@with_json
def databases() -> Iterator[Result]:
    r"""Change the password of each database role. With Docker, also those of the two superusers.

    \b
    Examples:
      ./casepath rotate databases
    """
    installation = here()
    stores = stores_of(installation)
    docker = runs_in_docker(installation)
    if not docker and (stores.postgres is None or any(name.endswith("DATABASE_URL") for name in stores.given)):
        raise refuse_given(stores, "database")
    with database_running(installation, None if docker else stores.postgres):
        passwords = _passwords(installation, stores, docker=docker)
        changed = _followed(rotate_databases(passwords, reach_of(installation, stores)))
    return _report(changed)


@rotate.command(short_help="Change the password of each broker account.")
@with_json
def broker() -> Iterator[Result]:
    r"""Change the password of each account at the broker. The broker must run.

    \b
    Examples:
      ./casepath rotate broker
    """
    installation = here()
    stores = stores_of(installation)
    docker = runs_in_docker(installation)
    if not docker and stores.rabbitmq is None:
        raise refuse_given(stores, "broker")
    return _report(_followed(rotate_broker(_passwords(installation, stores, docker=docker))))


@rotate.command("signing-keys", short_help="Replace the signing keys.")
@with_json
def signing_keys() -> Iterator[Result]:
    r"""Replace the signing key of each service and of the operator. Running services are asked first.

    Tokens of the old keys are valid for 15 more minutes. Audit signatures of the old keys can always be verified.

    \b
    Examples:
      ./casepath rotate signing-keys
    """
    installation = here()
    docker = runs_in_docker(installation)
    refusal = None if docker else refuse_given_keys(installation)
    if refusal is not None:
        raise refusal
    keys, away = SigningKeys.of(installation, docker=docker), list[str]()
    if SERVICES[0] not in keys.private:
        raise CommandRefused("There are no signing keys here.", next_step="./casepath up (for Docker: init) makes them")
    rotated = rotate_signing_keys(keys, known_to_all(find_targets(), away))
    changed = _followed(rotated, what="signs with a new key")
    if away:
        say(f"{', '.join(away)} did not answer, and will read the new keys when it starts.", style="yellow")
    return _report(changed)


def _passwords(installation: Installation, stores: Stores, *, docker: bool) -> OfDocker | OfPrivateServers:
    return OfDocker(installation) if docker else OfPrivateServers(installation, stores)


def _followed(logins: Iterator[str], *, what: str = "has a new password") -> list[str]:
    """Return what was changed, and name each as it changes."""
    changed: list[str] = []
    try:
        for login in logins:
            changed.append(login)
            say(f"{login}: {what}")
    except CommandRefused as refused:
        refused.next_step = "fix that and run the same command: it continues"
        raise
    return changed


def _report(changed: list[str]) -> Iterator[Result]:
    yield Result({"changed": changed})
    say("Copy the secrets to where you keep their copy (docs/guides/operate/secrets.md).")
