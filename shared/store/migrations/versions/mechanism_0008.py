"""A floor for the numbering: rows below it need not be looked at again."""

import sqlalchemy as sa
from alembic import op

revision = "mechanism_0008"
down_revision = "mechanism_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "event_log_head",
        sa.Column(
            "floor",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="up to this serial every row is numbered, or was rolled back",
        ),
    )


def downgrade() -> None:
    op.drop_column("event_log_head", "floor")
