"""The tables that every service has at 0.2.0, in one step: `mechanism_0035.sql`."""

from shared.store import baseline

revision = "mechanism_0035"
down_revision = None
branch_labels = ("mechanism",)
depends_on = None
#: Earlier migrations. A database at one of them is older than 0.2.0, and is refused.
replaces = """
mechanism_0001 mechanism_0002 mechanism_0003 mechanism_0004 mechanism_0005 mechanism_0006 mechanism_0007 mechanism_0008
mechanism_0009 mechanism_0010 mechanism_0011 mechanism_0012 mechanism_0013 mechanism_0014 mechanism_0015 mechanism_0016
mechanism_0017 mechanism_0018 mechanism_0019 mechanism_0020 mechanism_0021 mechanism_0025 mechanism_0026 mechanism_0027
mechanism_0028 mechanism_0029 mechanism_0031 mechanism_0033 mechanism_0034
"""


def upgrade() -> None:
    baseline.create(__file__)


def downgrade() -> None:
    baseline.refuse_downgrade(revision)
