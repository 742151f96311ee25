"""Documented costs: bills, and payouts in several parts that never exceed what was approved."""

from alembic import op
import sqlalchemy as sa

import app.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# table, name, verb, what is refused (condition on OLD and NEW; None: always), sentence
GUARDS = (
    ("bill", "stays", "DELETE", None, "a bill is decided or withdrawn, never deleted"),
    (
        "bill",
        "is_what_was_handed_in",
        "UPDATE",
        "NEW.ref <> OLD.ref OR NEW.claim_id <> OLD.claim_id OR NEW.bill_hash <> OLD.bill_hash OR NEW.day <> OLD.day "
        "OR NEW.incurred_fen <> OLD.incurred_fen OR NEW.paid_by_others_fen <> OLD.paid_by_others_fen "
        "OR NEW.at <> OLD.at",
        "what was handed in is never edited",
    ),
    ("bill_step", "stays", "DELETE", None, "bill_step is added to, never changed"),
    ("bill_step", "is_frozen", "UPDATE", None, "bill_step is added to, never changed"),
    ("bills_closed", "stays", "DELETE", None, "bills_closed is added to, never changed"),
    ("bills_closed", "is_frozen", "UPDATE", None, "bills_closed is added to, never changed"),
    (
        "award",
        "is_what_was_asked",
        "UPDATE",
        "NEW.amount_fen <> OLD.amount_fen OR NEW.claim_id <> OLD.claim_id",
        "an award moves to another period, its amount stays",
    ),
)

# What all parts of a claim come to, those that were taken out of their period before the settlement left aside,
# against what was approved last.
TOO_MUCH = (
    "NEW.amount_fen + COALESCE((SELECT SUM(part.amount_fen) FROM award part WHERE part.claim_id = NEW.claim_id "
    "AND NOT EXISTS (SELECT 1 FROM removal JOIN published_case ON removal.case_id = published_case.id "
    "WHERE published_case.award_id = part.id)), 0) "
    "> COALESCE((SELECT decision.amount_fen FROM decision WHERE decision.claim_id = NEW.claim_id "
    "AND decision.verdict = 'approve' ORDER BY decision.id DESC LIMIT 1), 0)"
)
ALONE = (
    "NEW.move IN ('accept', 'refuse') AND NEW.\"by\" = COALESCE((SELECT earlier.\"by\" FROM bill_step earlier "
    "WHERE earlier.bill_id = NEW.bill_id AND earlier.move IN ('recommend_acceptance', 'recommend_refusal') "
    "ORDER BY earlier.id DESC LIMIT 1), NEW.\"by\")"
)
# table, name, what is refused (it asks other rows, so PostgreSQL needs a function), sentence
ASKING = (
    ("award", "is_within_what_was_approved", TOO_MUCH, "the parts of a claim never exceed what was approved"),
    ("bill_step", "needs_two_people", ALONE, "whoever recommended a bill does not decide it"),
)


