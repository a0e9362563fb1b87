"""The reminders that each agency received before its agreement ends."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0025"
down_revision = "partners_0024"
branch_labels = None
depends_on = None

_COMMENT = "the days before its end of the last reminder; null: none yet"


def upgrade() -> None:
    op.add_column("agreements", sa.Column("reminded_days", sa.SmallInteger(), nullable=True, comment=_COMMENT))


def downgrade() -> None:
    op.drop_column("agreements", "reminded_days")
