"""Changes between child and adult, which a second person confirms."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0059"
down_revision = "intake_0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "age_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("age_changes_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("age_changes_pkey")),
    )
    op.create_index("age_changes_case_id_index", "age_changes", ["case_id"], unique=False)
    op.create_index(
        "age_changes_waiting_index", "age_changes", ["case_id"], unique=True, postgresql_where="state = 'waiting'"
    )


def downgrade() -> None:
    op.drop_table("age_changes")
