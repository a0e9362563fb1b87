"""What the person refuses, and who it is that they do not want near, where it is neither staff nor an agency."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "intake_0033"
down_revision = "intake_0032"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "consent_refusals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("purposes", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("refused_on", sa.Date(), nullable=False),
        sa.Column("happened", sa.String(), nullable=True, comment="an instant, a day, a month, a year, or unknown"),
        sa.Column("learnt", sa.String(), nullable=True, comment="an instant, a day, a month, or a year"),
        sa.Column("recorded_at", _MOMENT, nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True, comment="null: by the system itself"),
        sa.Column("alike", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("taken_back_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("consent_refusals_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("consent_refusals_pkey")),
    )
    op.create_index(op.f("consent_refusals_case_id_index"), "consent_refusals", ["case_id"])
    op.create_table(
        "exclusion_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("exclusion_notes_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("exclusion_notes_pkey")),
    )
    op.create_index(op.f("exclusion_notes_case_id_index"), "exclusion_notes", ["case_id"])


def downgrade() -> None:
    op.drop_table("exclusion_notes")
    op.drop_table("consent_refusals")
