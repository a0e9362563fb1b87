"""`provider`: the providers that people sign in with: declared, tried out with a token, shown."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from deploy.cli.compose import is_of_docker
from deploy.cli.console import print_json, print_table, say, whole
from deploy.cli.declared_providers import add as declare
from deploy.cli.declared_providers import as_document, chosen, declared, taken
from deploy.cli.installation import here
from shared.access.providers.declared import ALGORITHMS, AT_JWT, JWT
from shared.access.providers.key_fetcher import KeyFetcher, server
from shared.runtime.variables import from_files
from shared.telemetry import logs

issuer_option = click.option("--issuer", help="Whose; needed where several are declared.")


@click.group(short_help="The OpenID Connect providers that people sign in with.")
def provider() -> None:
    r"""Declare the OpenID Connect providers that people sign in with, and test one.

    The guide is docs/guides/operate/identity.md.

    \b
    Examples:
      ./casepath provider add --issuer https://login.example.org/realms/casework --audience casepath
      ./casepath provider check --token-file token
    """


def describing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what can be said of a provider beside its issuer and audience."""
    options = (
        click.option("--client", default="", help="What ./casepath login is called at the provider."),
        click.option("--scope", default="", help="What it asks for there; openid by default."),
        click.option("--desk-client", default="", help="What the desk is called at the provider."),
        click.option("--token-type", type=click.Choice([AT_JWT, JWT]), help=f"{JWT} where it writes no {AT_JWT}."),
        click.option(
            "--algorithm", "algorithms", multiple=True, type=click.Choice(ALGORITHMS), help="May be repeated."
        ),
        click.option("--subject-claim", default="", help="The claim that names who signs in; sub by default."),
        click.option("--roles-claim", multiple=True, help="The claim of roles, repeated for a claim inside a claim."),
        click.option("--keys-at", default="", help="Its key set, where it publishes no discovery document."),
        click.option(
            "--certificates",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="The certificate (PEM) of the authority behind its TLS, where that is your own.",
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


@provider.command(short_help="Declare a provider, or say something else of it.")
@click.option("--issuer", required=True, help="As its tokens name it.")
@click.option("--audience", required=True, help="What its access tokens for this installation name as their audience.")
@describing
def add(*, issuer: str, audience: str, certificates: Path | None, **more: Any) -> None:
    """Declare a provider once it has answered; services take its tokens from their next start on."""
    declare(here(), stated_of(issuer, audience, certificates, **more))
    say(f"{issuer} is declared, and answers.")
    again = "docker compose up --build --force-recreate --wait" if is_of_docker(here()) else "./casepath up, anew"
    say(f"Next: {again}; then ./casepath login")


@provider.command(short_help="Try a token out as services would.")
@issuer_option
@click.option("--token-file", type=click.File(), default="-", help="Its file; by default what is read from stdin.")
@click.option("--json", "as_json", is_flag=True, help="Print issuer and subject as JSON.")
def check(*, issuer: str | None, token_file: Any, as_json: bool) -> None:
    """Check an access token as services do, and print whose sign-in it is: what the register of staff is told."""
    document = as_document(taken(chosen(here(), issuer), token_file.read().strip()))
    if as_json:
        print_json(document)
        return
    say("Services take this token, once the register of staff knows who it is:")
    print_table(["issuer", "subject"], [[whole(document["issuer"]), whole(document["subject"])]])


@provider.command(name="list", short_help="What is declared.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def list_(*, as_json: bool) -> None:
    """Print the providers whose tokens count."""
    rows = [
        {"issuer": declaration.issuer, "audience": declaration.audience, "token_type": declaration.token_type}
        for declaration in declared(here())
    ]
    if as_json:
        print_json({"providers": rows})
        return
    print_table(["issuer", "audience", "type"], [[whole(value) for value in row.values()] for row in rows])


@provider.command(name="fetch-keys", short_help="Fetch keys for services that can't leave their network.")
def fetch_keys() -> None:
    """Serve the providers' public keys to the services: the one process in Docker that has a way out."""
    settings = from_files(os.environ)
    host, _, port = settings.get("CASEPATH_KEY_FETCHER_LISTEN", "127.0.0.1:8105").rpartition(":")
    logs.configure("key_fetcher", form="json", level="info")
    server(KeyFetcher(declared(here())), host, int(port)).serve_forever()
