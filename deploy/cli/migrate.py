"""`migrate`: the services' databases, brought to this release's state."""

import contextlib
from collections.abc import Iterator

import click

from deploy.cli import running
from deploy.cli.console import print_json, say
from deploy.cli.installation import SERVICES, Installation, here
from deploy.cli.migration import migrate_all
from deploy.cli.servers import PostgresServer
from deploy.cli.stores import stores_of


@click.command(short_help="Bring the databases to this release's state.")
@click.option("--check", is_flag=True, help="Change nothing; exit 1 when a migration is pending.")
@click.option("--json", "as_json", is_flag=True, help="Print the pending migrations as JSON.")
@click.pass_context
def migrate(ctx: click.Context, *, check: bool, as_json: bool) -> None:
    r"""Bring every service's database to this release's state. Safe to run again, and by several at once.

    \b
    Examples:
      ./casepath migrate --check
      CASEPATH_INTAKE_DATABASE_URL=postgresql://… ./casepath migrate
    """
    installation = here()
    stores = stores_of(installation)
    with database_running(installation, stores.postgres):
        pending = migrate_all(installation, stores, check=check)
    if as_json:
        print_json({"pending": pending})
    for name in SERVICES if not as_json else ():
        say(
            f"{name}: {len(pending[name])} pending ({', '.join(pending[name])})"
            if pending[name]
            else f"{name}: up to date"
        )
    if any(pending.values()):
        ctx.exit(1)


@contextlib.contextmanager
def database_running(installation: Installation, server: PostgresServer | None) -> Iterator[None]:
    """Run the private PostgreSQL for the moment, unless `up` runs it already or the databases are elsewhere."""
    if server is None or running.holder(installation) is not None:
        yield
        return
    with running.the_only_up(installation), server.running(keep=True):
        yield
