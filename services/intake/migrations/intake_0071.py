"""The answers of agencies to withdrawn consents after the person was erased."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0071"
down_revision = "intake_0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "late_answers",
        sa.Column("id", sa.Uuid(), nullable=False, comment="the agency's report"),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["erasure_requests.id"], name=op.f("late_answers_request_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("late_answers_pkey")),
    )
    op.create_index(op.f("late_answers_request_id_index"), "late_answers", ["request_id"])


def downgrade() -> None:
    op.drop_table("late_answers")
