"""A request to be erased says when the person asked: the month of the law runs from that day."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0037"
down_revision = "intake_0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("received_on", sa.Date(), nullable=True, comment="null: the day on which it was recorded")
    op.add_column("erasure_requests", column)


def downgrade() -> None:
    op.drop_column("erasure_requests", "received_on")
