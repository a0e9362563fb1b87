"""Sharing without consent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "intake_0012"
down_revision = "intake_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sharings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("data_categories", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("review_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("person_told_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state in ('proposed', 'acting', 'in_force', 'refused', 'reversed')", name=op.f("sharings_state_check")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("sharings_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("sharings_pkey")),
    )
    op.create_index(op.f("sharings_case_id_index"), "sharings", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("sharings")
