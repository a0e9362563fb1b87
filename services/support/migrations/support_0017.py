"""Pauses of counselling, which keep the person's place, and what they want of it."""

import sqlalchemy as sa
from alembic import op

revision = "support_0017"
down_revision = "support_0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counselling_pauses",
        sa.Column("course", sa.Uuid(), nullable=False),
        sa.Column("paused_on", sa.Date(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False, comment="as the person says; none need be given"),
        sa.Column("way_back", sa.Text(), nullable=False, comment="who asks, as agreed"),
        sa.Column("ask_again_on", sa.Date(), nullable=False, comment="a task by then, never an end"),
        sa.Column("returned_on", sa.Date(), nullable=True, comment="null: it lasts"),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True, comment="the agency that decided or did it; null: this one"),
        sa.Column("happened", sa.Text(), nullable=True, comment="an instant, a day, a month, a year, or unknown"),
        sa.Column("learnt", sa.Text(), nullable=True, comment="an instant, a day, a month, or a year"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True, comment="null: by the system itself"),
        sa.Column("alike", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("counselling_pauses_pkey")),
    )
    op.create_index("counselling_pauses_case_id_index", "counselling_pauses", ["case_id"], unique=False)
    op.create_table(
        "counselling_aims",
        sa.Column("course", sa.Uuid(), nullable=True, comment="null: before there is one, or of more than one"),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="sealed: the aim, the words, the progress"),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True, comment="the agency that decided or did it; null: this one"),
        sa.Column("happened", sa.Text(), nullable=True, comment="an instant, a day, a month, a year, or unknown"),
        sa.Column("learnt", sa.Text(), nullable=True, comment="an instant, a day, a month, or a year"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True, comment="null: by the system itself"),
        sa.Column("alike", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("counselling_aims_pkey")),
    )
    op.create_index("counselling_aims_case_id_index", "counselling_aims", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("counselling_aims")
    op.drop_table("counselling_pauses")
