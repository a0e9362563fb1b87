"""The fact that a claim answers."""

import sqlalchemy as sa
from alembic import op

revision = "legal_0020"
down_revision = "legal_0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("matters", sa.Column("about", sa.Uuid(), nullable=True, comment="the fact that the claim answers"))


def downgrade() -> None:
    op.drop_column("matters", "about")
