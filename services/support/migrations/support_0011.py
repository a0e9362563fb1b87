"""An assessment may go on on another day; the person may have a copy; some domains may be shared with an agency."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "support_0011"
down_revision = "support_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "assessments",
        sa.Column("unfinished", sa.Boolean(), server_default="false", nullable=False, comment="goes on on another day"),
    )
    op.add_column(
        "assessments", sa.Column("person_copy", sa.Text(), nullable=True, comment="null: nobody asked the person")
    )
    op.create_table(
        "assessment_shares",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("assessment", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("domains", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("shared_on", sa.Date(), nullable=False),
        sa.Column("shared_by", sa.Uuid(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("assessment_shares_pkey")),
    )
    op.create_index("assessment_shares_case_id_index", "assessment_shares", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("assessment_shares")
    op.drop_column("assessments", "person_copy")
    op.drop_column("assessments", "unfinished")