def upgrade() -> None:
    """Create the tables with their triggers."""
    op.create_table('bill',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('claim_id', app.db.Key(), nullable=False),
    sa.Column('bill_hash', app.db.Sealed(), nullable=False),
    sa.Column('hospital_sealed', app.db.Sealed(), nullable=True),
    sa.Column('number_sealed', app.db.Sealed(), nullable=True),
    sa.Column('day', app.db.Day(), nullable=False),
    sa.Column('incurred_fen', app.db.Fen(), nullable=False),
    sa.Column('paid_by_others_fen', app.db.Fen(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('award_id', app.db.Key(), nullable=True),
    sa.CheckConstraint("award_id IS NULL OR state IN ('accepted', 'withdrawn', 'submitted')", name=op.f('ck_bill_counted_was_good')),
    sa.CheckConstraint('incurred_fen > 0 AND paid_by_others_fen >= 0', name=op.f('ck_bill_amounts_not_negative')),
    sa.CheckConstraint('incurred_fen > paid_by_others_fen', name=op.f('ck_bill_something_is_left')),
    sa.CheckConstraint("state IN ('submitted', 'judged', 'accepted', 'refused', 'withdrawn')", name=op.f('ck_bill_state')),
    sa.ForeignKeyConstraint(['award_id'], ['award.id'], name=op.f('fk_bill_award_id')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_bill_claim_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bill')),
    sa.UniqueConstraint('ref', name=op.f('uq_bill_ref')),
    sqlite_strict=True
    )
    live = sa.text("state IN ('submitted', 'judged', 'accepted')")
    to_judge = sa.text("state IN ('submitted', 'judged')")
    uncounted = sa.text("state = 'accepted' AND award_id IS NULL")
    op.create_index('ix_bill_of_claim', 'bill', ['claim_id', 'id'])
    op.create_index('ix_bill_counts_once', 'bill', ['bill_hash'], unique=True, sqlite_where=live, postgresql_where=live)
    op.create_index('ix_bill_same', 'bill', ['bill_hash'])
    op.create_index('ix_bill_to_judge', 'bill', ['state', 'at'], sqlite_where=to_judge, postgresql_where=to_judge)
    op.create_index('ix_bill_uncounted', 'bill', ['claim_id'], sqlite_where=uncounted, postgresql_where=uncounted)
    op.create_index('ix_bill_of_award', 'bill', ['award_id'])
    op.create_table('bill_step',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('bill_id', app.db.Key(), nullable=False),
    sa.Column('claim_id', app.db.Key(), nullable=False),
    sa.Column('move', app.db.Text_(), nullable=False),
    sa.Column('by', app.db.Key(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('clause', app.db.Text_(), nullable=False),
    sa.Column('reason_sealed', app.db.Sealed(), nullable=True),
    sa.CheckConstraint("move IN ('recommend_acceptance', 'recommend_refusal', 'accept', 'refuse', 'withdraw', 'take_back_part', 'reopen')", name=op.f('ck_bill_step_move')),
    sa.CheckConstraint("move NOT IN ('recommend_refusal', 'refuse') OR (clause <> '' AND reason_sealed IS NOT NULL)", name=op.f('ck_bill_step_refusal_says_why')),
    sa.ForeignKeyConstraint(['bill_id'], ['bill.id'], name=op.f('fk_bill_step_bill_id')),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_bill_step_by')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_bill_step_claim_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bill_step')),
    sqlite_strict=True
    )
    op.create_index('ix_bill_step_of_bill', 'bill_step', ['bill_id', 'id'])
    op.create_table('bill_paper',
    sa.Column('evidence_id', app.db.Key(), nullable=False),
    sa.Column('bill_id', app.db.Key(), nullable=False),
    sa.ForeignKeyConstraint(['bill_id'], ['bill.id'], name=op.f('fk_bill_paper_bill_id')),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_bill_paper_evidence_id')),
    sa.PrimaryKeyConstraint('evidence_id', name=op.f('pk_bill_paper')),
    sqlite_strict=True
    )
    op.create_index('ix_bill_paper_of_bill', 'bill_paper', ['bill_id'])
    op.create_table('bills_closed',
    sa.Column('claim_id', app.db.Key(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('by', app.db.Key(), nullable=True),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_bills_closed_by')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_bills_closed_claim_id')),
    sa.PrimaryKeyConstraint('claim_id', name=op.f('pk_bills_closed')),
    sqlite_strict=True
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, name, verb, refused, sentence in GUARDS:
        when = f"WHEN ({refused}) " if refused else ""
        deed = (
            f"{when}BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            if on_sqlite
            else f"FOR EACH ROW {when}EXECUTE FUNCTION juntan_refuse('{sentence}')"
        )
        op.execute(f"CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} {deed}")
    for table, name, refused, sentence in ASKING:
        if on_sqlite:
            op.execute(
                f"CREATE TRIGGER {table}_{name} BEFORE INSERT ON {table} WHEN {refused} "
                f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            )
            continue
        op.execute(
            f"CREATE FUNCTION juntan_{table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {refused} THEN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            "RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE INSERT ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION juntan_{table}_{name}()"
        )


def downgrade() -> None:
    """Drop them."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, name, *_ in (*GUARDS, *ASKING):
        op.execute(f"DROP TRIGGER {table}_{name}" + ("" if on_sqlite else f" ON {table}"))
    if not on_sqlite:
        for table, name, *_ in ASKING:
            op.execute(f"DROP FUNCTION juntan_{table}_{name}()")
    for table in ("bills_closed", "bill_paper", "bill_step", "bill"):
        op.drop_table(table)
