"""Telephone calls about alerts, and alerts that no agency receives."""

import sqlalchemy as sa
from alembic import op

revision = "support_0025"
down_revision = "support_0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alert", sa.Uuid(), nullable=False),
        sa.Column("called", sa.Text(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("called_on", sa.Date(), nullable=False),
        sa.Column("happened", sa.Text(), nullable=True),
        sa.Column("learnt", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("alike", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("alert_calls_pkey")),
    )
    op.create_index(op.f("alert_calls_case_id_index"), "alert_calls", ["case_id"], unique=False)
    comment = "about an absence before the decision: no agency receives it"
    op.add_column(
        "alerts",
        sa.Column("stays_inside", sa.Boolean(), nullable=False, server_default=sa.false(), comment=comment),
    )
    # Only the timer and the news that the person is a child raised these without a member of staff.
    op.execute("update alerts set stays_inside = true where danger_type = 'missing' and recorded_by is null")


def downgrade() -> None:
    op.drop_column("alerts", "stays_inside")
    op.drop_table("alert_calls")
