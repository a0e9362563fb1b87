"""The urgent needs of a kind that are open or met, so that one need does not hide another one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "intake_0063"
down_revision = "intake_0062"
branch_labels = None
depends_on = None

_COMMENT = "urgent needs of this kind: the day of each open one; null: met"


def upgrade() -> None:
    op.add_column("heard_due", sa.Column("needs", JSONB(), nullable=False, server_default="{}", comment=_COMMENT))


def downgrade() -> None:
    op.drop_column("heard_due", "needs")
