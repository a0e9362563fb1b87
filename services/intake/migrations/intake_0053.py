"""Proposals to close a case, which a second person confirms."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0053"
down_revision = "intake_0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closing_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True, comment="null: on the day on which it is confirmed"),
        sa.Column("although_open", sa.String(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("closing_proposals_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("closing_proposals_pkey")),
    )
    op.create_index("closing_proposals_case_id_index", "closing_proposals", ["case_id"], unique=False)
    op.create_index(
        "closing_proposals_waiting_index",
        "closing_proposals",
        ["lapses_at"],
        unique=False,
        postgresql_where="state = 'waiting'",
    )


def downgrade() -> None:
    op.drop_table("closing_proposals")
