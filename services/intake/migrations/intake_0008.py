"""How long closed cases are kept: the deployer's own figures, and decisions to keep one longer."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0008"
down_revision = "intake_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retention_figures",
        sa.Column("jurisdiction", sa.String(), nullable=False),
        sa.Column("record_class", sa.String(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("jurisdiction", "record_class", name=op.f("retention_figures_pkey")),
    )
    op.create_table(
        "retention_reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("record_class", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("retention_reviews_pkey")),
    )
    op.create_index(op.f("retention_reviews_case_id_index"), "retention_reviews", ["case_id"])


def downgrade() -> None:
    op.drop_table("retention_reviews")
    op.drop_table("retention_figures")
