"""Which agency held a session of outreach, and whose case it was that its whole team has left.

What was there before is of no known agency, and shown as until now.
"""

import sqlalchemy as sa
from alembic import op

revision = "intake_0043"
down_revision = "intake_0041"
branch_labels = None
depends_on = None

_HELD_BY = "for which it was held; null: of who recorded it none is known"
_LEFT_BY = "the agency of who was last on its team, while nobody is; null: not known. A trigger notes it"
_FUNCTION = """
    create or replace function note_team() returns trigger language plpgsql as $$
    begin
        -- Of two who leave at one time, the second looks once the first has left.
        perform from cases where id = coalesce(new.case_id, old.case_id) for no key update;
        if tg_op = 'INSERT' then
            update cases set has_team = true{taken} where id = new.case_id and not has_team;
        else
            update cases set has_team = false{left} where id = old.case_id
                and not exists (select from case_team where case_team.case_id = old.case_id);
        end if;
        return null;
    end $$
"""
_LEFT = """, left_by = (
                select nullif(staff.agency, '00000000-0000-0000-0000-000000000000') from staff
                where staff.id = old.member
            )"""


def upgrade() -> None:
    op.add_column("outreach_sessions", sa.Column("agency", sa.Uuid(), comment=_HELD_BY))
    op.add_column("cases", sa.Column("left_by", sa.Uuid(), comment=_LEFT_BY))
    op.execute(_FUNCTION.format(taken=", left_by = null", left=_LEFT))


def downgrade() -> None:
    op.execute(_FUNCTION.format(taken="", left=""))
    op.drop_column("cases", "left_by")
    op.drop_column("outreach_sessions", "agency")
