"""Every table has its rights: it is declared as an append-only record, or has the rows of a service's work."""

import pytest
from sqlalchemy import MetaData, Table

from deploy.cli.installation import SERVICES
from services.registry import parts_of
from shared import encryption
from shared.runtime import environment
from shared.store import rights
from tests.kit.database_rights import EVERY_OTHER, as_granted, on_page

#: Prefixes of append-only tables; a table with such a name needs a declaration.
WITNESSES = ("audit_", "event_log", "erased_", "tombstones")
#: Alembic's table, which no metadata contains.
VERSIONS = Table("alembic_version", MetaData())
#: Tables of the host process, which no service's parts contain.
INSTALLATION = environment.installation


def tables() -> dict[str, Table]:
    """Return every table of every database by its name."""
    sets = (*(parts_of(service)[0].migrations for service in SERVICES), encryption.MIGRATIONS)
    every = [table for migrations in sets for metadata in migrations.metadata for table in metadata.tables.values()]
    return {table.name: table for table in (*every, VERSIONS, INSTALLATION)}


@pytest.mark.promise("ROLE-5")
def test_what_is_declared_is_a_table() -> None:
    assert set(rights.DECLARED) - set(tables()) == set()


@pytest.mark.parametrize("name", sorted(rights.DECLARED))
def test_what_is_declared_names_columns_that_are_there(name: str) -> None:
    columns = {column.name for column in tables()[name].columns}
    declared = rights.DECLARED[name]
    named = {*(declared.insert.but if declared.insert else ()), *(declared.update or ())}
    assert named - columns == set()


def test_a_table_that_bears_witness_is_declared() -> None:
    assert [name for name in tables() if name.startswith(WITNESSES) and name not in rights.DECLARED] == []


def test_nothing_that_bears_witness_is_deleted() -> None:
    assert [name for name, declared in rights.DECLARED.items() if declared.delete] == []


def test_the_page_says_what_is_declared() -> None:
    page = on_page()
    assert page.keys() - {EVERY_OTHER} == set(rights.DECLARED)
    for name, table in tables().items():
        columns = [column.name for column in table.columns]
        words = page.get(name, page[EVERY_OTHER])
        assert as_granted(words, columns) == rights.declared(name).on(columns), name
