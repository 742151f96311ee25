"""Signals and investigations: notes beside signals, investigators, and what claims and documents are compared by."""

from __future__ import annotations

from alembic import op
import sqlalchemy as sa

import app.db
from migrations import checks, guards
from migrations.guards import Guard

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_OPEN = sa.text("state = 'open'")
_NAMED = sa.text("payee_hash IS NOT NULL")
_STAFF = "role IN ('caseworker', 'treasurer', 'operator', 'auditor'{more})"

GUARDS = (
    Guard("signal_note", "stays", "DELETE", None, "signal_note is added to, never changed"),
    Guard("signal_note", "is_frozen", "UPDATE", None, "signal_note is added to, never changed"),
    Guard("investigation", "stays", "DELETE", None, "an investigation ends, it is never deleted"),
    Guard(
        "investigation",
        "was_agreed_to",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM consent c WHERE c.claim_id = NEW.claim_id AND c.kind = 'investigator' "
        "AND c.withdrawn_at IS NULL)",
        "nothing is investigated without the separate consent of the claimant",
        asks=True,
    ),
    Guard(
        "investigation",
        "is_what_was_asked",
        "UPDATE",
        "NEW.ref <> OLD.ref OR NEW.claim_id <> OLD.claim_id OR NEW.round <> OLD.round "
        "OR NEW.investigator_id <> OLD.investigator_id OR NEW.opened_by <> OLD.opened_by OR NEW.at <> OLD.at "
        "OR NEW.due_on <> OLD.due_on OR NEW.shows_name <> OLD.shows_name "
        "OR NEW.questions_sealed <> OLD.questions_sealed",
        "what was asked of an investigator is never edited",
    ),
    Guard(
        "investigation",
        "ends_once",
        "UPDATE",
        "OLD.state <> 'open'",
        "an investigation that has ended stays as it is",
    ),
    Guard("investigation_document", "stays", "DELETE", None, "investigation_document is never changed"),
    Guard("investigation_document", "is_frozen", "UPDATE", None, "investigation_document is never changed"),
    Guard(
        "investigation_document",
        "is_of_the_claim",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM investigation i JOIN evidence e ON e.claim_id = i.claim_id "
        "WHERE i.id = NEW.investigation_id AND e.id = NEW.evidence_id AND i.state = 'open')",
        "an investigator sees documents of the claim only, chosen when it is opened",
        asks=True,
    ),
    Guard("investigation_paper", "stays", "DELETE", None, "investigation_paper is added to, never changed"),
    Guard("investigation_paper", "is_frozen", "UPDATE", None, "investigation_paper is added to, never changed"),
    Guard("investigation_report", "stays", "DELETE", None, "a report is filed once, never changed"),
    Guard("investigation_report", "is_frozen", "UPDATE", None, "a report is filed once, never changed"),
    Guard(
        "investigation_report",
        "is_the_investigators",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM investigation i WHERE i.id = NEW.investigation_id AND i.claim_id = NEW.claim_id "
        'AND i.state = \'filed\' AND i.investigator_id = NEW."by")',
        "a report is filed by the investigator who was asked, when the investigation ends with it",
        asks=True,
    ),
    Guard("investigation_note", "stays", "DELETE", None, "investigation_note is added to, never changed"),
    Guard("investigation_note", "is_frozen", "UPDATE", None, "investigation_note is added to, never changed"),
)


