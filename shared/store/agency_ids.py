"""Agencies that were stored by their codes are stored by their ids in the register, for migrations.

Only an authority of the law had a code, and the register has each of those under the id that follows from its code.
"""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

from shared.reference import codes, id_of_authority


def name_by_id(table: str, *, nullable: bool = False, comment: str | None = None) -> None:
    """Turn the codes in the column `agency` of a table into ids."""
    op.add_column(table, sa.Column("agency_id", sa.Uuid(), nullable=True, comment=comment))
    rows = sa.table(table, sa.column("agency", sa.Text), sa.column("agency_id", sa.Uuid))
    connection = op.get_bind()
    for code in connection.scalars(sa.select(rows.c.agency).where(rows.c.agency.is_not(None)).distinct()).all():
        connection.execute(sa.update(rows).where(rows.c.agency == code).values(agency_id=_id_of(code)))
    _replace(table, "agency_id", nullable=nullable)


def name_by_code(table: str, *, nullable: bool = False, comment: str | None = None) -> None:
    """Turn the ids back into codes; an agency that is no authority of the law keeps its id, as text."""
    op.add_column(table, sa.Column("agency_code", sa.Text(), nullable=True, comment=comment))
    rows = sa.table(table, sa.column("agency", sa.Uuid), sa.column("agency_code", sa.Text))
    connection = op.get_bind()
    connection.execute(sa.update(rows).values(agency_code=sa.cast(rows.c.agency, sa.Text)))
    for code in codes("authority"):
        of_code = rows.c.agency == id_of_authority(code)
        connection.execute(sa.update(rows).where(of_code).values(agency_code=code))
    _replace(table, "agency_code", nullable=nullable)


def _id_of(code: str) -> UUID:
    try:
        return UUID(code)
    except ValueError:
        return id_of_authority(code)


def _replace(table: str, by: str, *, nullable: bool) -> None:
    op.drop_column(table, "agency")
    op.alter_column(table, by, new_column_name="agency", nullable=nullable)
