"""Matters' files: their team, barriers, steps, key dates and documents; parties, and conflict checks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "legal_0010"
down_revision = "legal_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "matter_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("court_stage", sa.String(), nullable=True),
        sa.Column("remedy", sa.String(), nullable=True),
        sa.Column("claim", sa.Uuid(), nullable=True, comment="the claim that the case's own file shows"),
        sa.Column("privilege", sa.String(), nullable=False),
        sa.Column("opening", sa.String(), nullable=False),
        sa.Column("rejection", sa.String(), nullable=True),
        sa.Column("responsible", sa.Uuid(), nullable=True, comment="null: nobody who may see it is left"),
        sa.Column("deputy", sa.Uuid(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=True, comment="for whom it was opened; null: not known"),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("matter_files_pkey")),
    )
    op.create_index(op.f("matter_files_agency_index"), "matter_files", ["agency"])
    op.create_index(op.f("matter_files_case_id_index"), "matter_files", ["case_id"])
    op.create_table(
        "matter_members",
        sa.Column("file", sa.Uuid(), nullable=False),
        sa.Column("member", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("file", "member", name=op.f("matter_members_pkey")),
    )
    op.create_index(op.f("matter_members_case_id_index"), "matter_members", ["case_id"])
    op.create_index(op.f("matter_members_member_index"), "matter_members", ["member"])
    op.create_table(
        "matter_barriers",
        sa.Column("file", sa.Uuid(), nullable=False),
        sa.Column("member", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("file", "member", name=op.f("matter_barriers_pkey")),
    )
    op.create_index(op.f("matter_barriers_case_id_index"), "matter_barriers", ["case_id"])
    op.create_table(
        "matter_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("now", sa.String(), nullable=True, comment="what it came to: a stage, a decision, an outcome"),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("matter_steps_pkey")),
    )
    op.create_index(op.f("matter_steps_case_id_index"), "matter_steps", ["case_id"])
    op.create_index(op.f("matter_steps_file_index"), "matter_steps", ["file"])
    op.create_table(
        "key_dates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("unclear", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=True, comment="another than whoever recorded it"),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("proof", sa.LargeBinary(), nullable=True, comment="sealed"),
        sa.PrimaryKeyConstraint("id", name=op.f("key_dates_pkey")),
    )
    op.create_index(op.f("key_dates_case_id_index"), "key_dates", ["case_id"])
    op.create_index(op.f("key_dates_file_index"), "key_dates", ["file"])
    op.create_table(
        "matter_documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("matter_documents_pkey")),
    )
    op.create_index(op.f("matter_documents_case_id_index"), "matter_documents", ["case_id"])
    op.create_index(op.f("matter_documents_file_index"), "matter_documents", ["file"])
    op.create_table(
        "matter_parties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("names", sa.LargeBinary(), nullable=False, comment="sealed"),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("matter_parties_pkey")),
    )
    op.create_index(op.f("matter_parties_case_id_index"), "matter_parties", ["case_id"])
    op.create_index(op.f("matter_parties_file_index"), "matter_parties", ["file"])
    op.create_table(
        "conflict_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=True, comment="the party or the adviser that was added"),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.String(), nullable=True, comment="null: it has not been made yet"),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("conflict_checks_pkey")),
    )
    op.create_index(op.f("conflict_checks_case_id_index"), "conflict_checks", ["case_id"])
    op.create_index(op.f("conflict_checks_file_index"), "conflict_checks", ["file"])
    op.create_table(
        "conflict_hits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conflict_check", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("other_case", sa.Uuid(), nullable=False),
        sa.Column("other_file", sa.Uuid(), nullable=False),
        sa.Column("other_role", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("alike", sa.String(), nullable=False),
        sa.Column("advisers", postgresql.ARRAY(sa.Uuid()), nullable=False, comment="who works on both, or did"),
        sa.PrimaryKeyConstraint("id", name=op.f("conflict_hits_pkey")),
    )
    op.create_index(op.f("conflict_hits_case_id_index"), "conflict_hits", ["case_id"])
    op.create_index(op.f("conflict_hits_conflict_check_index"), "conflict_hits", ["conflict_check"])
    op.create_index(op.f("conflict_hits_other_case_index"), "conflict_hits", ["other_case"])


def downgrade() -> None:
    op.drop_table("conflict_hits")
    op.drop_table("conflict_checks")
    op.drop_table("matter_parties")
    op.drop_table("matter_documents")
    op.drop_table("key_dates")
    op.drop_table("matter_steps")
    op.drop_table("matter_barriers")
    op.drop_table("matter_members")
    op.drop_table("matter_files")