def upgrade() -> None:
    """Create the tables with their triggers, and the columns."""
    checks.replace("staff_role", "role", _STAFF.format(more=", 'investigator'"))
    op.add_column("claim", sa.Column("payee_hash", app.db.Sealed(), nullable=True))
    op.create_index("ix_claim_payee", "claim", ["payee_hash"], sqlite_where=_NAMED, postgresql_where=_NAMED)
    op.add_column("evidence", sa.Column("made_on_sealed", app.db.Sealed(), nullable=True))
    op.create_table("signal_note",
    sa.Column("id", app.db.Key(), nullable=False),
    sa.Column("claim_id", app.db.Key(), nullable=False),
    sa.Column("kind", app.db.Text_(), nullable=False),
    sa.Column("key", app.db.Text_(), nullable=False),
    sa.Column("by", app.db.Key(), nullable=False),
    sa.Column("at", app.db.Instant(), nullable=False),
    sa.Column("note_sealed", app.db.Sealed(), nullable=True),
    sa.CheckConstraint("kind IN ('same_document', 'soon', 'same_hospital', 'same_payee', 'document_date', 'rule_change')", name=op.f("ck_signal_note_kind")),
    sa.CheckConstraint("note_sealed IS NOT NULL", name=op.f("ck_signal_note_says_something")),
    sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_signal_note_by")),
    sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_signal_note_claim_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_note")),
    sa.UniqueConstraint("claim_id", "key", "by", name=op.f("uq_signal_note_claim_id_key_by")),
    sqlite_strict=True
    )
    op.create_table("investigation",
    sa.Column("id", app.db.Key(), nullable=False),
    sa.Column("ref", app.db.Ref(), nullable=False),
    sa.Column("claim_id", app.db.Key(), nullable=False),
    sa.Column("round", app.db.Whole(), nullable=False),
    sa.Column("investigator_id", app.db.Key(), nullable=False),
    sa.Column("opened_by", app.db.Key(), nullable=False),
    sa.Column("at", app.db.Instant(), nullable=False),
    sa.Column("due_on", app.db.Day(), nullable=False),
    sa.Column("shows_name", app.db.Flag(), nullable=False),
    sa.Column("questions_sealed", app.db.Sealed(), nullable=True),
    sa.Column("state", app.db.Text_(), nullable=False),
    sa.Column("ended_at", app.db.Instant(), nullable=True),
    sa.Column("cause", app.db.Text_(), nullable=True),
    sa.CheckConstraint("state IN ('open', 'filed', 'declined', 'closed')", name=op.f("ck_investigation_state")),
    sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_investigation_ended_has_its_time")),
    sa.CheckConstraint("(state = 'closed') = (cause IS NOT NULL) AND (cause IS NULL OR cause IN ('consent_withdrawn', 'role_ended', 'claim_withdrawn', 'claim_decided', 'called_off'))", name=op.f("ck_investigation_closed_for_a_cause")),
    sa.CheckConstraint("investigator_id <> opened_by", name=op.f("ck_investigation_by_another_person")),
    sa.CheckConstraint("questions_sealed IS NOT NULL", name=op.f("ck_investigation_asks_something")),
    sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_investigation_claim_id")),
    sa.ForeignKeyConstraint(["investigator_id"], ["account.id"], name=op.f("fk_investigation_investigator_id")),
    sa.ForeignKeyConstraint(["opened_by"], ["account.id"], name=op.f("fk_investigation_opened_by")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_investigation")),
    sa.UniqueConstraint("ref", name=op.f("uq_investigation_ref")),
    sa.UniqueConstraint("claim_id", "round", name=op.f("uq_investigation_claim_id_round")),
    sqlite_strict=True
    )
    op.create_index("ix_investigation_one_open", "investigation", ["claim_id"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_investigation_due", "investigation", ["due_on", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_investigation_of_investigator", "investigation", ["investigator_id", "id"])
    op.create_table("investigation_document",
    sa.Column("investigation_id", app.db.Key(), nullable=False),
    sa.Column("evidence_id", app.db.Key(), nullable=False),
    sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_investigation_document_evidence_id")),
    sa.ForeignKeyConstraint(["investigation_id"], ["investigation.id"], name=op.f("fk_investigation_document_investigation_id")),
    sa.PrimaryKeyConstraint("investigation_id", "evidence_id", name=op.f("pk_investigation_document")),
    sqlite_strict=True
    )
    op.create_table("investigation_paper",
    sa.Column("evidence_id", app.db.Key(), nullable=False),
    sa.Column("investigation_id", app.db.Key(), nullable=False),
    sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_investigation_paper_evidence_id")),
    sa.ForeignKeyConstraint(["investigation_id"], ["investigation.id"], name=op.f("fk_investigation_paper_investigation_id")),
    sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_investigation_paper")),
    sqlite_strict=True
    )
    op.create_index("ix_investigation_paper_of_investigation", "investigation_paper", ["investigation_id"])
    op.create_table("investigation_report",
    sa.Column("investigation_id", app.db.Key(), nullable=False),
    sa.Column("claim_id", app.db.Key(), nullable=False),
    sa.Column("by", app.db.Key(), nullable=False),
    sa.Column("at", app.db.Instant(), nullable=False),
    sa.Column("done_sealed", app.db.Sealed(), nullable=True),
    sa.Column("found_sealed", app.db.Sealed(), nullable=True),
    sa.CheckConstraint("done_sealed IS NOT NULL AND found_sealed IS NOT NULL", name=op.f("ck_investigation_report_says_both")),
    sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_investigation_report_by")),
    sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_investigation_report_claim_id")),
    sa.ForeignKeyConstraint(["investigation_id"], ["investigation.id"], name=op.f("fk_investigation_report_investigation_id")),
    sa.PrimaryKeyConstraint("investigation_id", name=op.f("pk_investigation_report")),
    sqlite_strict=True
    )
    op.create_table("investigation_note",
    sa.Column("id", app.db.Key(), nullable=False),
    sa.Column("investigation_id", app.db.Key(), nullable=False),
    sa.Column("claim_id", app.db.Key(), nullable=False),
    sa.Column("kind", app.db.Text_(), nullable=False),
    sa.Column("by", app.db.Key(), nullable=False),
    sa.Column("at", app.db.Instant(), nullable=False),
    sa.Column("text_sealed", app.db.Sealed(), nullable=True),
    sa.CheckConstraint("kind IN ('declined', 'called_off', 'shared', 'answer')", name=op.f("ck_investigation_note_kind")),
    sa.CheckConstraint("text_sealed IS NOT NULL", name=op.f("ck_investigation_note_says_something")),
    sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_investigation_note_by")),
    sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_investigation_note_claim_id")),
    sa.ForeignKeyConstraint(["investigation_id"], ["investigation.id"], name=op.f("fk_investigation_note_investigation_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_investigation_note")),
    sa.UniqueConstraint("investigation_id", "kind", name=op.f("uq_investigation_note_investigation_id_kind")),
    sqlite_strict=True
    )
    guards.stand(GUARDS)


def downgrade() -> None:
    """Drop them; appointments of investigators go with the role."""
    guards.fall(GUARDS)
    for table in (
        "investigation_note", "investigation_report", "investigation_paper", "investigation_document", "investigation",
        "signal_note",
    ):
        op.drop_table(table)
    op.drop_column("evidence", "made_on_sealed")
    op.drop_index("ix_claim_payee", "claim")
    op.drop_column("claim", "payee_hash")
    op.execute("DELETE FROM staff_role WHERE role = 'investigator'")
    checks.replace("staff_role", "role", _STAFF.format(more=""))
