"""Withdrawn consents of erased people, which their agencies can still answer for a while."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0021"
down_revision = "partners_0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "owed_answers",
        sa.Column("id", sa.Uuid(), nullable=False, comment="the consent"),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("request", sa.Uuid(), nullable=False, comment="the request for erasure"),
        sa.Column(
            "since", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now(), comment="real time"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("owed_answers_pkey")),
    )
    op.create_index(op.f("owed_answers_since_index"), "owed_answers", ["since"])


def downgrade() -> None:
    op.drop_table("owed_answers")
