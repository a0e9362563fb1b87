"""One request to several services: the reply of each, and which of them does not answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import click

from deploy.cli import sign_in
from deploy.cli.api import Api, ServiceAway, find_targets, set_by_caller
from deploy.cli.console import say
from deploy.cli.environment_record import PRODUCTION, environment_in_force
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES, here
from deploy.cli.staff import own_subject
from shared.access import tokens

Reply = TypeVar("Reply")

service_option = click.option(
    "--service", "services", type=click.Choice(SERVICES), multiple=True, help="Use this service only; repeatable."
)


@dataclass(frozen=True)
class Answers(Generic[Reply]):
    """The reply of every service by its name; in `away`, why a service did not answer."""

    replies: dict[str, Reply]
    away: dict[str, str]

    def print_away(self) -> None:
        """Print why each missing service did not answer."""
        for sentence in self.away.values():
            say(sentence, style="yellow")


def operator(urls: Iterable[str] = (), *, patience: float = 0.0) -> Api:
    """Return a client with the role of an operator: of the signed-in user, or with the operators' key.

    The key is used with the staff id of the user of the command, if no operator is signed in.

    `urls` as in `find_targets`, `patience` in seconds, as in `Api`.
    """
    signed_in = sign_in.kept(here())
    if signed_in is not None and tokens.OPERATOR_ROLE in signed_in.roles:
        return Api(find_targets(urls), token=signed_in.token, patience=patience)
    return at_machine(urls, patience=patience)


def at_machine(urls: Iterable[str] = (), *, patience: float = 0.0) -> Api:
    """Return a client with the operators' key of this machine, independent of the sign-in."""
    return Api(find_targets(urls), roles=["operator"], subject=own_subject(), patience=patience)


def oneself(why: str = "it reads a case, and the command acts as an operator only") -> Api:
    """Return a client with the caller's own token, for actions of staff that operators cannot do. `why`: the reason.

    Raises `CommandRefused` without such a token.
    """
    installation = here()
    signed_in = sign_in.kept(installation)
    token = set_by_caller(installation, "CASEPATH_TOKEN") or (signed_in.token if signed_in else None)
    if token is None:
        is_production = environment_in_force(installation) == PRODUCTION
        raise CommandRefused(
            "This command needs your own token, and there is none.",
            why=why,
            next_step="./casepath login"
            if is_production
            else "./casepath token --role … --subject … > own-token; CASEPATH_TOKEN_FILE=own-token names it",
            exit_code=2,
        )
    return Api(find_targets(), token=token.strip())


def ask_each(services: Iterable[str], ask: Callable[[str], Reply]) -> Answers[Reply]:
    """Ask these services, or all if none is named. One that does not answer is no error here; a refusal is."""
    replies: dict[str, Reply] = {}
    away: dict[str, str] = {}
    for name in tuple(services) or SERVICES:
        try:
            replies[name] = ask(name)
        except ServiceAway as error:
            away[name] = error.what
    return Answers(replies, away)


def read_all(api: Api, service: str, path: str, rows: str, /, **query: str) -> list[Any]:
    """Read a list of a service to its end, page by page; each row gets the service's name."""
    entries, following = [], query
    while True:
        page = api.get(service, path, **following).json()
        entries += [{"service": service, **row} for row in page[rows]]
        if page["next"] is None:
            return entries
        following = {**query, "after": page["next"]}
