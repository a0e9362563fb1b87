"""Database rights of the role that runs a service; another role owns all tables and migrates.

Tables that are not in `DECLARED` contain a service's working data: rows can be read, inserted, updated and deleted.
Tables in `DECLARED` are evidence, or determine what other services accept: they are append-only, except for the updates
that the code makes. `grant` applies the declared rights at the end of each migration; new tables get theirs
automatically. At its start, a service checks its own role with `lacking` and `excessive`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.engine import Connection

#: A right on a table (the column is None) or on one of its columns, as PostgreSQL names it: ("UPDATE", "position").
Right = tuple[str, str | None]

#: The schema of all tables, and the schema in which the running role creates tables for a rebuild.
MAIN, REBUILD = "public", "rebuild"


@dataclass(frozen=True)
class Insertion:
    """The right to insert rows; values of the columns in `but` come only from the server."""

    but: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rights:
    """Rights on a table, in addition to reading; `update` names the columns that can change, None means all."""

    insert: Insertion | None = None
    update: tuple[str, ...] | None = ()
    delete: bool = False

    def on(self, columns: Collection[str]) -> frozenset[Right]:
        """Return the rights on a table that has these columns."""
        rights: set[Right] = {("SELECT", None)}
        if self.insert is not None and not self.insert.but:
            rights.add(("INSERT", None))
        elif self.insert is not None:
            rights |= {("INSERT", column) for column in columns if column not in self.insert.but}
        if self.update is None:
            rights.add(("UPDATE", None))
        else:
            rights |= {("UPDATE", column) for column in self.update}
        if self.delete:
            rights.add(("DELETE", None))
        return frozenset(rights)


#: Working data of the service.
ROWS = Rights(insert=Insertion(), update=None, delete=True)
#: Single rows that a migration creates and the service updates.
MOVED = Rights(update=None)
READ = Rights()

DECLARED: Mapping[str, Rights] = {
    "alembic_version": READ,
    "audit_log": Rights(insert=Insertion(but=("number", "at"))),
    "audit_chain": Rights(insert=Insertion()),
    "audit_checkpoints": Rights(insert=Insertion(but=("at",))),
    "audit_chain_head": MOVED,
    # A trigger refuses to replace a position (`migrations/versions/mechanism_0035.sql`).
    "event_log": Rights(insert=Insertion(but=("serial", "position")), update=("position",)),
    "event_log_head": MOVED,
    "event_log_published": MOVED,
    "installation": Rights(insert=Insertion(but=("at",))),
    "event_log_epochs": Rights(insert=Insertion(but=("number", "began_at"))),
    # Created only by the function that redacts.
    "erased_subjects": Rights(update=("settled_at",)),
    # In a key database: tombstones are permanent.
    "tombstones": Rights(insert=Insertion(but=("at",))),
}
#: The owner's functions that the running role can call, by their signatures.
FUNCTIONS = ("redact_subject(uuid,uuid,text,text)",)

_EVERY_ON_A_TABLE: frozenset[Right] = frozenset(
    (privilege, None) for privilege in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
)

_COLUMNS = text("""
    select c.relname as table, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = to_regnamespace(:schema) and c.relkind in ('r', 'p')
    group by c.relname
""")
#: As `\\dp` lists them. The rights of PUBLIC (grantee 0) apply to the role, too.
_GRANTED = text("""
    select c.relname as table, x.privilege_type as privilege, null::text as column
    from pg_class c cross join aclexplode(c.relacl) x
    where c.relnamespace = to_regnamespace(:schema) and c.relkind in ('r', 'p')
        and x.grantee in (0, (select oid from pg_roles where rolname = :role))
    union all
    select c.relname, x.privilege_type, a.attname::text
    from pg_class c join pg_attribute a on a.attrelid = c.oid and not a.attisdropped cross join aclexplode(a.attacl) x
    where c.relnamespace = to_regnamespace(:schema) and c.relkind in ('r', 'p')
        and x.grantee in (0, (select oid from pg_roles where rolname = :role))
""")
_OWNERS = text("""
    select relname as table, pg_get_userbyid(relowner) as owner from pg_class
    where relnamespace = to_regnamespace(:schema) and relkind in ('r', 'p') order by relname
""")
_MAY = text("""
    select asked.table, asked.privilege, asked.column,
        case when asked.column is null then has_table_privilege(c.oid, asked.privilege)
        else has_column_privilege(c.oid, asked.column, asked.privilege) end as may
    from unnest(cast(:tables as text[]), cast(:privileges as text[]), cast(:columns as text[]))
        as asked("table", privilege, "column")
        join pg_class c on c.relname = asked.table and c.relnamespace = to_regnamespace(:schema)
