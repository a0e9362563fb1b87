"""The tables of web's own database, and the migrations that come to them."""

from pathlib import Path

from shared.store.migration import MigrationSet

#: The tables are accessed with plain SQL: the process that uses them does not load an object-relational mapper.
MIGRATIONS = MigrationSet("web", (Path(__file__).parent,), tuple)
