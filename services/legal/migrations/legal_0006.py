"""Advice, matters and requests can be put right: what they said before is kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "legal_0006"
down_revision = "legal_0005"
branch_labels = None
depends_on = None

CORRECTABLE = ("advice", "matters", "reconsiderations")


def upgrade() -> None:
    for table in CORRECTABLE:
        op.add_column(table, sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        op.add_column(table, sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("record_class", sa.String(), nullable=False),
        sa.Column("record", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True, comment="null: it was taken to another case"),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("was", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("corrected_on", sa.Date(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrected_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("corrections_pkey")),
    )
    op.create_index(op.f("corrections_case_id_index"), "corrections", ["case_id"])


def downgrade() -> None:
    op.drop_table("corrections")
    for table in CORRECTABLE:
        op.drop_column(table, "taken_back_at")
        op.drop_column(table, "revision")
