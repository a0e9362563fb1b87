"""Known facts about the person, and the values that staff enter about an absence."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "support_0020"
down_revision = "support_0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_people",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("age", sa.Text(), nullable=True),
        sa.Column("served_as", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name=op.f("known_people_pkey")),
    )
    op.create_table(
        "known_decisions",
        sa.Column("step", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("step", name=op.f("known_decisions_pkey")),
    )
    op.create_index("known_decisions_case_id_index", "known_decisions", ["case_id"], unique=False)
    op.add_column(
        "absences",
        sa.Column("said_child", sa.Boolean(), nullable=True, comment="as staff entered it; null: nobody did"),
    )
    op.add_column(
        "absences",
        sa.Column(
            "known_age",
            sa.Text(),
            nullable=True,
            comment="as intake had it when this was noted; null: it was not known",
        ),
    )
    op.execute("update absences set said_child = is_child")


def downgrade() -> None:
    op.drop_column("absences", "known_age")
    op.drop_column("absences", "said_child")
    op.drop_table("known_decisions")
    op.drop_table("known_people")
