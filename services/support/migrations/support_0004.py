"""Safeguarding alerts."""

import sqlalchemy as sa
from alembic import op

revision = "support_0004"
down_revision = "support_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("danger_type", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False, comment="how far it was escalated"),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("alerts_pkey")),
    )
    op.create_index("alerts_case_id_index", "alerts", ["case_id"], unique=False)
    op.create_index(
        "alerts_open_index", "alerts", ["raised_at"], unique=False, postgresql_where=sa.text("acknowledged_at is null")
    )


def downgrade() -> None:
    op.drop_table("alerts")
