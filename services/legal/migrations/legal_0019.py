"""Danger flags in notes."""

import sqlalchemy as sa
from alembic import op

revision = "legal_0019"
down_revision = "legal_0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "notes", sa.Column("danger", sa.String(), nullable=True, comment="whether it says danger; null: nobody said so")
    )


def downgrade() -> None:
    op.drop_column("notes", "danger")
