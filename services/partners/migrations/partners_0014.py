"""The tables of partners at 0.2.0, in one step: `partners_0014.sql`."""

from shared.store import baseline

revision = "partners_0014"
down_revision = None
branch_labels = ("partners",)
# 0.2.0 has three heads: this one, `partners_0011` and `mechanism_0035`. None depends on another.
depends_on = None
#: Earlier migrations. A database that is at one of them is older than 0.2.0, and is refused.
replaces = """
partners_0001 partners_0002 partners_0004 partners_0005 partners_0007 partners_0008 partners_0009 partners_0010
partners_0012 partners_0013
"""


def upgrade() -> None:
    baseline.create(__file__)


def downgrade() -> None:
    baseline.refuse_downgrade(revision)
