"""What waits in a matter, as it was told to the work list; and which key date took another's place."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "legal_0013"
down_revision = "legal_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "key_dates",
        sa.Column("moved_from", sa.Uuid(), nullable=True, comment="the key date in whose place it stands"),
    )
    op.create_table(
        "matter_tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("record", sa.Uuid(), nullable=False, comment="what it is about: a record of the file, or the file"),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("unclear", sa.Boolean(), nullable=False),
        sa.Column("members", ARRAY(sa.Uuid()), nullable=False, comment="on whose list it stands"),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("matter_tasks_pkey")),
        sa.UniqueConstraint("file", "kind", "record", name=op.f("matter_tasks_file_kind_record_key")),
    )
    op.create_index(op.f("matter_tasks_case_id_index"), "matter_tasks", ["case_id"])


def downgrade() -> None:
    op.drop_table("matter_tasks")
    op.drop_column("key_dates", "moved_from")
