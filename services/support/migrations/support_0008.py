"""The ladder of an alert has a step between the team's supervisors and all there are: those of the case's agency.

An alert that is open keeps its times: what was told to every supervisor, or is to be, is so still.
"""

from alembic import op

revision = "support_0008"
down_revision = "support_0007"
branch_labels = None
depends_on = "mechanism_0021"


def upgrade() -> None:
    op.execute("update alerts set level = level + 1 where level >= 2")
    op.execute("update timers set name = 'alert@4' where name = 'alert@3'")
    op.execute("update timers set name = 'alert@3' where name = 'alert@2'")


def downgrade() -> None:
    op.execute("delete from timers where name = 'alert@2'")
    op.execute("update timers set name = 'alert@2' where name = 'alert@3'")
    op.execute("update timers set name = 'alert@3' where name = 'alert@4'")
    op.execute("update alerts set level = level - 1 where level >= 2")
