"""Sandboxes: agencies that are told of fictitious people alone."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0007"
down_revision = "partners_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "subscriptions",
        sa.Column(
            "is_sandbox",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="it is told of fictitious people alone",
        ),
    )


def downgrade() -> None:
    op.drop_column("subscriptions", "is_sandbox")
