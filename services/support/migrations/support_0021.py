"""The ages that a provider serves, and its accessibility."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "support_0021"
down_revision = "support_0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "providers", sa.Column("boys_up_to", sa.Integer(), nullable=True, comment="years; null: as any child")
    )
    for name in ("minimum_age", "maximum_age"):
        op.add_column(
            "providers", sa.Column(name, sa.Integer(), nullable=True, comment="years, of the person; null: any")
        )
    op.add_column(
        "providers", sa.Column("access", postgresql.ARRAY(sa.Text()), nullable=True, comment="null: nobody said")
    )


def downgrade() -> None:
    for name in ("access", "maximum_age", "minimum_age", "boys_up_to"):
        op.drop_column("providers", name)
