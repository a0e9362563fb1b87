"""Indexes by which the periods that are on a list are found, however many are over, and a case's facts of a kind."""

import sqlalchemy as sa
from alembic import op

revision = "mechanism_0033"
down_revision = "mechanism_0031"
branch_labels = None
depends_on = None

_OPEN = "state in ('undated', 'running', 'paused', 'doubtful', 'missed', 'passed', 'reached')"

_FACTS = ("facts", "heard_facts")


def upgrade() -> None:
    op.create_index("clocks_open_index", "clocks", ["subject", "due_on"], postgresql_where=sa.text(_OPEN))
    for table in _FACTS:
        op.drop_index(f"{table}_case_id_index", table_name=table)
        op.create_index(f"{table}_case_id_index", table, ["case_id", "kind"])
    of_rights = sa.text("starts_with(code, 'PRIV.')")
    op.create_index("clocks_of_rights_index", "clocks", ["due_on"], postgresql_where=of_rights)


def downgrade() -> None:
    op.drop_index("clocks_of_rights_index", table_name="clocks")
    for table in _FACTS:
        op.drop_index(f"{table}_case_id_index", table_name=table)
        op.create_index(f"{table}_case_id_index", table, ["case_id"])
    op.drop_index("clocks_open_index", table_name="clocks")
