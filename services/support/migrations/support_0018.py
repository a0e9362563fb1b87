"""Alerts that are open at the upgrade ring until they are acknowledged."""

from alembic import op

revision = "support_0018"
down_revision = "support_0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Unacknowledged alerts ring too, at the next run of the timers.
    op.execute(
        "insert into timers (owner, name, due_at) select id, 'ring', raised_at from alerts "
        "where acknowledged_at is null and ended_at is null and taken_back_at is null"
    )


def downgrade() -> None:
    op.execute("delete from timers where name = 'ring'")
