"""Referrals in and out, cases that belong together, and reopening."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "intake_0003"
down_revision = "intake_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "referrals_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("agency_type", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("service_types", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("referrals_in_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("referrals_in_pkey")),
    )
    op.create_index(op.f("referrals_in_case_id_index"), "referrals_in", ["case_id"], unique=False)
    op.create_table(
        "referrals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("service_types", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("data_categories", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("reply_by", sa.Date(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("conditions", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("returned_to", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("referrals_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("referrals_pkey")),
    )
    op.create_index(op.f("referrals_case_id_index"), "referrals", ["case_id"], unique=False)
    op.create_index("referrals_returned_to_index", "referrals", ["returned_to"], unique=False)
    op.create_table(
        "case_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("linked_on", sa.Date(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("case_links_order_check")),
        sa.ForeignKeyConstraint(["first_id"], ["cases.id"], name=op.f("case_links_first_id_fkey")),
        sa.ForeignKeyConstraint(["second_id"], ["cases.id"], name=op.f("case_links_second_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("case_links_pkey")),
        sa.UniqueConstraint("first_id", "second_id", "kind", name=op.f("case_links_first_id_second_id_kind_key")),
    )
    op.create_index("case_links_second_id_index", "case_links", ["second_id"], unique=False)
    op.create_index(op.f("case_team_member_index"), "case_team", ["member"], unique=False)
    op.add_column("cases", sa.Column("reopened_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("cases", "reopened_on")
    op.drop_index(op.f("case_team_member_index"), table_name="case_team")
    op.drop_table("case_links")
    op.drop_table("referrals")
    op.drop_table("referrals_in")
