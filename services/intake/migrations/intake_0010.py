"""Demands by others to be shown what is kept, and what the person asks for and says otherwise."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "intake_0010"
down_revision = "intake_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disclosures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("demanded_by", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("asked", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("challenged", sa.String(), nullable=True),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("given", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("person_agreed", sa.Boolean(), nullable=True),
        sa.Column("person_told", sa.Boolean(), nullable=True),
        sa.Column("not_told_reason", sa.String(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("disclosures_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("disclosures_pkey")),
    )
    op.create_index(op.f("disclosures_case_id_index"), "disclosures", ["case_id"], unique=False)
    op.create_table(
        "access_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("finding", sa.String(), nullable=True),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True, comment="real time"),
        sa.Column("third_parties", sa.String(), nullable=True),
        sa.Column("third_parties_reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("privileged", sa.String(), nullable=True),
        sa.Column("privileged_reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("released_until", sa.DateTime(timezone=True), nullable=True, comment="real time"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("access_requests_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("access_requests_pkey")),
    )
    op.create_index(op.f("access_requests_case_id_index"), "access_requests", ["case_id"], unique=False)
    op.create_table(
        "annotations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("record", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False, comment="sealed"),
        sa.Column("annotated_on", sa.Date(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("annotations_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("annotations_pkey")),
    )
    op.create_index(op.f("annotations_case_id_index"), "annotations", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("annotations")
    op.drop_table("access_requests")
    op.drop_table("disclosures")
