"""Whether staff checked that the interpreter of a session is none whom the person refused by name."""

import sqlalchemy as sa
from alembic import op

revision = "support_0028"
down_revision = "support_0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("counselling_sessions", sa.Column("interpreter_checked", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("counselling_sessions", "interpreter_checked")
