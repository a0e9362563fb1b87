"""What workers see to, safety plans, goals, and times in which somebody could not be reached."""

import sqlalchemy as sa
from alembic import op

revision = "support_0012"
down_revision = "support_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record", sa.Uuid(), nullable=False, comment="what it is about"),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("tasks_pkey")),
        sa.UniqueConstraint("case_id", "kind", "record", name=op.f("tasks_case_id_kind_record_key")),
    )
    op.create_index("tasks_case_id_index", "tasks", ["case_id"], unique=False)
    op.create_table(
        "safety_plans",
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("steps", sa.LargeBinary(), nullable=False, comment="sealed"),
        sa.Column("code_word", sa.LargeBinary(), nullable=True, comment="sealed; shown to who makes a call alone"),
        sa.Column("person_copy", sa.Text(), nullable=True, comment="null: nobody asked the person"),
        sa.Column("reopened_on", sa.Date(), nullable=True, comment="something happened since; it is looked at again"),
        sa.Column("reopened_by", sa.Text(), nullable=True),
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
        sa.PrimaryKeyConstraint("id", name=op.f("safety_plans_pkey")),
    )
    op.create_index("safety_plans_case_id_index", "safety_plans", ["case_id"], unique=False)
    op.create_table(
        "goals",
        sa.Column("goal_type", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="sealed: words, steps, ratings"),
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
        sa.PrimaryKeyConstraint("id", name=op.f("goals_pkey")),
    )
    op.create_index("goals_case_id_index", "goals", ["case_id"], unique=False)
    op.create_table(
        "absences",
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("missed_on", sa.Date(), nullable=False),
        sa.Column("is_child", sa.Boolean(), nullable=False),
        sa.Column("high_risk", sa.Boolean(), nullable=False),
        sa.Column("agreed_to_police", sa.Boolean(), nullable=False, comment="said by the person beforehand"),
        sa.Column("decided_by_lead", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("police_proposed_by", sa.Uuid(), nullable=True),
        sa.Column("police_told_by", sa.Uuid(), nullable=True),
        sa.Column("police_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviews", sa.Integer(), server_default="0", nullable=False),
        sa.Column("found_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("safe", sa.Text(), nullable=True, comment="asked first"),
        sa.Column("talk_offered_on", sa.Date(), nullable=True),
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
        sa.PrimaryKeyConstraint("id", name=op.f("absences_pkey")),
    )
    op.create_index("absences_case_id_index", "absences", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("absences")
    op.drop_table("goals")
    op.drop_table("safety_plans")
    op.drop_table("tasks")
