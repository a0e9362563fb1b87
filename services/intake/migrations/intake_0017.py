"""When a referral was sent, who explained a consent, and what agencies answered once it was taken back."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0017"
down_revision = "intake_0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("referrals", sa.Column("sent_on", sa.Date(), nullable=True))
    op.add_column("consents", sa.Column("erase_requested", sa.Boolean(), nullable=True))
    op.add_column("consents", sa.Column("explained_by", sa.Uuid(), nullable=True))
    op.create_table(
        "withdrawal_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("withdrawal_answers_case_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("withdrawal_answers_pkey")),
    )
    op.create_index(op.f("withdrawal_answers_case_id_index"), "withdrawal_answers", ["case_id"])
    op.create_index(op.f("withdrawal_answers_consent_id_index"), "withdrawal_answers", ["consent_id"])
    # A new database has no log yet.
    if sa.inspect(op.get_bind()).has_table("event_log"):
        _fill_from_log()


def _fill_from_log() -> None:
    op.execute(
        "update referrals set sent_on = sent.time::date from event_log as sent"
        " where sent.subject = referrals.case_id and sent.name = 'referral.sent'"
        " and sent.data ->> 'referral' = referrals.id::text"
    )
    op.execute(
        "update consents set erase_requested = (told.data ->> 'erase_requested')::boolean from event_log as told"
        " where told.subject = consents.case_id and told.name = 'consent.withdrawn'"
        " and told.data ->> 'consent' = consents.id::text"
    )


def downgrade() -> None:
    op.drop_table("withdrawal_answers")
    op.drop_column("consents", "explained_by")
    op.drop_column("consents", "erase_requested")
    op.drop_column("referrals", "sent_on")
