"""Which kinds of data each agency was told of somebody, so that what is new can be recorded for the person's copy."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0012"
down_revision = "partners_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "told_categories",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False, comment="code list data_category, or empty"),
        sa.PrimaryKeyConstraint("case_id", "agency", "category", name=op.f("told_categories_pkey")),
    )


def downgrade() -> None:
    op.drop_table("told_categories")
