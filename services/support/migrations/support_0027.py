"""Requests on the waiting list of an agency that are offered to, or taken by, a staff member."""

import sqlalchemy as sa
from alembic import op

revision = "support_0027"
down_revision = "support_0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "waiting_allocations",
        sa.Column("item", sa.Uuid(), nullable=False, comment="the request for counselling or practical help"),
        sa.Column("offered_to", sa.Uuid(), nullable=True),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("item", name=op.f("waiting_allocations_pkey")),
    )
    op.create_index("waiting_allocations_case_id_index", "waiting_allocations", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("waiting_allocations")
