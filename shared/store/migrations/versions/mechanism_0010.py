"""Who supervises whom, and whom a person excludes."""

import sqlalchemy as sa
from alembic import op

revision = "mechanism_0010"
down_revision = "mechanism_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "supervisions",
        sa.Column("supervisor", sa.Uuid(), nullable=False, comment="a member of staff"),
        sa.Column("member", sa.Uuid(), nullable=False, comment="a member of staff whom they supervise"),
        sa.PrimaryKeyConstraint("supervisor", "member", name=op.f("supervisions_pkey")),
    )
    op.create_table(
        "exclusions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("member", sa.Uuid(), nullable=True, comment="a member of staff or an interpreter"),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("exclusions_pkey")),
    )
    op.create_index("exclusions_case_id_member_index", "exclusions", ["case_id", "member"])


def downgrade() -> None:
    op.drop_table("exclusions")
    op.drop_table("supervisions")
