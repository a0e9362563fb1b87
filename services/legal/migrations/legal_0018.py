"""Help at hearings, privilege that is waived, what authorities owe, and advice of which no case is kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "legal_0018"
down_revision = "legal_0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hearing_help",
        sa.Column("id", sa.Uuid(), nullable=False, comment="names neither the hearing nor its matter"),
        sa.Column("hearing", sa.Uuid(), nullable=False),
        sa.Column("file", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("arrangement", sa.String(), nullable=False),
        sa.Column("needed_on", sa.Date(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("hearing_help_pkey")),
        sa.UniqueConstraint("hearing", "arrangement", name=op.f("hearing_help_hearing_arrangement_key")),
    )
    op.create_index(op.f("hearing_help_file_index"), "hearing_help", ["file"])
    op.create_index(op.f("hearing_help_case_id_index"), "hearing_help", ["case_id"])
    op.create_table(
        "brief_advice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=True, comment="for which it was given; null: none is known"),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("topics", ARRAY(sa.TEXT()), nullable=False),
        sa.Column("funding", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("interpreter", sa.Boolean(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("brief_advice_pkey")),
    )
    op.create_index(op.f("brief_advice_agency_index"), "brief_advice", ["agency"])
    for table, column in (
        (
            "hearings",
            sa.Column("interpreter_language", sa.String(), comment="or dialect; null: none is needed, or not known"),
        ),
        ("matter_files", sa.Column("privilege_waived_on", sa.Date(), comment="by the person, who alone can")),
        (
            "matter_members",
            sa.Column("privilege", sa.String(), comment="of what they are told; null: as the matter's"),
        ),
        (
            "matter_documents",
            sa.Column(
                "unclear",
                sa.Boolean(),
                server_default=sa.false(),
                nullable=False,
                comment="the day follows from a law, as we read it",
            ),
        ),
    ):
        op.add_column(table, column)


def downgrade() -> None:
    for table, column in (
        ("matter_documents", "unclear"),
        ("matter_members", "privilege"),
        ("matter_files", "privilege_waived_on"),
        ("hearings", "interpreter_language"),
    ):
        op.drop_column(table, column)
    op.drop_table("brief_advice")
    op.drop_table("hearing_help")
