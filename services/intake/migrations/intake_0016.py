"""Steps recorded wrongly, first responders, and what a step rests on."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0016"
down_revision = "intake_0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("identification_steps", sa.Column("basis", sa.String(), nullable=True))
    op.create_table(
        "step_corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("corrected_on", sa.Date(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("step_corrections_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("step_corrections_pkey")),
        sa.UniqueConstraint("step", name=op.f("step_corrections_step_key")),
    )
    op.create_index(op.f("step_corrections_case_id_index"), "step_corrections", ["case_id"], unique=False)
    op.create_table(
        "first_responders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.CheckConstraint("state in ('asked', 'accepted', 'declined')", name=op.f("first_responders_state_check")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("first_responders_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("first_responders_pkey")),
    )
    op.create_index(op.f("first_responders_case_id_index"), "first_responders", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("first_responders")
    op.drop_table("step_corrections")
    op.drop_column("identification_steps", "basis")
