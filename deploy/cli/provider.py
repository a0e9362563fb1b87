"""`provider`: the providers that people sign in with: declared, tried out with a token, shown."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from deploy.cli.compose import is_of_docker
from deploy.cli.console import print_table, say, whole
from deploy.cli.declared_providers import add as declare
from deploy.cli.declared_providers import as_document, chosen, declared, taken
from deploy.cli.installation import here
from deploy.cli.result import Result, with_json
from shared.access.providers.declared import ALGORITHMS, AT_JWT, JWT
from shared.access.providers.key_fetcher import KeyFetcher, server
from shared.runtime.variables import from_files
from shared.telemetry import logs

issuer_option = click.option("--issuer", help="Issuer; required if several are declared.")


@click.group(short_help="Manage the providers that staff sign in with.")
def provider() -> None:
    r"""Declare the OpenID Connect providers that staff sign in with, and test a token.

    The guide is docs/guides/operate/identity.md.

    \b
    Examples:
      ./casepath provider add --issuer https://login.example.org/realms/casework --audience casepath
      ./casepath provider check --token-file token
    """


def describing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a provider other than its issuer and audience."""
    options = (
        click.option("--client", default="", help="Client id of ./casepath login at the provider."),
        click.option("--scope", default="", help="Scope of ./casepath login; by default openid."),
        click.option("--desk-client", default="", help="Client id of the desk at the provider."),
        click.option("--token-type", type=click.Choice([AT_JWT, JWT]), help=f"{JWT} where it writes no {AT_JWT}."),
        click.option(
            "--algorithm",
            "algorithms",
            multiple=True,
            type=click.Choice(ALGORITHMS),
            help="Signature algorithm; repeatable.",
        ),
        click.option("--subject-claim", default="", help="Claim with the subject; by default sub."),
        click.option("--roles-claim", multiple=True, help="Claim with the roles; repeat for a nested claim."),
        click.option("--keys-at", default="", help="Address of its keys, if it has no discovery document."),
        click.option(
            "--certificates",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="CA certificate (PEM) for its TLS, if you use your own CA.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def stated_of(issuer: str, audience: str, certificates: Path | None, **more: Any) -> dict[str, object]:
    """Return what the options state of a provider, by its fields."""
    lists = {name: list(more.pop(name)) for name in ("algorithms", "roles_claim")}
    pem = certificates.read_text(encoding="utf-8") if certificates else ""
    return {"issuer": issuer, "audience": audience, "certificates": pem, **more, **lists}


@provider.command(short_help="Declare or change a provider.")
@click.option("--issuer", required=True, help="Issuer, as in its tokens.")
@click.option("--audience", required=True, help="Audience of its access tokens for this installation.")
@describing
@with_json
def add(*, issuer: str, audience: str, certificates: Path | None, **more: Any) -> Iterator[Result]:
    r"""Declare a provider, or change its settings.

    The provider must answer. Services use it after their next start.

    \b
    Example:
      ./casepath provider add --issuer https://login.example.org/realms/casework --audience casepath
    """
    declare(here(), stated_of(issuer, audience, certificates, **more))
    yield Result({"issuer": issuer, "audience": audience})
    say(f"{issuer} is declared, and answers.")
    again = "docker compose up --build --force-recreate --wait" if is_of_docker(here()) else "restart ./casepath up"
    say(f"Next: {again}; then ./casepath login")


@provider.command(short_help="Check a token as services do.")
@issuer_option
@click.option("--token-file", type=click.File(), default="-", help="File with the token; by default stdin.")
@with_json
def check(*, issuer: str | None, token_file: Any) -> Iterator[Result]:
    r"""Check an access token as the services do, and print its issuer and subject for the staff register.

    \b
    Example:
      ./casepath provider check --token-file token
    """
    document = as_document(taken(chosen(here(), issuer), token_file.read().strip()))
    yield Result(document)
    say("Services take this token, once the register of staff knows who it is:")
    print_table(["issuer", "subject"], [[whole(document["issuer"]), whole(document["subject"])]])


@provider.command(name="list", short_help="List the providers.")
@with_json
def list_() -> Iterator[Result]:
    r"""List the declared providers.

    \b
    Example:
      ./casepath provider list
    """
    rows = [
        {"issuer": declaration.issuer, "audience": declaration.audience, "token_type": declaration.token_type}
        for declaration in declared(here())
    ]
    yield Result({"providers": rows})
    print_table(["issuer", "audience", "type"], [[whole(value) for value in row.values()] for row in rows])


@provider.command(name="fetch-keys", short_help="Fetch providers' keys for the services.")
def fetch_keys() -> None:
    r"""Fetch the providers' public keys for services that have no internet access.

    In Docker this is a container.

    \b
    Example:
      ./casepath provider fetch-keys
    """
    settings = from_files(os.environ)
    host, _, port = settings.get("CASEPATH_KEY_FETCHER_LISTEN", "127.0.0.1:8105").rpartition(":")
    logs.configure("key_fetcher", form="json", level="info")
    server(KeyFetcher(declared(here())), host, int(port)).serve_forever()
