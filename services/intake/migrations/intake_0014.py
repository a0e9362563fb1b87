"""Cases of one person."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0014"
down_revision = "intake_0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_merges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("alias_id", sa.Uuid(), nullable=False),
        sa.Column("merged_by", sa.Uuid(), nullable=False),
        sa.Column("merged_on", sa.Date(), nullable=False),
        sa.Column("unmerged_by", sa.Uuid(), nullable=True),
        sa.Column("unmerged_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["kept_id"], ["cases.id"], name=op.f("case_merges_kept_id_fkey")),
        sa.ForeignKeyConstraint(["alias_id"], ["cases.id"], name=op.f("case_merges_alias_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("case_merges_pkey")),
    )
    op.create_index(
        "case_merges_alias_id_key",
        "case_merges",
        ["alias_id"],
        unique=True,
        postgresql_where=sa.text("unmerged_on is null"),
    )
    op.create_index("case_merges_kept_id_index", "case_merges", ["kept_id"])


def downgrade() -> None:
    op.drop_table("case_merges")
