"""The events about people that each channel delivered. Earlier deliveries are not counted."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0019"
down_revision = "partners_0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channel_deliveries",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("event", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "agency", "event", "channel", name=op.f("channel_deliveries_pkey")),
    )


def downgrade() -> None:
    op.drop_table("channel_deliveries")
