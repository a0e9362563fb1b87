"""That a record was withdrawn from a case, as recorded on the wrong person."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0011"
down_revision = "intake_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("record_class", sa.String(), nullable=False),
        sa.Column("record", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("corrected_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("corrections_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("corrections_pkey")),
    )
    op.create_index(op.f("corrections_case_id_index"), "corrections", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("corrections")
