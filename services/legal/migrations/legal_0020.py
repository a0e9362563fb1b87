"""The fact that a claim answers; all deadlines are derived again, and end only when every reading has ended."""

import sqlalchemy as sa
from alembic import op

from shared.deadlines.derived_again import derive_every_case_again

revision = "legal_0020"
down_revision = "legal_0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("matters", sa.Column("about", sa.Uuid(), nullable=True, comment="the fact that the claim answers"))
    derive_every_case_again()


def downgrade() -> None:
    op.drop_column("matters", "about")
