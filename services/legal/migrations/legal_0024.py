"""Whether the day of a calendar entry is certain."""

import sqlalchemy as sa
from alembic import op

revision = "legal_0024"
down_revision = "legal_0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    comment = "the day is not certain"
    column = sa.Column("is_tentative", sa.Boolean(), nullable=False, server_default=sa.false(), comment=comment)
    op.add_column("calendar_entries", column)


def downgrade() -> None:
    op.drop_column("calendar_entries", "is_tentative")