""")
_OWNS = text("""
    select exists (
        select from pg_class where relnamespace = to_regnamespace(:schema) and pg_has_role(relowner, 'usage')
    ) or (select rolsuper or rolbypassrls or rolreplication or rolcreaterole from pg_roles where rolname = current_user)
        or has_schema_privilege(:schema, 'create') or has_database_privilege(current_database(), 'create')
""")


def declared(table: str) -> Rights:
    """Return the rights of the running role on a table."""
    return DECLARED.get(table, ROWS)


def expected(connection: Connection) -> dict[str, frozenset[Right]]:
    """Return the declared rights of the running role on each table of a database."""
    return {table: declared(table).on(columns) for table, columns in _columns(connection).items()}


def granted(connection: Connection, role: str) -> dict[str, frozenset[Right]]:
    """Return the granted rights of a role on each table of a database, including tables without any."""
    rights: dict[str, set[Right]] = {table: set() for table in _columns(connection)}
    for row in connection.execute(_GRANTED, {"schema": MAIN, "role": role}):
        rights[row.table].add((row.privilege, row.column))
    return {table: frozenset(rights[table]) for table in rights}


def listed(connection: Connection, role: str) -> dict[str, dict[str, object]]:
    """Return each table's owner, its columns, and the rights of a role on it, in psql's format."""
    rights, columns = granted(connection, role), _columns(connection)
    owners = connection.execute(_OWNERS, {"schema": MAIN}).all()
    return {
        row.table: {
            "owner": row.owner,
            "columns": columns[row.table],
            "rights": [list(right) for right in sorted(rights[row.table], key=str)],
        }
        for row in owners
    }


def _columns(connection: Connection) -> dict[str, list[str]]:
    """Return the tables of a database with their columns."""
    return {row.table: list(row.columns) for row in connection.execute(_COLUMNS, {"schema": MAIN})}


def grant(connection: Connection, role: str) -> None:
    """Change a role's rights to the declared ones, as the owner; correct rights are not touched."""
    name = _quoted(role)
    present = granted(connection, role)
    for table, rights in expected(connection).items():
        if present[table] != rights:
            _run(connection, f"revoke all on {MAIN}.{_quoted(table)} from public, {name}")
            _run(connection, f"grant {_written(rights)} on {MAIN}.{_quoted(table)} to {name}")
    _grant_around(connection, name)


def _grant_around(connection: Connection, name: str) -> None:
    """Grant the rights around the tables: reading sequences, calling functions, creating a rebuild's tables."""
    _run(connection, f"revoke create on schema {MAIN} from public")
    _run(connection, f"grant usage on schema {MAIN} to {name}")
    _run(connection, f"grant select on all sequences in schema {MAIN} to {name}")
    _run(connection, f"revoke all on all functions in schema {MAIN} from public, {name}")
    for function in FUNCTIONS:
        if connection.execute(text("select to_regprocedure(:name)"), {"name": f"{MAIN}.{function}"}).scalar_one():
            _run(connection, f"grant execute on function {MAIN}.{function} to {name}")
    if connection.execute(text("select to_regnamespace(:name)"), {"name": REBUILD}).scalar_one():
        _run(connection, f"revoke all on schema {REBUILD} from public")
        _run(connection, f"grant usage, create on schema {REBUILD} to {name}")


def lacking(connection: Connection) -> list[str]:
    """Return the tables on which the current role lacks a right that the code needs."""
    wanted = [(table, right) for table, rights in expected(connection).items() for right in rights]
    return sorted({table for table, _ in _answered(connection, wanted, may=False)})


def excessive(connection: Connection) -> list[str]:
    """Return the excessive rights of the current role: to own or create tables, or a right on a table."""
    owns = ["own or make tables"] if connection.execute(_OWNS, {"schema": MAIN}).scalar_one() else []
    unwanted = [
        (table, right)
        for table, columns in _columns(connection).items()
        for right in _EVERY_ON_A_TABLE | {(kind, column) for kind in ("INSERT", "UPDATE") for column in columns}
        if right not in (rights := declared(table).on(columns)) and (right[0], None) not in rights
    ]
    answered = {f"{right[0].lower()} on {table}" for table, right in _answered(connection, unwanted, may=True)}
    return [*owns, *sorted(answered)]


def _answered(connection: Connection, asked: list[tuple[str, Right]], *, may: bool) -> list[tuple[str, Right]]:
    """Return the requested rights that the role has, or with `may=False` those that it lacks."""
    parameters = {
        "schema": MAIN,
        "tables": [table for table, _ in asked],
        "privileges": [privilege for _, (privilege, _) in asked],
        "columns": [column for _, (_, column) in asked],
    }
    replies = connection.execute(_MAY, parameters)
    return [(row.table, (row.privilege, row.column)) for row in replies if row.may is may]


def _written(rights: frozenset[Right]) -> str:
    return ", ".join(
        privilege if column is None else f"{privilege} ({_quoted(column)})"
        for privilege, column in sorted(rights, key=str)
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)
