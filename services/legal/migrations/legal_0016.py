"""What a matter's file said wrongly is put right in it: how often, when it was taken back, and what it said before."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "legal_0016"
down_revision = "legal_0015"
branch_labels = None
depends_on = None

_PUT_RIGHT: Final = (
    *("proceedings", "defendants", "proceeding_steps", "hearings", "hearing_measures", "protections"),
    "protection_steps",
)


def upgrade() -> None:
    for table in _PUT_RIGHT:
        op.add_column(table, sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
        op.add_column(table, sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "matter_corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("record_class", sa.String(), nullable=False),
        sa.Column("record", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True, comment="null: it was taken to another case"),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("was", JSONB(), nullable=True),
        sa.Column("corrected_on", sa.Date(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrected_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("matter_corrections_pkey")),
    )
    op.create_index(op.f("matter_corrections_file_index"), "matter_corrections", ["file"])
    op.create_index(op.f("matter_corrections_case_id_index"), "matter_corrections", ["case_id"])


def downgrade() -> None:
    op.drop_table("matter_corrections")
    for table in _PUT_RIGHT:
        op.drop_column(table, "taken_back_at")
        op.drop_column(table, "revision")
