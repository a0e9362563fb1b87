"""Shadow tables of a rebuild: copies of the live tables' structure in a separate schema that nothing else reads.

At the end, one transaction writes only the differences to the live tables. Readers see the old rows until its commit
and the new ones after it. No table is renamed or locked exclusively.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from shared.exchange.follower.following import REBUILT_IN, ReadModelTable

SCHEMA = REBUILT_IN
#: Statement timeout for comparing large tables, longer than for any request (milliseconds).
LONGEST_STATEMENT = 10 * 60_000

_COLUMNS = text("""
    select a.attname as name, coalesce(a.attnum = any(i.indkey), false) as key
    from pg_attribute a left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
    where a.attrelid = to_regclass(:table) and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    order by a.attnum
""")


@dataclass(frozen=True)
class Difference:
    """The number of rows in a rebuilt table, and the number of changes in the live one."""

    table: str
    rows: int
    inserted: int
    changed: int
    deleted: int

    def shown(self) -> dict[str, object]:
        """Return the difference for display to operators."""
        return {**vars(self), "differed": self.inserted + self.changed + self.deleted}


@contextmanager
def inside(session: Session) -> Iterator[None]:
    """Resolve table names to the shadow tables only, so that a projection cannot touch other tables.

    The setting always ends with the transaction.
    """
    session.flush()
    before = session.execute(select(func.current_setting("search_path"))).scalar_one()
    session.execute(select(func.set_config("search_path", SCHEMA, True)))
    yield
    session.flush()
    session.expunge_all()  # objects loaded here are not rows of the live tables
    session.execute(select(func.set_config("search_path", before, True)))


def create(session: Session, tables: Iterable[ReadModelTable]) -> None:
    """Create empty copies of the live tables; delete the remains of earlier rebuilds."""
    drop(session)
    for table in tables:
        session.execute(text(f'create table {SCHEMA}."{table.table}" (like "{table.table}" including all)'))


def drop(session: Session) -> None:
    """Drop all shadow tables."""
    query = select(text("tablename")).select_from(text("pg_tables")).where(text("schemaname = :schema"))
    for table in session.execute(query, {"schema": SCHEMA}).scalars().all():
        session.execute(text(f'drop table {SCHEMA}."{table}"'))


def forget(session: Session, case: UUID) -> None:
    """Delete the rows of a case that is erased in the meantime, so that the swap cannot restore them."""
    columns = text("""
        select table_name, column_name from information_schema.columns
        where table_schema = :schema
            and (column_name in ('case_id', 'subject') or (table_name = 'cases' and column_name = 'id')
                or (table_name = 'joined_cases' and column_name in ('kept', 'alias')))
    """)
    for table, column in session.execute(columns, {"schema": SCHEMA}).all():
        session.execute(text(f'delete from {SCHEMA}."{table}" where "{column}" = :case'), {"case": case})  # noqa: S608


def count_rows(session: Session, tables: Iterable[ReadModelTable]) -> None:
    """Analyse the tables, so that the planner knows their size when it compares them."""
    for table in tables:
        session.execute(text(f'analyze {SCHEMA}."{table.table}"'))


def extend_time_limits(session: Session) -> None:
    """Raise the statement timeout of this transaction."""
    session.execute(select(func.set_config("statement_timeout", str(LONGEST_STATEMENT), True)))


def merge(session: Session, table: ReadModelTable, subject: UUID | None) -> Difference:
    """Make the live table (or its rows of one subject) equal to its shadow, row by row."""
    statements = _statements(session, table, subject)
    parameters = {} if subject is None else {"subject": subject}
    replies = {name: session.execute(text(sql), parameters) for name, sql in statements.items()}
    count: int = replies["rows"].scalar_one()
    changes = {name: int(getattr(replies[name], "rowcount", 0)) for name in ("deleted", "changed", "inserted")}
    return Difference(table.table, count, changes["inserted"], changes["changed"], changes["deleted"])


def _statements(session: Session, table: ReadModelTable, subject: UUID | None) -> dict[str, str]:
    """Return the statements in order; all names are constants of the code, never user input."""
    column_rows = session.execute(_COLUMNS, {"table": table.table}).all()
    every = [f'"{row.name}"' for row in column_rows]
    keys = [f'"{row.name}"' for row in column_rows if row.key]
    compared = [f'"{row.name}"' for row in column_rows if not row.key and row.name != table.version]
    live, shadow = f'"{table.table}"', f'{SCHEMA}."{table.table}"'
    same = " and ".join(f"l.{key} = a.{key}" for key in keys)
    own_rows = "" if subject is None else f'l."{table.subject}" = :subject and '
    counted = [] if table.version is None else [f'"{table.version}" = l."{table.version}" + 1']
    assignments = ", ".join([*(f"{name} = a.{name}" for name in compared), *counted])
    differ = " or ".join(f"l.{name} is distinct from a.{name}" for name in compared)
    columns, values = ", ".join(every), ", ".join(f"a.{name}" for name in every)
    statements = {
        # Rows that were built before their subject was erased here.
        "erased": f'delete from {shadow} a using erased_subjects e where a."{table.subject}" = e.subject',  # noqa: S608
        "rows": f"select count(*) from {shadow}",  # noqa: S608
        "deleted": f"delete from {live} l where {own_rows}not exists (select from {shadow} a where {same})",  # noqa: S608
        "changed": f"update {live} l set {assignments} from {shadow} a where {own_rows}{same} and ({differ})",  # noqa: S608
        "inserted": f"insert into {live} ({columns}) select {values} from {shadow} a"  # noqa: S608
        f" where not exists (select from {live} l where {same})",
    }
    return statements if compared else {**statements, "changed": f"select 1 from {shadow} where false"}  # noqa: S608
