"""Awards and what becomes of them, their amounts sealed."""

import sqlalchemy as sa
from alembic import op

revision = "legal_0012"
down_revision = "legal_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "awards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("remedy", sa.String(), nullable=False),
        sa.Column("payer", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("amount", sa.LargeBinary(), nullable=True, comment="sealed; null: not known"),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("awards_pkey")),
    )
    op.create_index(op.f("awards_case_id_index"), "awards", ["case_id"])
    op.create_table(
        "award_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("award", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.LargeBinary(), nullable=True, comment="sealed"),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("award_steps_pkey")),
    )
    op.create_index(op.f("award_steps_award_index"), "award_steps", ["award"])
    op.create_index(op.f("award_steps_case_id_index"), "award_steps", ["case_id"])


def downgrade() -> None:
    op.drop_table("award_steps")
    op.drop_table("awards")
