"""The tables of web's own database, and the migrations that come to them."""

from pathlib import Path

from shared.store.migration import MigrationSet

#: The tables are written and read by SQL alone: the process that uses them carries no database mapper.
MIGRATIONS = MigrationSet("web", (Path(__file__).parent,), tuple)
