"""Questionnaires that a person chose to fill in, their answers sealed."""

import sqlalchemy as sa
from alembic import op

revision = "support_0010"
down_revision = "support_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "measures",
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("instrument_version", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("filled_by", sa.Text(), nullable=True, comment="null: the person would rather not"),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=True, comment="sealed; null: the person would rather not"),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True, comment="the agency that decided or did it; null: this one"),
        sa.Column("happened", sa.Text(), nullable=True, comment="an instant, a day, a month, a year, or unknown"),
        sa.Column("learnt", sa.Text(), nullable=True, comment="an instant, a day, a month, or a year"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True, comment="null: by the system itself"),
        sa.Column("alike", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("measures_pkey")),
    )
    op.create_index("measures_case_id_index", "measures", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("measures")
