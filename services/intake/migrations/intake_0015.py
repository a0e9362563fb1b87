"""Cases that look like one person's, and are not."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0015"
down_revision = "intake_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duplicate_declined",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("declined_by", sa.Uuid(), nullable=False),
        sa.Column("declined_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("duplicate_declined_case_id_fkey")),
        sa.PrimaryKeyConstraint("case_id", "other_id", name=op.f("duplicate_declined_pkey")),
    )
    op.create_index(op.f("duplicate_declined_other_id_index"), "duplicate_declined", ["other_id"])


def downgrade() -> None:
    op.drop_table("duplicate_declined")
