"""What agencies report by themselves, and referrals that they offer."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "intake_0049"
down_revision = "intake_0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "referral_steps",
        sa.Column("report", sa.Uuid(), comment="in which its agency said so itself; null: staff recorded it"),
    )
    op.add_column(
        "withdrawal_answers",
        sa.Column("due_on", sa.Date(), comment="until when it was awaited; null: not kept, or not awaited"),
    )
    op.add_column(
        "withdrawal_answers",
        sa.Column("report", sa.Uuid(), comment="in which the agency said so itself; null: staff recorded it"),
    )
    _settled()
    _progress()
    _offered()


def _settled() -> None:
    op.create_table(
        "settled_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("refusal", sa.Text()),
        sa.Column("effect", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("settled_reports_pkey")),
    )
    op.create_index(op.f("settled_reports_case_id_index"), "settled_reports", ["case_id"])


def _progress() -> None:
    op.create_table(
        "service_progress",
        sa.Column("id", sa.Uuid(), nullable=False, comment="the agency's report"),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("service_type", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("happened", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("service_progress_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("service_progress_pkey")),
    )
    op.create_index(op.f("service_progress_case_id_index"), "service_progress", ["case_id"])


def _offered() -> None:
    op.create_table(
        "offered_referrals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), comment="null until it was accepted"),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("referred_because", sa.Text()),
        sa.Column("service_types", ARRAY(sa.Text()), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("age", sa.Text()),
        sa.Column("details_agreed", sa.Boolean(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked", ARRAY(sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), comment="why it was declined"),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("offered_referrals_pkey")),
    )
    op.create_index(op.f("offered_referrals_case_id_index"), "offered_referrals", ["case_id"])
    op.create_index(
        "offered_referrals_open_index",
        "offered_referrals",
        ["due_on", "id"],
        postgresql_where=sa.text("state in ('waiting', 'asked')"),
    )


def downgrade() -> None:
    op.drop_table("offered_referrals")
    op.drop_table("service_progress")
    op.drop_table("settled_reports")
    op.drop_column("withdrawal_answers", "report")
    op.drop_column("withdrawal_answers", "due_on")
    op.drop_column("referral_steps", "report")
