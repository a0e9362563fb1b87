"""Who is missing, as heard of support, and whose sharing is frozen meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0054"
down_revision = "intake_0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heard_absences",
        sa.Column("absence", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column(
            "since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it was declared; null: only its end was heard of",
        ),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("absence", name=op.f("heard_absences_pkey")),
    )
    op.create_index("heard_absences_case_id_index", "heard_absences", ["case_id"], unique=False)
    op.create_table(
        "sharing_freezes",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("freeze", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("sharing_freezes_case_id_fkey")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("sharing_freezes_pkey")),
    )


def downgrade() -> None:
    op.drop_table("sharing_freezes")
    op.drop_index("heard_absences_case_id_index", table_name="heard_absences")
    op.drop_table("heard_absences")
