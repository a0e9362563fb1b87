"""Webhooks of agencies."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0008"
down_revision = "partners_0007"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="counts the changes of its settings; the ETag"),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("url", sa.LargeBinary(), nullable=False, comment="sealed: an address may hold a secret"),
        sa.Column("kind", sa.Text(), nullable=False, comment="of its signatures: v1 or v1a"),
        sa.Column("secret", sa.LargeBinary(), nullable=False, comment="sealed"),
        sa.Column("former_secret", sa.LargeBinary(), comment="signs too, for a while; sealed"),
        sa.Column("former_until", _INSTANT, comment="real time"),
        sa.Column("state", sa.Text(), nullable=False, comment="code list webhook_state"),
        sa.Column("reason", sa.Text(), comment="why it is disabled; null: it is not"),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="the last of the stream that it took"),
        sa.Column("tries", sa.SmallInteger(), nullable=False, comment="that failed in a row, of what comes next"),
        sa.Column("failing_since", _INSTANT, comment="real time; null: it is not failing"),
        sa.Column("next_at", _INSTANT, nullable=False, comment="no try before this; real time"),
        sa.Column("last_delivered_at", _INSTANT, comment="real time; null: nothing yet"),
        sa.Column("made_by", sa.Uuid(), nullable=False, comment="a member of staff, or a key of the agency"),
        sa.Column("made_at", _INSTANT, nullable=False, comment="real time"),
        sa.PrimaryKeyConstraint("id", name=op.f("webhooks_pkey")),
    )
    op.create_index(op.f("webhooks_agency_index"), "webhooks", ["agency"])
    op.create_table(
        "webhook_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("webhook", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="test or redelivery"),
        sa.Column(
            "after", sa.BigInteger(), nullable=False, comment="the last position that was sent again, or left out"
        ),
        sa.Column("until", sa.BigInteger(), nullable=False, comment="the last position that is to be"),
        sa.Column("type", sa.Text(), comment="only events of this type; null: all"),
        sa.Column("asked_at", _INSTANT, nullable=False, comment="real time"),
        sa.PrimaryKeyConstraint("id", name=op.f("webhook_requests_pkey")),
    )
    op.create_index(op.f("webhook_requests_webhook_index"), "webhook_requests", ["webhook"])
    op.create_table(
        "webhook_attempts",
        sa.Column("number", sa.BigInteger(), sa.Identity(), nullable=False, comment="in their order"),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("webhook", sa.Uuid(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False, comment="real time"),
        sa.Column("sequence", sa.BigInteger(), comment="in the agency's stream; null: a test event"),
        sa.Column("is_again", sa.Boolean(), nullable=False, comment="somebody had asked for it once more"),
        sa.Column("outcome", sa.Text(), nullable=False, comment="code list webhook_outcome"),
        sa.Column("status", sa.SmallInteger(), comment="of the answer; null: there was none"),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), comment="the beginning of the answer; sealed"),
        sa.PrimaryKeyConstraint("number", name=op.f("webhook_attempts_pkey")),
    )
    op.create_index(op.f("webhook_attempts_at_index"), "webhook_attempts", ["at"])
    op.create_index("webhook_attempts_webhook_number_index", "webhook_attempts", ["webhook", "number"])


def downgrade() -> None:
    op.drop_table("webhook_attempts")
    op.drop_table("webhook_requests")
    op.drop_table("webhooks")
