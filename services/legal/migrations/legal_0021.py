"""Notes can belong to a matter file, and undecided certain conflicts are published.

Existing notes belong to no file.
"""

import sqlalchemy as sa
from alembic import op

revision = "legal_0021"
down_revision = "legal_0020"
branch_labels = None
depends_on = None

#: The column is new, so the index has no entries: creating it reads the table once.
SMALL = ("notes",)


def upgrade() -> None:
    op.add_column("notes", sa.Column("file", sa.Uuid(), comment="of the matter that it belongs to; null: to none"))
    op.create_index(op.f("notes_file_index"), "notes", ["file"])
    op.execute("""
        insert into timers (owner, name, due_at)
        select case_id, 'conflict_found@' || id, coalesce((select now from test_clock), now())
        from conflict_checks where result = 'conflict' and answer is null
    """)


def downgrade() -> None:
    op.execute("delete from timers where name like 'conflict_found@%' or name like 'conflict_late@%'")
    op.drop_index(op.f("notes_file_index"), "notes")
    op.drop_column("notes", "file")
