"""`migrate`: the services' databases, brought to this release's state."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence

import click
from rich.text import Text

from deploy.cli import running
from deploy.cli.console import print_json, print_table, say
from deploy.cli.installation import Installation, here
from deploy.cli.migration import Listed, list_rights, migrate_all
from deploy.cli.result import Result, with_json
from deploy.cli.servers import PostgresServer
from deploy.cli.stores import stores_of


@click.command(short_help="Migrate the databases to this release.")
@click.option("--check", is_flag=True, help="Change nothing; exit 1 if a migration is pending.")
@click.option("--rights", is_flag=True, help="Change nothing; print the owner and rights of each table.")
@click.option("--pending", "pending_only", is_flag=True, help="Print pending migrations as JSON, and always exit 0.")
@click.option("--beside", is_flag=True, help="An older release runs meanwhile: refuse long statements.")
@with_json
def migrate(*, check: bool, rights: bool, pending_only: bool, beside: bool) -> Iterator[Result]:
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
            listed = list_rights(installation, stores)
        yield Result(listed)
        _print_rights(listed)
        return
    with database_running(installation, stores.postgres):
        pending = migrate_all(installation, stores, check=check or pending_only, beside=beside)
    if pending_only:
        yield Result({"pending": pending})
        print_json({"pending": pending})
        return
    yield Result({"pending": pending}, exit_code=1 if any(pending.values()) else 0)
    for name, names in pending.items():
        say(f"{name}: {len(names)} pending ({', '.join(names)})" if names else f"{name}: up to date")


def _print_rights(listed: Mapping[str, Listed]) -> None:
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
