"""Moving on: what goes on with whom, and who asks after the person since."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "support_0016"
down_revision = "support_0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "transitions",
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("leaves_on", sa.Date(), nullable=False, comment="from then on they are asked after"),
        sa.Column(
            "outcomes",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="what goes on, by outcome; codes and references alone",
        ),
        sa.Column("check_in_after", postgresql.ARRAY(sa.Integer()), nullable=False, comment="days after they left"),
        sa.Column("papers_handed_over", sa.Boolean(), nullable=False),
        sa.Column("way_back_explained", sa.Boolean(), nullable=False),
        sa.Column("check_ins_done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("closing_because", sa.Text(), nullable=True),
        sa.Column("closing_proposed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("came_back_on", sa.Date(), nullable=True),
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
        sa.PrimaryKeyConstraint("id", name=op.f("transitions_pkey")),
    )
    op.create_index("transitions_case_id_index", "transitions", ["case_id"], unique=False)
    op.create_table(
        "check_ins",
        sa.Column("transition", sa.Uuid(), nullable=False),
        sa.Column("tried_on", sa.Date(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("safe", sa.Text(), nullable=True, comment="as they say, where they were reached"),
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
        sa.PrimaryKeyConstraint("id", name=op.f("check_ins_pkey")),
    )
    op.create_index("check_ins_case_id_index", "check_ins", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("check_ins")
    op.drop_table("transitions")
