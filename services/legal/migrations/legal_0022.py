"""Barriers can be lifted; those that close a case are published, so that they end access everywhere."""

import sqlalchemy as sa
from alembic import op

revision = "legal_0022"
down_revision = "legal_0021"
branch_labels = None
depends_on = None

#: Intake reads the events of the barriers in force.
_ANNOUNCED = """
    insert into timers (owner, name, due_at)
    select distinct case_id, 'barriers', coalesce((select now from test_clock), now())
    from matter_barriers where reason = 'acts_for_other_side'
"""


def upgrade() -> None:
    op.add_column("matter_barriers", sa.Column("lifted_by", sa.Uuid(), nullable=True))
    op.add_column(
        "matter_barriers",
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True, comment="it was set by mistake"),
    )
    op.execute(_ANNOUNCED)


def downgrade() -> None:
    op.execute("delete from timers where name = 'barriers'")
    op.drop_column("matter_barriers", "lifted_at")
    op.drop_column("matter_barriers", "lifted_by")
