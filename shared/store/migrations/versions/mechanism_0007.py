"""Clocks can be paused and extended, and remember what they have announced."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "mechanism_0007"
down_revision = "mechanism_0006"
branch_labels = None
depends_on = None

STATES = "running, paused, reached, missed, passed or stopped"
STATES_BEFORE = "running, reached, missed or stopped"


def upgrade() -> None:
    op.add_column(
        "clocks",
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True, comment="since when its time stands still"),
    )
    op.add_column(
        "clocks",
        sa.Column(
            "announced",
            postgresql.ARRAY(sa.Text()),
            server_default="{}",
            nullable=False,
            comment="what was told of which due date",
        ),
    )
    op.alter_column("clocks", "state", existing_type=sa.Text(), existing_nullable=False, comment=STATES)
    # Past a limitation something may still be possible: it is never simply missed.
    op.execute("update clocks set state = 'passed' where kind = 'limitation' and state = 'missed'")


def downgrade() -> None:
    op.execute("update clocks set state = 'missed' where state = 'passed'")
    op.execute("update clocks set state = 'running' where state = 'paused'")
    op.alter_column("clocks", "state", existing_type=sa.Text(), existing_nullable=False, comment=STATES_BEFORE)
    op.drop_column("clocks", "announced")
    op.drop_column("clocks", "paused_at")
