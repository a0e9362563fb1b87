"""Places to live, practical help, sessions of counselling and who waits for them, children and other dependants."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "support_0014"
down_revision = "support_0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "placements",
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("accommodation_type", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True, comment="ISO 3166-2; never an address"),
        sa.Column("provider", sa.Uuid(), nullable=True),
        sa.Column("offered_on", sa.Date(), nullable=False),
        sa.Column("held_until", sa.Date(), nullable=True),
        sa.Column("refused_by", sa.Text(), nullable=True),
        sa.Column("refused_because", sa.Text(), nullable=True),
        sa.Column("moved_in_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True, comment="it asks for the next place, and ends nothing"),
        sa.Column("safe", sa.Text(), nullable=False),
        sa.Column("moved_out_on", sa.Date(), nullable=True),
        sa.Column("exit_reason", sa.Text(), nullable=True),
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
        sa.PrimaryKeyConstraint("id", name=op.f("placements_pkey")),
    )
    op.create_index("placements_case_id_index", "placements", ["case_id"], unique=False)
    op.create_table(
        "practical_help",
        sa.Column("service_type", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("needed_by", sa.Date(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_given_because", sa.Text(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True, comment="null: it is open"),
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
        sa.PrimaryKeyConstraint("id", name=op.f("practical_help_pkey")),
    )
    op.create_index("practical_help_case_id_index", "practical_help", ["case_id"], unique=False)
    op.create_table(
        "counselling_sessions",
        sa.Column("course", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False, comment="or planned for"),
        sa.Column("attendance", sa.Text(), nullable=False),
        sa.Column("interpreted", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
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
        sa.PrimaryKeyConstraint("id", name=op.f("counselling_sessions_pkey")),
    )
    op.create_index("counselling_sessions_case_id_index", "counselling_sessions", ["case_id"], unique=False)
    op.create_table(
        "counselling_requests",
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("modalities", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("counsellor_gender", sa.Text(), nullable=True),
        sa.Column("waits_because", sa.Text(), nullable=False),
        sa.Column("meanwhile", postgresql.ARRAY(sa.Text()), nullable=False, comment="what they have until then"),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True, comment="null: they wait"),
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
        sa.PrimaryKeyConstraint("id", name=op.f("counselling_requests_pkey")),
    )
    op.create_index("counselling_requests_case_id_index", "counselling_requests", ["case_id"], unique=False)
    op.create_table(
        "dependants",
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("age", sa.Text(), nullable=False),
        sa.Column("whereabouts", sa.Text(), nullable=False),
        sa.Column("care", sa.Text(), nullable=False),
        sa.Column("own_case", sa.Uuid(), nullable=True, comment="where they may be a victim too"),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("check_on", sa.Date(), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("dependants_pkey")),
    )
    op.create_index("dependants_case_id_index", "dependants", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("dependants")
    op.drop_table("counselling_requests")
    op.drop_table("counselling_sessions")
    op.drop_table("practical_help")
    op.drop_table("placements")
