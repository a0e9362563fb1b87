"""On which grounds agencies may have something of a person, from the consents and sharings that stand."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0045"
down_revision = "intake_0043"
branch_labels = None
depends_on = "mechanism_0035"

# For no work with the person: figures, registers and the press.
_OTHERS = ["research_statistics", "national_register", "media"]
_CONSENTS = sa.text(
    "insert into agency_grounds (id, case_id, kind, agency, data_categories, since, until)"
    " select consent.id, consent.case_id, 'consent', consent.agency, consent.data_categories, consent.granted_on,"
    " consent.expires_on from consents as consent"
    " where consent.withdrawn_on is null and consent.taken_back_at is null"
    " and not consent.purposes <@ cast(:others as text[])"
    " and not exists (select from consent_asked_anew as asked"
    " where asked.case_id = consent.case_id and asked.since > consent.granted_on)"
)
_SHARINGS = sa.text(
    "insert into agency_grounds (id, case_id, kind, agency, data_categories, since, until)"
    " select sharing.id, sharing.case_id, 'sharing', sharing.agency, sharing.data_categories, null, sharing.until"
    " from sharings as sharing where sharing.state in ('acting', 'in_force')"
    " and not sharing.purpose = any(cast(:others as text[]))"
)


def upgrade() -> None:
    op.execute(_CONSENTS.bindparams(others=_OTHERS))
    op.execute(_SHARINGS.bindparams(others=_OTHERS))


def downgrade() -> None:
    op.execute(sa.text("delete from agency_grounds"))
