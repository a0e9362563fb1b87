"""The two roles of a service's database: one owns the tables and migrates them, one runs the service.

`ensure` makes both and the database, and brings over a database of 0.1.0, whose one role did both: that role (`intake`)
goes on as the one that runs, with the password that the service knows, and owns nothing any more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

SUPERUSER = "postgres"
CONNECT_SECONDS = 10

#: What belongs to another than it should, as statements that hand it over: all in the main schema, and what 0.1.0 left
#: of a rebuild, which goes on with tables of its own. Sequences go with their tables.
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
    """Return the name of the role that owns a database of ours; the one that runs bears the database's own."""
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
        """Connect as the superuser; each statement commits by itself."""
        return psycopg.connect(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password,
            dbname=database,
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
            target_session_attrs="read-write",  # of several, the one that roles can be made at
            options="-c search_path=pg_catalog",  # a superuser runs nothing that somebody else has put into a schema
            client_encoding="UTF8",  # names are text, also where the database `postgres` is SQL_ASCII
        )


def ensure(server: Server, name: str, *, owner: Login, runner: Login) -> None:
    """Make a database with its two roles, or bring the one that is there to what they should own; safe to run again.

    Nobody else connects to it. What the running role may do inside, the migrations grant (`shared.store.rights`).
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
    # Hashed here: the password itself stands in no statement.
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
