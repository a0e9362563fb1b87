"""What was asked of clocks, by which fact."""

import sqlalchemy as sa
from alembic import op

revision = "mechanism_0014"
down_revision = "mechanism_0013"
branch_labels = None
depends_on = None


STATES_BEFORE = "running, paused, resting, reached, missed, passed or stopped"
STATES = "running, paused, resting, reached, missed, passed, stopped, withdrawn"


def upgrade() -> None:
    op.create_table(
        "clock_requests",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.Uuid(), nullable=True, comment="the fact that asked; null: none that can be undone"),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False, comment="start or stop"),
        sa.Column("jurisdiction", sa.Text(), nullable=True, comment="of a start"),
        sa.Column("begins", sa.Text(), nullable=True, comment="of a start: a date, perhaps partial, or an instant"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True, comment="by the domain's clock; null: not known"),
        sa.Column(
            "clock", sa.Uuid(), nullable=True, comment="the clock that a start began; null: one was running already"
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("clock_requests_pkey")),
    )
    op.create_index("clock_requests_subject_index", "clock_requests", ["subject", "code"])
    op.alter_column("clocks", "state", existing_type=sa.Text(), existing_nullable=False, comment=STATES)
    # Clocks from before keep what they are: who asked for them is not known.
    op.execute(
        "insert into clock_requests (subject, code, verb, jurisdiction, begins, clock)"
        " select subject, code, 'start', jurisdiction, began_on::text, id from clocks order by id"
    )
    op.execute(
        "insert into clock_requests (subject, code, verb)"
        " select subject, code, 'stop' from clocks where state = 'stopped' order by id"
    )


def downgrade() -> None:
    op.execute("update clocks set state = 'stopped' where state = 'withdrawn'")
    op.alter_column("clocks", "state", existing_type=sa.Text(), existing_nullable=False, comment=STATES_BEFORE)
    op.drop_table("clock_requests")
