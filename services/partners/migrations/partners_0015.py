"""On-call notifiers of agencies, and the rings that went there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "partners_0015"
down_revision = "partners_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notifiers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False, comment="code list notifier_channel"),
        sa.Column("address", sa.LargeBinary(), nullable=False, comment="sealed: it may name a person or hold a secret"),
        sa.Column("secret", sa.LargeBinary(), nullable=False, comment="sealed: signs the calls of a webhook"),
        sa.Column(
            "levels",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="code list alert_audience: whose rings it receives",
        ),
        sa.Column("made_by", sa.Uuid(), nullable=False, comment="a member of staff, or a key of the agency"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="real time"),
        sa.PrimaryKeyConstraint("id", name=op.f("notifiers_pkey")),
    )
    op.create_index("notifiers_agency_index", "notifiers", ["agency"], unique=False)
    op.create_table(
        "rings",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False, comment="in their order"),
        sa.Column("id", sa.Uuid(), nullable=False, comment="follows from the ring that support asked for"),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("notifier", sa.Uuid(), nullable=True, comment="null: the agency has none for this level"),
        sa.Column("level", sa.Text(), nullable=True, comment="code list alert_audience; null: a test"),
        sa.Column("urgency", sa.Text(), nullable=True, comment="code list danger_urgency; null: a test"),
        sa.Column("state", sa.Text(), nullable=False, comment="code list ring_state"),
        sa.Column(
            "outcome", sa.Text(), nullable=True, comment="of the last try, code list ring_outcome; null: none yet"
        ),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, comment="when support asked for it; real time"),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False, comment="no try before this; real time"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment="when it is given up; real time"),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True, comment="real time; null: it waits"),
        sa.PrimaryKeyConstraint("number", name=op.f("rings_pkey")),
        sa.UniqueConstraint("id", name=op.f("rings_id_key")),
    )
    op.create_index("rings_notifier_index", "rings", ["notifier"], unique=False)
    op.create_index("rings_due_at_index", "rings", ["due_at"], unique=False)
    op.create_index(
        "rings_waiting_index", "rings", ["next_at"], unique=False, postgresql_where=sa.text("state = 'waiting'")
    )


def downgrade() -> None:
    op.drop_table("rings")
    op.drop_table("notifiers")
