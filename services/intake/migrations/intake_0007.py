"""Requests to be erased, the holders' answers, and legal holds."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0007"
down_revision = "intake_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasure_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False, comment="the case may be gone"),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("coercion_checked_by", sa.Uuid(), nullable=True),
        sa.Column("coercion_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("third_party_reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("third_party_reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('requested', 'refused', 'lifted', 'ordered', 'complete')",
            name=op.f("erasure_requests_state_check"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("erasure_requests_pkey")),
    )
    op.create_index(op.f("erasure_requests_case_id_index"), "erasure_requests", ["case_id"])
    op.create_index(
        "erasure_requests_ordered_at_index",
        "erasure_requests",
        ["ordered_at"],
        postgresql_where=sa.text("state = 'ordered'"),
    )
    op.create_table(
        "erasure_acknowledgements",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer in ('deleted', 'kept')", name=op.f("erasure_acknowledgements_answer_check")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["erasure_requests.id"], name=op.f("erasure_acknowledgements_request_id_fkey")
        ),
        sa.PrimaryKeyConstraint("request_id", "holder", name=op.f("erasure_acknowledgements_pkey")),
    )
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("legal_holds_pkey")),
    )
    op.create_index(op.f("legal_holds_case_id_index"), "legal_holds", ["case_id"])


def downgrade() -> None:
    op.drop_table("legal_holds")
    op.drop_table("erasure_acknowledgements")
    op.drop_table("erasure_requests")
