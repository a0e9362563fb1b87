"""The consents that were withdrawn, so that their agencies can answer after they were asked to erase the person."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0018"
down_revision = "partners_0017"
branch_labels = None
depends_on = None

_COMMENT = "a consent that was withdrawn: its agency owes an answer"


def upgrade() -> None:
    op.add_column(
        "parties", sa.Column("is_withdrawn", sa.Boolean(), nullable=False, server_default="false", comment=_COMMENT)
    )


def downgrade() -> None:
    op.drop_column("parties", "is_withdrawn")
