"""What a first responder was asked and answered says when it was, and when it was recorded; it can be put right."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0024"
down_revision = "intake_0023"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_COLUMNS = (
    ("happened", sa.String(), "an instant, a day, a month, a year, or unknown"),
    ("learnt", sa.String(), "an instant, a day, a month, or a year"),
    ("recorded_at", _MOMENT, None),
    ("recorded_by", sa.Uuid(), "null: by the system itself"),
    ("alike", sa.Uuid(), None),
    ("taken_back_at", _MOMENT, None),
    ("answer_happened", sa.String(), None),
    ("answer_learnt", sa.String(), None),
    ("answer_recorded_at", _MOMENT, None),
    ("answer_recorded_by", sa.Uuid(), None),
)


def upgrade() -> None:
    for name, kind, comment in _COLUMNS:
        op.add_column("first_responders", sa.Column(name, kind, nullable=True, comment=comment))
    op.add_column("first_responders", sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    op.drop_column("first_responders", "revision")
    for name, _kind, _comment in reversed(_COLUMNS):
        op.drop_column("first_responders", name)
