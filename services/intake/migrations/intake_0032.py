"""Consents, sharings and referrals name agencies of the register, by id: those so far are authorities of the law."""

import sqlalchemy as sa
from alembic import op

from shared.reference import codes, id_of_authority
from shared.store.agency_ids import name_by_code, name_by_id

revision = "intake_0032"
down_revision = "intake_0031"
branch_labels = None
depends_on = None

_TABLES = ("consents", "sharings", "referrals", "referral_steps")
#: What a record said before it was put right.
_WAS = sa.text(
    "update corrections set was = jsonb_set(was::jsonb, '{agency}', to_jsonb(cast(:after as text)))"
    " where was::jsonb ->> 'agency' = :before"
)


def upgrade() -> None:
    for table in _TABLES:
        name_by_id(table)
    op.get_bind().execute(_WAS, [{"before": code, "after": id_} for code, id_ in _ids()])


def downgrade() -> None:
    for table in _TABLES:
        name_by_code(table)
    op.get_bind().execute(_WAS, [{"before": id_, "after": code} for code, id_ in _ids()])


def _ids() -> list[tuple[str, str]]:
    return [(code, str(id_of_authority(code))) for code in codes("authority")]
