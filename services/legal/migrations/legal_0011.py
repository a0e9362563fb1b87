"""How advice was given, what follows it, requests for it that wait, and the rights that were explained."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "legal_0011"
down_revision = "legal_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("advice", sa.Column("format", sa.String(), nullable=True))
    op.create_table(
        "advice_follow_ups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("advice", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("advice_follow_ups_pkey")),
    )
    op.create_index(op.f("advice_follow_ups_case_id_index"), "advice_follow_ups", ["case_id"])
    op.create_table(
        "advice_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("topics", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("unmet", sa.String(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("ended", sa.String(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("advice_requests_pkey")),
    )
    op.create_index(op.f("advice_requests_case_id_index"), "advice_requests", ["case_id"])
    op.create_table(
        "rights_explained",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("explained_on", sa.Date(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("understood", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("rights_explained_pkey")),
    )
    op.create_index(op.f("rights_explained_case_id_index"), "rights_explained", ["case_id"])


def downgrade() -> None:
    op.drop_table("rights_explained")
    op.drop_table("advice_requests")
    op.drop_table("advice_follow_ups")
    op.drop_column("advice", "format")
