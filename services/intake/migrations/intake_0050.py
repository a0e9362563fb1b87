"""What went to agencies outside, as it was heard of partners: for the person's copy."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "intake_0050"
down_revision = "intake_0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heard_tellings",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("data_categories", ARRAY(sa.Text()), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("heard_tellings_pkey")),
    )
    op.create_index("heard_tellings_case_id_index", "heard_tellings", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_index("heard_tellings_case_id_index", table_name="heard_tellings")
    op.drop_table("heard_tellings")
