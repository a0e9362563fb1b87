"""The language that a person chose for their session."""

import sqlalchemy as sa
from alembic import op

revision = "web_0002"
down_revision = "web_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "sessions",
        sa.Column("language", sa.Text(), nullable=False, server_default="", comment="empty: as the browser asks"),
    )


def downgrade() -> None:
    op.drop_column("sessions", "language")
