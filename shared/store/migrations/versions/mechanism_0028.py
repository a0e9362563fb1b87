"""A case may be restricted for a legal hold alone: those whom it needs go on."""

import sqlalchemy as sa
from alembic import op

revision = "mechanism_0028"
down_revision = "mechanism_0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    comment = "kept for a legal hold alone"
    op.add_column(
        "restrictions", sa.Column("held", sa.Boolean(), nullable=False, server_default="false", comment=comment)
    )


def downgrade() -> None:
    op.drop_column("restrictions", "held")
