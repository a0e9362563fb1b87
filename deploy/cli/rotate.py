"""`rotate`: new passwords at the databases and the broker, and new keys that sign, while everything serves."""

from collections.abc import Iterator

import click

from deploy.cli.api import find_targets
from deploy.cli.console import print_json, say
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES, Installation, here
from deploy.cli.migrate import database_running
from deploy.cli.rotating import OfDocker, OfPrivateServers, refuse_given, rotate_broker, rotate_databases
from deploy.cli.saving.reach import reach_of, runs_in_docker
from deploy.cli.service_requests import json_option
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
@json_option
def databases(*, as_json: bool) -> None:
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
        _report(rotate_databases(passwords, reach_of(installation, stores)), as_json=as_json)


@rotate.command(short_help="Change the password of each broker account.")
@json_option
def broker(*, as_json: bool) -> None:
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
    _report(rotate_broker(_passwords(installation, stores, docker=docker)), as_json=as_json)


@rotate.command("signing-keys", short_help="Replace the signing keys.")
@json_option
def signing_keys(*, as_json: bool) -> None:
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
    _report(rotated, as_json=as_json, what="signs with a new key")
    if away and not as_json:
        say(f"{', '.join(away)} did not answer, and will read the new keys when it starts.", style="yellow")


def _passwords(installation: Installation, stores: Stores, *, docker: bool) -> OfDocker | OfPrivateServers:
    return OfDocker(installation) if docker else OfPrivateServers(installation, stores)


def _report(logins: Iterator[str], *, as_json: bool, what: str = "has a new password") -> None:
    changed: list[str] = []
    try:
        for login in logins:
            changed.append(login)
            if not as_json:
                say(f"{login}: {what}")
    except CommandRefused as refused:
        refused.next_step = "fix that and run the same command: it continues"
        raise
    if as_json:
        print_json({"changed": changed})
    else:
        say("Copy the secrets to where you keep their copy (docs/guides/operate/secrets.md).")
