"""The tables of legal at 0.2.0, in one step: `legal_0018.sql`."""

from shared.store import baseline

revision = "legal_0018"
down_revision = None
branch_labels = ("legal",)
depends_on = "mechanism_0035"
#: Earlier migrations. A database that is at one of them is older than 0.2.0, and is refused.
replaces = """
legal_0001 legal_0002 legal_0003 legal_0004 legal_0005 legal_0006 legal_0007 legal_0008
legal_0009 legal_0010 legal_0011 legal_0012 legal_0013 legal_0014 legal_0015 legal_0016
legal_0017
"""


def upgrade() -> None:
    baseline.create(__file__)


def downgrade() -> None:
    baseline.refuse_downgrade(revision)
