"""The tables of support at 0.2.0, in one step: `support_0017.sql`."""

from shared.store import baseline

revision = "support_0017"
down_revision = None
branch_labels = ("support",)
depends_on = "mechanism_0035"
#: Earlier migrations. A database that is at one of them is older than 0.2.0, and is refused.
replaces = """
support_0001 support_0002 support_0003 support_0004 support_0005 support_0006 support_0007 support_0008
support_0009 support_0010 support_0011 support_0012 support_0013 support_0014 support_0015 support_0016
"""


def upgrade() -> None:
    baseline.create(__file__)


def downgrade() -> None:
    baseline.refuse_downgrade(revision)
