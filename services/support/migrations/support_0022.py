"""The age of a person before a change that waits for a second person."""

import sqlalchemy as sa
from alembic import op

revision = "support_0022"
down_revision = "support_0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    comment = "before a change that waits; else as `age`"
    op.add_column("known_people", sa.Column("confirmed_age", sa.String(), nullable=True, comment=comment))


def downgrade() -> None:
    op.drop_column("known_people", "confirmed_age")
