"""`login`: sign in at the provider with a browser (authorization code with PKCE), and store the token.

The provider redirects the browser to this machine (RFC 8252). The sign-in passes no other server, and the command needs
no client secret.
"""

import secrets
import tempfile
import threading
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlsplit

import click
import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session

from deploy.cli import sign_in
from deploy.cli.api import Api, find_targets
from deploy.cli.console import print_table, say, whole
from deploy.cli.declared_providers import as_document, chosen, taken
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import Installation, here
from deploy.cli.result import Result, with_json
from deploy.cli.sign_in import Kept
from shared.access.providers.declared import Provider
from shared.access.providers.fetching import ProviderAway, discover
from shared.access.providers.unverified import stated

USUAL_PORT = 8190
LONGEST_SIGN_IN_SECONDS = 300
TIMEOUT_SECONDS = 15
BACK = b"You are signed in, or were refused: the command says which. Close this page.\n"


@click.command(short_help="Sign in with your provider.")
@click.option("--issuer", help="Issuer; required if several are declared.")
@click.option("--port", default=USUAL_PORT, show_default=True, help="Local port for the provider's redirect.")
@click.option("--no-browser", is_flag=True, help="Print the address; do not open a browser.")
@click.option("--out", is_flag=True, help="Delete the stored sign-in.")
@click.option("--token", "shows_token", is_flag=True, help="Print the stored token.")
@with_json
def login(*, issuer: str | None, port: int, no_browser: bool, out: bool, shows_token: bool) -> Iterator[Result]:
    r"""Sign in at your provider in a browser. The token is stored in a file that only you can read, until it expires.

    Commands that read a case then act as you. Operators' commands do too if you have the role operator.

    \b
    Examples:
      ./casepath login
      curl -H "Authorization: Bearer $(./casepath login --token)" http://127.0.0.1:8101/v1/me
    """
    installation = here()
    if out:
        sign_in.forget(installation)
        yield Result({"signed_in": False})
        say("Signed out.")
        return
    if shows_token:
        token = _kept(installation).token
        yield Result({"token": token})
        click.echo(token)
        return
    provider = chosen(installation, issuer)
    token = _signed_in(provider, port, opens=not no_browser)
    document = as_document(taken(provider, token))
    roles = _roles(token)
    sign_in.keep(installation, Kept(token, int(stated(token)["exp"]), roles or []))
    yield Result({**document, "roles": roles})
    print_table(
        ["issuer", "subject", "roles"], [[whole(cell) for cell in (*document.values(), ", ".join(roles or []))]]
    )
    if roles is None:
        say(
            "The token is a good one, and the register of staff does not know you, or no service answers.",
            style="yellow",
        )
        say("Next: have yourself registered with this issuer and subject (./casepath staff add --help)")


def _kept(installation: Installation) -> Kept:
    signed_in = sign_in.kept(installation)
    if signed_in is None:
        raise CommandRefused("You are not signed in.", next_step="./casepath login", exit_code=2)
    return signed_in


def _signed_in(provider: Provider, port: int, *, opens: bool) -> str:
    """Return the access token of the user who signs in now. Raises `CommandRefused`."""
    if not provider.client:
        raise CommandRefused(
            f"The client id of this command at {provider.issuer} is not declared.",
            next_step="./casepath provider add … --client NAME, as it is registered there "
            "(docs/guides/operate/identity.md)",
            exit_code=2,
        )
    try:
        discovered = discover(provider)
        with _session(provider, port) as session:
            verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
            # Some providers require a nonce of each request for an ID token, although this command reads none.
            nonce = {"nonce": secrets.token_urlsafe(24)} if "openid" in provider.scope.split() else {}
            address, _ = session.create_authorization_url(
                str(discovered["authorization_endpoint"]), state=state, code_verifier=verifier, **nonce
            )
            answer = _sent_back(address, state, port, opens=opens)
            fetched: dict[str, Any] = session.fetch_token(
                str(discovered["token_endpoint"]),
                authorization_response=answer,
                code_verifier=verifier,
                timeout=TIMEOUT_SECONDS,
                # Passed with each request: CA settings of the environment override those of a session.
                verify=session.verify,
            )
            return str(fetched["access_token"])
    except (ProviderAway, requests.RequestException, AuthlibBaseError, KeyError) as error:
        raise CommandRefused(
            f"{provider.issuer} did not sign you in ({getattr(error, 'error', '') or type(error).__name__}).",
            next_step="the provider's pages show the reason; docs/guides/operate/identity.md lists the settings for "
            "this command",
        ) from None


@contextmanager
def _session(provider: Provider, port: int) -> Iterator[OAuth2Session]:
    with (
        tempfile.NamedTemporaryFile("w", suffix=".pem") as authority,
        OAuth2Session(
            provider.client,
            scope=provider.scope,
            redirect_uri=f"http://127.0.0.1:{port}/",
            code_challenge_method="S256",
            token_endpoint_auth_method="none",  # noqa: S106 - a public client: it has no secret
        ) as session,
    ):
        if provider.certificates:
            authority.write(provider.certificates)
            authority.flush()
            session.verify = authority.name
        yield session


def _sent_back(address: str, state: str, port: int, *, opens: bool) -> str:
    """Return where the provider sent the browser. Raises `CommandRefused` after a while."""
    came: list[str] = []

    class Back(BaseHTTPRequestHandler):
        timeout = 5

        def do_GET(self) -> None:
            """Store the provider's answer. Any other request gets the same page."""
            if f"state={state}" in urlsplit(self.path).query.split("&"):
                came.append(f"http://127.0.0.1:{port}{self.path}")
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(BACK)))
            self.end_headers()
            self.wfile.write(BACK)

        def log_message(self, *_words: object) -> None:
            """Write no line: the address holds the code."""

    try:
        server = HTTPServer(("127.0.0.1", port), Back)
    except OSError:
        raise CommandRefused(
            f"Port {port} is taken.", next_step="--port names another, which the provider must know too", exit_code=2
        ) from None
    with server:
        server.timeout = 1
        say(f"Sign in here: {address}")
        if opens:
            # In a thread: some browsers block until they end, and they wait for this server.
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        until = time.monotonic() + LONGEST_SIGN_IN_SECONDS
        while not came:
            server.handle_request()
            if time.monotonic() > until:
                raise CommandRefused(
                    "The sign-in was not completed.", next_step="run ./casepath login again", exit_code=2
                )
    return came[0]


def _roles(token: str) -> list[str] | None:
    """Return the roles of the token's user from intake; None if the user is unknown or intake does not answer."""
    try:
        me: dict[str, Any] = Api(find_targets(), token=token).get("intake", "/v1/me").json()
    except CommandRefused:
        return None
    return [str(role) for role in me.get("roles", [])]
