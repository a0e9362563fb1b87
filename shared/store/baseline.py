"""Baselines: migrations that create the tables of an earlier release in one step.

A baseline has the revision id of that release's last migration. A new database gets its tables from the SQL file of the
same name. A database of that release already has them, and continues with the following migrations.
"""

from pathlib import Path

from alembic import op


class NoEarlierRelease(Exception):
    """A baseline has no downgrade: no release before it has a migration path."""


def create(migration: str) -> None:
    """Run the SQL file next to a migration, in the migration's transaction."""
    statements = Path(migration).with_suffix(".sql").read_text(encoding="utf-8")
    # The driver would read percent signs as parameters.
    op.get_bind().exec_driver_sql(statements, execution_options={"no_parameters": True})


def refuse_downgrade(revision: str) -> None:
    """Raise `NoEarlierRelease`."""
    raise NoEarlierRelease(f"{revision} is the first migration. Restore a backup to return to an earlier release.")
