"""Scores and notes, sealed. Scores that were kept open are dropped: no installation holds those of a real person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "support_0003"
down_revision = "support_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("assessments", "scores")
    op.add_column(
        "assessments",
        sa.Column("scores", sa.LargeBinary(), nullable=True, comment="sealed; null: dropped before there were seals"),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False, comment="sealed"),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_by", sa.Uuid(), nullable=True, comment="the note that corrects this one"),
        sa.PrimaryKeyConstraint("id", name=op.f("notes_pkey")),
    )
    op.create_index("notes_case_id_index", "notes", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("notes")
    op.drop_column("assessments", "scores")
    op.add_column(
        "assessments",
        sa.Column("scores", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="{}"),
    )
