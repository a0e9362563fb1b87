"""The tables of a key database at 0.2.0, in one step: `keys_0003.sql`."""

from shared.store import baseline

revision = "keys_0003"
down_revision = None
branch_labels = ("keys",)
depends_on = None
#: Earlier migrations. A database at one of them is older than 0.2.0, and is refused.
replaces = """
keys_0001 keys_0002
"""


def upgrade() -> None:
    baseline.create(__file__)


def downgrade() -> None:
    baseline.refuse_downgrade(revision)
