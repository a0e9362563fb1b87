"""Who the members of staff are, sealed; by which sign-ins they are known; and who was the first of a role."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0034"
down_revision = "intake_0033"
branch_labels = None
depends_on = "mechanism_0029"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "staff_records",
        sa.Column("member", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), comment="sealed; null once it was forgotten"),
        sa.Column("address", sa.LargeBinary(), comment="sealed: a mail address or a telephone number"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("registered_at", _MOMENT, nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("left_at", _MOMENT),
        sa.Column("left_by", sa.Uuid(), comment="who recorded that they left"),
        sa.Column("successor", sa.Uuid(), comment="who has their cases since then"),
        sa.PrimaryKeyConstraint("member", name=op.f("staff_records_pkey")),
    )
    op.create_table(
        "staff_sign_ins",
        sa.Column("digest", sa.String(), nullable=False, comment="of issuer and subject, keyed"),
        sa.Column("member", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="issuer and subject"),
        sa.PrimaryKeyConstraint("digest", name=op.f("staff_sign_ins_pkey")),
    )
    op.create_index("staff_sign_ins_member_index", "staff_sign_ins", ["member"])
    op.create_table(
        "staff_firsts",
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("member", sa.Uuid(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("role", name=op.f("staff_firsts_pkey")),
    )


def downgrade() -> None:
    op.drop_table("staff_firsts")
    op.drop_table("staff_sign_ins")
    op.drop_table("staff_records")
