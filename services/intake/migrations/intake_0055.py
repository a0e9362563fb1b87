"""Changes that give staff access wait for a second person. Existing entries count as confirmed, and are listed once."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0055"
down_revision = "intake_0054"
branch_labels = None
depends_on = "mechanism_0036"

_MOMENT = sa.DateTime(timezone=True)
#: Each row is listed to data protection, who have one notice of all of them.
_REGISTRATIONS = """
    insert into staff_proposals (id, member, kind, state, proposed_by, proposed_at)
    select gen_random_uuid(), member, 'registration', 'taken_over', registered_by, registered_at
    from staff_records where left_at is null
"""
_SIGN_INS = """
    insert into staff_proposals (id, member, kind, state)
    select gen_random_uuid(), member, 'change', 'taken_over' from (select distinct member from staff_sign_ins) known
"""
_SUPERVISIONS = """
    insert into staff_proposals (id, member, supervisor, kind, state)
    select gen_random_uuid(), member, supervisor, 'supervision', 'taken_over' from supervisions
"""
_NOTICE = """
    insert into notices (id, kind, member, reason, at, role)
    select gen_random_uuid(), 'staff_taken_over', '00000000-0000-0000-0000-000000000000', 'upgrade', now(),
        'data_protection_officer'
    where exists (select 1 from staff_proposals)
"""


def upgrade() -> None:
    op.create_table(
        "staff_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("supervisor", sa.Uuid(), nullable=True, comment="of a supervision: who would supervise the member"),
        sa.Column(
            "stated",
            sa.LargeBinary(),
            nullable=True,
            comment="sealed: what would be stored; null once it was answered",
        ),
        sa.Column("proposed_by", sa.Uuid(), nullable=True, comment="null: not known, of what was there at an upgrade"),
        sa.Column("proposed_at", _MOMENT, nullable=True),
        sa.Column("lapses_at", _MOMENT, nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("staff_proposals_pkey")),
    )
    op.create_index("staff_proposals_member_index", "staff_proposals", ["member"])
    op.create_index(
        "staff_proposals_waiting_index",
        "staff_proposals",
        ["lapses_at"],
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "staff_codes",
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the code"),
        sa.Column("issued_by", sa.Uuid(), nullable=False, comment="the staff id of who ran the command"),
        sa.Column("issued_at", _MOMENT, nullable=False, comment="real time"),
        sa.Column("ends_at", _MOMENT, nullable=False, comment="real time"),
        sa.Column("used_at", _MOMENT, nullable=True, comment="real time"),
        sa.PrimaryKeyConstraint("digest", name=op.f("staff_codes_pkey")),
    )
    take_over()


def take_over() -> None:
    """List what is there already, and notify data protection of it if there is anything."""
    for statement in (_REGISTRATIONS, _SIGN_INS, _SUPERVISIONS, _NOTICE):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("staff_codes")
    op.drop_index("staff_proposals_waiting_index", table_name="staff_proposals")
    op.drop_index("staff_proposals_member_index", table_name="staff_proposals")
    op.drop_table("staff_proposals")
