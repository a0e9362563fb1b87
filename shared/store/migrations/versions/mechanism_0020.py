"""Exclusions and restrictions say what they repeat; who got many 404s is kept for operators."""

import sqlalchemy as sa
from alembic import op

revision = "mechanism_0020"
down_revision = "mechanism_0019"
branch_labels = None
depends_on = None

_CARRIED = {
    "exclusions": "the exclusion of a case merged with this one that it repeats",
    "restrictions": "the restriction of a case merged with this one that it repeats",
}


def upgrade() -> None:
    for table, comment in _CARRIED.items():
        # The service that owns cases may have needed it first.
        op.execute(f"alter table {table} add column if not exists carried_from uuid")
        op.alter_column(table, "carried_from", existing_type=sa.Uuid(), existing_nullable=True, comment=comment)
    op.create_table(
        "probing_alarms",
        sa.Column("caller", sa.Text(), nullable=False, comment="staff id or service name"),
        sa.Column("not_found", sa.Integer(), nullable=False, comment="addresses that were not there, in one window"),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", name=op.f("probing_alarms_pkey")),
    )


def downgrade() -> None:
    op.drop_table("probing_alarms")
    for table in _CARRIED:
        op.drop_column(table, "carried_from")
