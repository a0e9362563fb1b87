"""Records say when what they say happened, who recorded them, and can be put right; alerts end."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "support_0005"
down_revision = "support_0004"
branch_labels = None
depends_on = None

RECORDS = ("alerts", "assessments", "counselling_courses", "services_delivered", "support_plans", "urgent_needs")
OF_A_RECORD = (
    ("happened", sa.Text(), "an instant, a day, a month, a year, or unknown"),
    ("learnt", sa.Text(), "an instant, a day, a month, or a year"),
    ("decided_by", sa.Text(), "the agency that decided or did it; null: this one"),
    ("recorded_at", sa.DateTime(timezone=True), None),
    ("recorded_by", sa.Uuid(), "null: by the system itself"),
    ("alike", sa.Uuid(), None),
    ("taken_back_at", sa.DateTime(timezone=True), None),
)
OF_AN_END = (("ended_by", sa.Uuid()), ("ended_at", sa.DateTime(timezone=True)), ("end_reason", sa.Text()))


def upgrade() -> None:
    for table in RECORDS:
        for name, kind, comment in OF_A_RECORD:
            op.add_column(table, sa.Column(name, kind, nullable=True, comment=comment))
        op.add_column(table, sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    for name, of_type in OF_AN_END:
        op.add_column("alerts", sa.Column(name, of_type, nullable=True))
    op.add_column(
        "assessments",
        sa.Column("unasked_domains", postgresql.ARRAY(sa.Text()), nullable=True, comment="null: it was not noted"),
    )
    op.add_column("recoveries", sa.Column("other_due_on", sa.Date(), nullable=True, comment="by the other reading"))
    op.alter_column("recoveries", "state", comment="of the list clock_state")
    # What stopped a recovery period ended what it protected: it waits for nothing that could be done.
    op.execute("update recoveries set state = 'ended' where state = 'stopped'")
    op.create_table(
        "corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("record_class", sa.Text(), nullable=False),
        sa.Column("record", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True, comment="null: it was taken to another case"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("was", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("corrected_on", sa.Date(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrected_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("corrections_pkey")),
    )
    op.create_index("corrections_case_id_index", "corrections", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("corrections")
    op.execute("update recoveries set state = 'stopped' where state not in ('running', 'reached')")
    op.alter_column("recoveries", "state", comment="running, reached or stopped")
    op.drop_column("recoveries", "other_due_on")
    op.drop_column("assessments", "unasked_domains")
    for name, _of_type in OF_AN_END:
        op.drop_column("alerts", name)
    for table in RECORDS:
        op.drop_column(table, "revision")
        for name, _kind, _comment in OF_A_RECORD:
            op.drop_column(table, name)
