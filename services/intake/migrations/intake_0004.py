"""The self-check in counts, return codes, and how often a person gave an account."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0004"
down_revision = "intake_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "self_check_counts",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.Column("urgent", sa.Integer(), nullable=False),
        sa.Column("return_codes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "language", name=op.f("self_check_counts_pkey")),
    )
    op.create_table(
        "return_codes",
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("return_codes_pkey")),
    )
    op.create_index(op.f("return_codes_issued_on_index"), "return_codes", ["issued_on"], unique=False)
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("elsewhere", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("accounts_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("accounts_pkey")),
    )
    op.create_index(op.f("accounts_case_id_index"), "accounts", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("accounts")
    op.drop_table("return_codes")
    op.drop_table("self_check_counts")
