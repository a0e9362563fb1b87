"""What agencies are told: what they asked to hear, grounds, pseudonyms' keys, streams, and what the gate decided."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "partners_0005"
down_revision = "partners_0004"
branch_labels = None
depends_on = None

_NOW = sa.DateTime(timezone=True)
_READ_MODELS = ("case_laws", "grounds", "exclusions", "restrictions")
_BUILD = (
    "insert into rebuilds (id, asked_by, state, projection, heals)"
    " select gen_random_uuid(), :by, 'waiting', :projection, false"
    " where exists (select from follow_cursors where position > 0)"
)


def upgrade() -> None:
    _create_followed()
    _create_streams()
    op.create_table(
        "subscriptions",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="counts the changes; the ETag"),
        sa.Column("types", ARRAY(sa.Text()), nullable=False, comment="types of events, by patterns"),
        sa.Column("jurisdictions", ARRAY(sa.Text()), nullable=False),
        sa.Column("purposes", ARRAY(sa.Text()), nullable=False),
        sa.Column("data_categories", ARRAY(sa.Text()), nullable=False),
        sa.Column("form", sa.Text(), nullable=False, comment="full or thin"),
        sa.Column("pinned", JSONB(), nullable=False, comment="type -> the version that the agency reads"),
        sa.Column("is_paused", sa.Boolean(), nullable=False, comment="nothing is pushed; the feed goes on"),
        sa.Column("changed_by", sa.Uuid(), nullable=False, comment="a member of staff, or a key of the agency"),
        sa.Column("changed_at", _NOW, nullable=False),
        sa.PrimaryKeyConstraint("agency", name=op.f("subscriptions_pkey")),
    )
    op.create_table(
        "pseudonym_keys",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False, comment="1 is the first; the highest is in use"),
        sa.Column("key", sa.LargeBinary(), nullable=False, comment="sealed"),
        sa.Column("since", _NOW, nullable=False),
        sa.PrimaryKeyConstraint("agency", "generation", name=op.f("pseudonym_keys_pkey")),
    )
    # Cases were not followed here so far.
    for projection in _READ_MODELS:
        op.get_bind().execute(sa.text(_BUILD), {"by": revision, "projection": projection})


def _create_followed() -> None:
    op.create_table(
        "case_laws",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("case_laws_pkey")),
    )
    op.create_table(
        "grounds",
        sa.Column("id", sa.Uuid(), nullable=False, comment="the consent, or the sharing without one"),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="consent or sharing"),
        sa.Column("purposes", ARRAY(sa.Text()), nullable=False),
        sa.Column("data_categories", ARRAY(sa.Text()), nullable=False),
        sa.Column("since", sa.Date(), comment="the first day on which it counts; null: none is known"),
        sa.Column("until", sa.Date(), nullable=False, comment="the last day on which it counts"),
        sa.PrimaryKeyConstraint("id", name=op.f("grounds_pkey")),
    )
    op.create_index("grounds_case_id_agency_index", "grounds", ["case_id", "agency"])
    op.create_table(
        "parties",
        sa.Column("id", sa.Uuid(), nullable=False, comment="the consent, the sharing or the referral"),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("parties_pkey")),
    )
    op.create_index(op.f("parties_case_id_index"), "parties", ["case_id"])


def _create_streams() -> None:
    op.create_table(
        "streams",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("head", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("agency", name=op.f("streams_pkey")),
    )
    op.create_table(
        "stream_epochs",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.Uuid(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False, comment="the last position of the life before"),
        sa.Column("began_at", _NOW, nullable=False),
        sa.PrimaryKeyConstraint("agency", "epoch", name=op.f("stream_epochs_pkey")),
    )
    op.create_table(
        "told_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False, comment="the case, or whatever else the event is about"),
        sa.Column("classification", sa.Text(), nullable=False),
        sa.Column("correlation", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.Uuid()),
        sa.Column("data", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("told_events_pkey")),
    )
    op.create_index(op.f("told_events_case_id_index"), "told_events", ["case_id"])
    op.create_table(
        "own_log_mark",
        sa.Column("single", sa.SmallInteger(), nullable=False, autoincrement=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("single", name=op.f("own_log_mark_pkey")),
    )
    op.create_table(
        "stream_positions",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.Uuid(), nullable=False),
        sa.Column("told_at", _NOW, nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False, comment="the same as a day under the law of the case"),
        sa.PrimaryKeyConstraint("agency", "sequence", name=op.f("stream_positions_pkey")),
    )
    op.create_index("stream_positions_agency_event_key", "stream_positions", ["agency", "event"], unique=True)
    op.create_table(
        "gate_decisions",
        sa.Column("case_id", sa.Uuid(), nullable=False, comment="the case, or whatever else it is about"),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False, comment="code list gate_reason"),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", _NOW, nullable=False),
        sa.Column("last_at", _NOW, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "agency", "type", "because", name=op.f("gate_decisions_pkey")),
    )


def downgrade() -> None:
    for table in (
        "gate_decisions",
        "stream_positions",
        "own_log_mark",
        "told_events",
        "stream_epochs",
        "streams",
        "pseudonym_keys",
        "subscriptions",
        "parties",
        "grounds",
        "case_laws",
    ):
        op.drop_table(table)
