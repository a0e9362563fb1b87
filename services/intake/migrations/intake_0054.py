"""The tables of intake at 0.2.0, in one step: `intake_0054.sql`."""

from shared.store import baseline

revision = "intake_0054"
down_revision = None
branch_labels = ("intake",)
depends_on = "mechanism_0035"
#: Earlier migrations. A database that is at one of them is older than 0.2.0, and is refused.
replaces = """
intake_0001 intake_0002 intake_0003 intake_0004 intake_0005 intake_0006 intake_0007 intake_0008
intake_0009 intake_0010 intake_0011 intake_0012 intake_0013 intake_0014 intake_0015 intake_0016
intake_0017 intake_0018 intake_0019 intake_0020 intake_0021 intake_0023 intake_0024 intake_0025
intake_0026 intake_0027 intake_0030 intake_0031 intake_0032 intake_0033 intake_0034 intake_0037
intake_0039 intake_0041 intake_0043 intake_0045 intake_0046 intake_0047 intake_0049 intake_0050
intake_0052 intake_0053
"""


def upgrade() -> None:
    baseline.create(__file__)


def downgrade() -> None:
    baseline.refuse_downgrade(revision)
