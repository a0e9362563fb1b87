"""Databases that are older than the baselines of the migrations: this release cannot migrate them.

`refuse_older` checks them before the command changes roles, owners or tables.
"""

import ast
from collections.abc import Collection, Iterable, Iterator
from functools import cache

from deploy.cli.errors import DatabaseTooOld
from deploy.cli.installation import CHECKOUT
from deploy.cli.servers.roles import Server

_FOLDERS = ("services/*/migrations", "shared/store/migrations/versions", "shared/encryption/migrations")
_NOTED = "select 1 from pg_class where oid = to_regclass('public.alembic_version') and relkind = 'r'"


@cache
def replaced_migrations() -> frozenset[str]:
    """Return the migrations that baselines have replaced, of every database, from the files of the migrations."""
    files = (file for folder in _FOLDERS for file in CHECKOUT.glob(f"{folder}/*_[0-9]*.py"))
    return frozenset(name for file in files for name in _replaces(file.read_text(encoding="utf-8")))


def _replaces(text: str) -> Iterator[str]:
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "replaces":
            yield from str(ast.literal_eval(node.value)).split()


def too_old(migrations: Iterable[str]) -> list[str]:
    """Return those of a database's last migrations that are older than the baselines."""
    return sorted(set(migrations) & replaced_migrations())


def refuse_older(server: Server, databases: Collection[str]) -> None:
    """Raise `DatabaseTooOld` if one of these databases is older than the baselines. It changes nothing."""
    with server.connect() as connection:
        names = connection.execute("select datname from pg_database where datname = any(%s)", [list(databases)])
        present = sorted(str(name) for (name,) in names.fetchall())
    for name in present:
        older = too_old(_migrations_of(server, name))
        if older:
            raise DatabaseTooOld(
                f"The database {name} is too old for this release; nothing was changed.",
                why=f"it is at {', '.join(older)}, which is older than 0.2.0",
            )


def _migrations_of(server: Server, database: str) -> list[str]:
    with server.connect(database) as connection, connection.transaction():
        # A superuser reads a table only: a view could run the functions of its owner.
        if connection.execute(_NOTED).fetchone() is None:
            return []
        rows = connection.execute("select version_num from public.alembic_version").fetchall()
        return [str(name) for (name,) in rows]
