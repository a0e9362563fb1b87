"""The two roles of a service's database: the owner migrates the tables, the runtime role runs the service.

`ensure` creates both and the database. A database whose single role (`intake`) did both is converted: that role stays
the runtime role with its password, and no longer owns anything.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

SUPERUSER = "postgres"
CONNECT_SECONDS = 10

#: Statements that change wrong owners: of everything in the main schema, and of tables that 0.1.0 left
#: after a rebuild. Sequences follow their tables.
_MISPLACED = """
    select format('alter table %%I.%%I owner to %%I', n.nspname, c.relname, wanted.role)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
        join (values ('public', %(owner)s), ('rebuild', %(runner)s)) wanted(schema, role) on wanted.schema = n.nspname
    where c.relkind in ('r', 'p', 'v', 'm') and pg_get_userbyid(c.relowner) <> wanted.role
    union all
    select format('alter function %%s owner to %%I', p.oid::regprocedure, %(owner)s)
    from pg_proc p where p.pronamespace = 'public'::regnamespace and pg_get_userbyid(p.proowner) <> %(owner)s
    union all
    select format('alter schema %%I owner to %%I', nspname, %(owner)s)
    from pg_namespace where nspname = 'rebuild' and pg_get_userbyid(nspowner) <> %(owner)s
"""


def owner_of(name: str) -> str:
    """Return the name of the owner role of a database. The runtime role has the name of the database."""
    return f"{name}_owner"


@dataclass(frozen=True)
class Login:
    """A role and its password."""

    role: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Server:
    """Where a server is, and its superuser; several hosts and ports, with commas, where it has standbys."""

    host: str
    port: int | str
    user: str
    password: str = field(repr=False)

    def connect(self, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        """Connect as the superuser, in autocommit mode."""
        return psycopg.connect(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password,
            dbname=database,
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
            target_session_attrs="read-write",  # of several, the one that roles can be made at
            options="-c search_path=pg_catalog",  # a superuser must not run other roles' functions
            client_encoding="UTF8",  # names are text, also where the database `postgres` is SQL_ASCII
        )


def ensure(server: Server, name: str, *, owner: Login, runner: Login) -> None:
    """Create a database with its two roles, or correct the owners in an existing one. It can be repeated.

    No other role can connect. Migrations grant the rights of the runtime role (`shared.store.rights`).
    """
    with _alone(server) as connection:
        for login in (owner, runner):
            _ensure_role(connection, login)
        _ensure_database(connection, name, owner.role, runner.role)
        with server.connect(name) as inside, inside.transaction():
            names = {"owner": owner.role, "runner": runner.role}
            for (statement,) in inside.execute(_MISPLACED, names).fetchall():
                inside.execute(str(statement).encode())


@contextmanager
def _alone(server: Server) -> "Iterator[psycopg.Connection[tuple[object, ...]]]":
    """Connect as the only one who changes roles on this server: two at once would fail on the same rows."""
    with server.connect() as connection:
        connection.execute("select pg_advisory_lock(hashtextextended('casepath.roles', 0))")
        yield connection


def _ensure_role(connection: "psycopg.Connection[tuple[object, ...]]", login: Login) -> None:
    known = connection.execute("select 1 from pg_roles where rolname = %s", [login.role]).fetchone()
    # Hashed here, so that no statement contains the password.
    hashed = connection.pgconn.encrypt_password(login.password.encode(), login.role.encode(), b"scram-sha-256")
    statement = sql.SQL(
        "{} role {} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password {}"
    ).format(sql.SQL("alter" if known else "create"), sql.Identifier(login.role), sql.Literal(hashed.decode()))
    connection.execute(statement)


def _ensure_database(connection: "psycopg.Connection[tuple[object, ...]]", name: str, owner: str, runner: str) -> None:
    database = sql.Identifier(name)
    row = connection.execute("select pg_get_userbyid(datdba) from pg_database where datname = %s", [name]).fetchone()
    if row is None:
        creation = "create database {} owner {} encoding 'UTF8' locale 'C.UTF-8' template template0"
        connection.execute(sql.SQL(creation).format(database, sql.Identifier(owner)))
    elif row[0] != owner:
        connection.execute(sql.SQL("alter database {} owner to {}").format(database, sql.Identifier(owner)))
    connection.execute(sql.SQL("revoke all on database {} from public").format(database))
    connection.execute(sql.SQL("grant connect on database {} to {}").format(database, sql.Identifier(runner)))
    connection.execute(sql.SQL("revoke connect on database postgres, template1 from public"))
