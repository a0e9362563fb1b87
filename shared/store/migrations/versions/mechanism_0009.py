"""Indexes by which what is kept for a time only is found when its time is over."""

from alembic import op

revision = "mechanism_0009"
down_revision = "mechanism_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("idempotency_keys_at_index", "idempotency_keys", ["at"])
    op.create_index("follow_reactions_at_index", "follow_reactions", ["at"])
    op.create_index("follow_quarantine_last_at_index", "follow_quarantine", ["last_at"])


def downgrade() -> None:
    op.drop_index("follow_quarantine_last_at_index", table_name="follow_quarantine")
    op.drop_index("follow_reactions_at_index", table_name="follow_reactions")
    op.drop_index("idempotency_keys_at_index", table_name="idempotency_keys")
