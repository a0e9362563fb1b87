"""The end of a service, and the record that it comes from."""

import sqlalchemy as sa
from alembic import op

revision = "support_0023"
down_revision = "support_0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("services_delivered", sa.Column("ended_on", sa.Date(), nullable=True))
    comment = "a practical help, placement or session; null: recorded by itself"
    op.add_column("services_delivered", sa.Column("record", sa.Uuid(), nullable=True, comment=comment))


def downgrade() -> None:
    for name in ("record", "ended_on"):
        op.drop_column("services_delivered", name)
