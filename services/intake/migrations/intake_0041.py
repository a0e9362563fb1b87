"""The Convention's recovery period is named after the Council of Europe and no longer after the Union.

Its periods, and what was recorded of them, keep their ids: only the code in them changes. Events of earlier times keep
the old code, which is read for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "intake_0041"
down_revision = "intake_0039"
branch_labels = None
depends_on = "mechanism_0021"

OLD, NEW = "EU.COE_RECOVERY_MIN", "COE.RECOVERY_MIN"
_CLOCKS = sa.text(
    "update clocks set code = :after, key = replace(key, concat('/', cast(:before as text), '/'), "
    "concat('/', cast(:after as text), '/')) where code = :before"
)
_FACTS = sa.text(
    "update facts set codes = jsonb_set(codes, '{clock}', to_jsonb(cast(:after as text))) "
    "where codes ->> 'clock' = :before"
)


def upgrade() -> None:
    _rename(OLD, NEW)


def downgrade() -> None:
    _rename(NEW, OLD)


def _rename(before: str, after: str) -> None:
    names = {"before": before, "after": after}
    op.get_bind().execute(_CLOCKS, names)
    op.get_bind().execute(_FACTS, names)
