"""`agencies key`: the API keys of agencies, kept by operators, or by an agency's administrator for their own agency."""

from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

import click

from deploy.cli.api import Api, find_targets, set_by_caller
from deploy.cli.console import print_table, say, whole
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import here
from deploy.cli.result import Result, with_json
from deploy.cli.service_requests import operator, read_all
from shared.access import agency_keys
from shared.reference import codes

SERVICE: Final = "partners"
#: Names the key with which an agency's administrator asks.
KEY_VARIABLE: Final = "CASEPATH_AGENCY_KEY"
_AGENCY: Final = click.argument("agency", type=click.UUID)
_KEY: Final = click.argument("key", type=click.UUID)


@click.group(short_help="Manage API keys.")
def key() -> None:
    r"""Manage the API keys of agencies. Each key is shown once, when it is created.

    Operators manage the keys of all agencies. The administrator of an agency manages its keys with an administering
    key: set CASEPATH_AGENCY_KEY_FILE to the file that contains it, and CASEPATH_PARTNERS_URL to the address of
    partners.

    \b
    Examples:
      (umask 077; ./casepath agencies key make AGENCY --scope reading --purpose production > agency-key)
      ./casepath agencies key list AGENCY
      CASEPATH_AGENCY_KEY_FILE=agency-key ./casepath agencies key own
    """


@key.command()
@_AGENCY
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(sorted(codes("agency_key_scope"))),
    multiple=True,
    required=True,
    help="Scope of the key; repeatable.",
)
@click.option(
    "--purpose",
    type=click.Choice(sorted(codes("agency_key_purpose"))),
    default="production",
    show_default=True,
    help="Use of the key.",
)
@click.option("--from", "networks", multiple=True, help="Address or network that can use the key; repeatable.")
@click.option("--days", type=click.IntRange(1, 365), default=365, show_default=True, help="Days until it expires.")
@with_json
def make(*, agency: UUID, scopes: tuple[str, ...], networks: tuple[str, ...], **fields: str | int) -> Iterator[Result]:
    r"""Create a key for AGENCY (its id), and print it once on standard output.

    \b
    Exit code: 0 done, 1 refused.
    Examples:
      (umask 077; ./casepath agencies key make 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 --scope reading > agency-key)
      ./casepath agencies key make 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 --scope administering \
        --purpose administration --from 192.0.2.0/28 --days 90
    """
    body = {**fields, "scopes": list(scopes), "networks": list(networks)}
    return _show_once(_api().post(SERVICE, _path(agency), body).json())


@key.command("list")
@click.argument("agency", type=click.UUID, required=False)
@click.option("--state", help="State: valid, ends_soon, replaced, over or revoked.")
@with_json
def list_keys(*, agency: UUID | None, state: str | None) -> Iterator[Result]:
    r"""List the keys of AGENCY (its id), or of all agencies: scope, expiry and last day of use.

    \b
    Exit code: 0 done, 1 refused, or partners does not answer.
    Examples:
      ./casepath agencies key list 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57
      ./casepath agencies key list --state ends_soon
    """
    path = "/v1/agency-keys" if agency is None else _path(agency)
    rows = read_all(_api(), SERVICE, path, "keys", **({"state": state} if state else {}))
    yield Result({"keys": rows})
    print_table(
        ["agency", "key", "for", "may", "from", "state", "until", "last used"],
        [
            [
                whole(row["agency"]),
                whole(row["id"]),
                row["purpose"],
                whole(", ".join(row["scopes"])),
                whole(", ".join(row["networks"]) or "anywhere"),
                row["state"],
                row["until"][:10],
                row["last_used_on"] or "never",
            ]
            for row in rows
        ],
    )
    say(f"{len(rows)} keys.")


@key.command()
@_AGENCY
@_KEY
@click.option(
    "--overlap-days",
    type=click.IntRange(0, 30),
    default=7,
    show_default=True,
    help="Days for which the old key stays valid; 0: none.",
)
@with_json
def rotate(*, agency: UUID, key: UUID, overlap_days: int) -> Iterator[Result]:
    r"""Create a successor of KEY of AGENCY (their ids), and print it. The old key stays valid for some days.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies key rotate 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57 \
        --overlap-days 14 > agency-key
    """
    reply = _api().post(SERVICE, f"{_path(agency)}/{key}/rotation", {"overlap_days": overlap_days})
    return _show_once(reply.json())


@key.command()
@_AGENCY
@_KEY
@click.option("--made-too", is_flag=True, help="Also revoke every key that was created with it.")
@with_json
def revoke(*, agency: UUID, key: UUID, made_too: bool) -> Iterator[Result]:
    r"""Revoke KEY of AGENCY (their ids) immediately.

    If a stranger had an administering key, use `--made-too` to revoke also all keys that were created with it.

    \b
    Exit code: 0 done, 1 refused.
    Example:
      ./casepath agencies key revoke 0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57 0199f0c2-8a11-7c3a-9b1e-4f6a2d8c1b57
    """
    api, path, revoked = _api(), _path(agency), list[str]()

    def revoke_one(one: UUID | str) -> None:
        api.delete(SERVICE, f"{path}/{one}")
        revoked.append(str(one))
        say(f"Key {one} is revoked.", style="yellow")

    # It makes no more before the list is read; only where it is what we ask with, it goes last.
    is_own = _asks_with(key)
    if not is_own:
        revoke_one(key)
    if made_too:
        rows = read_all(api, SERVICE, path, "keys")
        for descendant in made_with(str(key), {row["id"]: row["made_with"] for row in rows}):
            revoke_one(descendant)
    if is_own:
        revoke_one(key)
    yield Result({"revoked": revoked})


def _asks_with(key: UUID) -> bool:
    presented = agency_keys.read(_of_agency() or "")
    return presented is not None and presented.id == key


def made_with(key: str, makers: Mapping[str, str | None]) -> list[str]:
    """Return the keys that were made with a key, and with those; `makers`: with which one each was made."""
    line = [key]
    for maker in line:
        line += [other for other, by in makers.items() if by == maker]
    return line[1:]


@key.command()
@with_json
def own() -> Iterator[Result]:
    r"""Show the agency, scope and expiry of the key in CASEPATH_AGENCY_KEY_FILE.

    \b
    Exit code: 0 done, 1 it opens nothing, 2 there is none.
    Example:
      CASEPATH_AGENCY_KEY_FILE=agency-key ./casepath agencies key own
    """
    text = _of_agency()
    if text is None:
        raise CommandRefused(
            "There is no agency's key here.", next_step=f"{KEY_VARIABLE}_FILE names the file that holds it", exit_code=2
        )
    agency = Api(find_targets(), token=text).get(SERVICE, "/v1/agency").json()
    yield Result(agency)
    print_table(["what", "is"], [[name, whole(_said(value))] for name, value in agency.items()])


def _show_once(key: dict[str, str]) -> Iterator[Result]:
    say(
        f"Key {key['id']} is valid until {key['until'][:10]}. Hand it over sealed: it is stored nowhere.", style="green"
    )
    yield Result(key)
    click.echo(key["key"])


def _api() -> Api:
    """Return a client with the agency's key that the environment names, or else with the role of an operator."""
    text = _of_agency()
    return operator() if text is None else Api(find_targets(), token=text)


def _of_agency() -> str | None:
    text = set_by_caller(here(), KEY_VARIABLE)
    return None if text is None else text.strip()


def _path(agency: UUID) -> str:
    return f"/v1/agencies/{agency}/keys"


def _said(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
