"""`migrate`: the services' databases, brought to this release's state."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence

import click
from rich.text import Text

from deploy.cli import running
from deploy.cli.console import print_json, print_table, say
from deploy.cli.installation import Installation, here
from deploy.cli.migration import Listed, list_rights, migrate_all
from deploy.cli.servers import PostgresServer
from deploy.cli.stores import stores_of


@click.command(short_help="Migrate the databases to this release.")
@click.option("--check", is_flag=True, help="Change nothing; exit 1 if a migration is pending.")
@click.option("--rights", is_flag=True, help="Change nothing; print the owner and rights of each table.")
@click.option("--pending", "pending_only", is_flag=True, help="Print pending migrations as JSON, and always exit 0.")
@click.option("--beside", is_flag=True, help="An older release runs meanwhile: refuse long statements.")
@click.option("--json", "as_json", is_flag=True, help="Print pending migrations or rights as JSON.")
@click.pass_context
def migrate(ctx: click.Context, *, check: bool, rights: bool, pending_only: bool, beside: bool, as_json: bool) -> None:
    r"""Migrate every database to this release. You can repeat it, and run it in several places at once.

    The owner of the tables migrates (CASEPATH_<SERVICE>_OWNER_DATABASE_URL), and grants rights to the role of the
    service.

    \b
    Examples:
      ./casepath migrate --check
      ./casepath migrate --rights
      CASEPATH_INTAKE_DATABASE_URL=postgresql://… ./casepath migrate
    """
    installation = here()
    stores = stores_of(installation)
    if rights:
        with database_running(installation, stores.postgres):
            _print_rights(list_rights(installation, stores), as_json=as_json)
        return
    with database_running(installation, stores.postgres):
        pending = migrate_all(installation, stores, check=check or pending_only, beside=beside)
    if pending_only:
        print_json({"pending": pending})
        return
    if as_json:
        print_json({"pending": pending})
    for name in pending if not as_json else ():
        say(
            f"{name}: {len(pending[name])} pending ({', '.join(pending[name])})"
            if pending[name]
            else f"{name}: up to date"
        )
    if any(pending.values()):
        ctx.exit(1)


def _print_rights(listed: Mapping[str, Listed], *, as_json: bool) -> None:
    if as_json:
        print_json(listed)
        return
    rows: list[list[str | Text]] = [
        [database, name, table["owner"], databases["runs"], _shown(table["rights"])]
        for database, databases in listed.items()
        for name, table in databases["tables"].items()
    ]
    print_table(["database", "table", "owned by", "run as", "which may"], rows)


def _shown(rights: Sequence[tuple[str, str | None]]) -> str:
    """Return rights as PostgreSQL writes them in a grant, the columns of one kind together."""
    columns: dict[str, list[str]] = {}
    for kind, column in rights:
        columns.setdefault(kind, []).extend([column] if column else [])
    return ", ".join(
        f"{kind.lower()} ({', '.join(names)})" if names else kind.lower() for kind, names in columns.items()
    )


@contextlib.contextmanager
def database_running(installation: Installation, server: PostgresServer | None) -> Iterator[None]:
    """Run the private PostgreSQL for the moment, unless `up` runs it already or the databases are elsewhere."""
    if server is None or running.holder(installation) is not None:
        yield
        return
    with running.the_only_up(installation), server.running(keep=True):
        yield
