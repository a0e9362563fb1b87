"""The message that the next page of a session shows once: a code, and the path of that page."""

import sqlalchemy as sa
from alembic import op

revision = "web_0005"
down_revision = "web_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "sessions",
        sa.Column("said", sa.Text(), nullable=False, server_default="", comment="code and path; empty: no message"),
    )


def downgrade() -> None:
    op.drop_column("sessions", "said")
