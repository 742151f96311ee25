"""Closing a plan: the announcement and what follows from it, and what is left in the end."""

from alembic import op
import sqlalchemy as sa

import app.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# table, name, verb, what is refused (condition on OLD and NEW; None: always), sentence
GUARDS = (
    ("closing", "stays", "DELETE", None, "a closing is taken back in the open, never deleted"),
    (
        "closing",
        "says_what_was_announced",
        "UPDATE",
        "NEW.plan_id <> OLD.plan_id OR NEW.closing_day <> OLD.closing_day OR NEW.reason <> OLD.reason "
        "OR NEW.proposed_by <> OLD.proposed_by OR NEW.proposed_at <> OLD.proposed_at "
        "OR (OLD.announced_at IS NOT NULL AND (NEW.announced_at IS NULL OR NEW.announced_at <> OLD.announced_at "
        "OR NEW.announced_by <> OLD.announced_by)) "
        "OR (OLD.run_off_at IS NOT NULL AND (NEW.run_off_at IS NULL OR NEW.run_off_at <> OLD.run_off_at "
        "OR NEW.held <> OLD.held OR NEW.held_entry_id <> OLD.held_entry_id))",
        "what was announced stays as it was said",
    ),
    (
        "closing",
        "is_over_once",
        "UPDATE",
        "OLD.stage IN ('closed', 'dropped', 'taken_back') AND NEW.stage <> OLD.stage",
        "a closing that is over stays over",
    ),
    ("closing_remainder", "stays", "DELETE", None, "what was recorded of a remainder stays"),
    (
        "closing_remainder",
        "is_answered_once",
        "UPDATE",
        "NEW.closing_id <> OLD.closing_id OR NEW.amount_fen <> OLD.amount_fen "
        "OR NEW.from_surplus_fen <> OLD.from_surplus_fen OR NEW.recipient <> OLD.recipient "
        "OR NEW.reference <> OLD.reference OR NEW.recorded_by <> OLD.recorded_by OR OLD.state <> 'recorded'",
        "what was recorded of a remainder is answered once and never edited",
    ),
)

RUN_OFF_ALONE = "NEW.members = 0 AND NOT (SELECT run_off FROM period WHERE id = NEW.period_id)"
"""Nobody shares in the settlement of a run-off, and of no other."""
SENTENCE = "only the claims of a run-off are settled while nobody shares"


def upgrade() -> None:
    """Create both tables with their triggers."""
    op.create_table('closing',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('plan_id', app.db.Key(), nullable=False),
    sa.Column('stage', app.db.Text_(), nullable=False),
    sa.Column('closing_day', app.db.Day(), nullable=False),
    sa.Column('reason', app.db.Text_(), nullable=False),
    sa.Column('proposed_by', app.db.Key(), nullable=False),
    sa.Column('proposed_at', app.db.Instant(), nullable=False),
    sa.Column('announced_by', app.db.Key(), nullable=True),
    sa.Column('announced_at', app.db.Instant(), nullable=True),
    sa.Column('ended_by', app.db.Key(), nullable=True),
    sa.Column('ended_at', app.db.Instant(), nullable=True),
    sa.Column('end_reason', app.db.Text_(), nullable=False),
    sa.Column('run_off_at', app.db.Instant(), nullable=True),
    sa.Column('held', app.db.Record(), nullable=True),
    sa.Column('held_entry_id', app.db.Key(), nullable=True),
    sa.Column('closed_at', app.db.Instant(), nullable=True),
    sa.CheckConstraint("(stage = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_closing_closed_has_its_time')),
    sa.CheckConstraint("(stage IN ('dropped', 'taken_back')) = (ended_at IS NOT NULL)", name=op.f('ck_closing_over_has_its_time')),
    sa.CheckConstraint("(stage IN ('proposed', 'dropped')) = (announced_at IS NULL)", name=op.f('ck_closing_announced_has_its_time')),
    sa.CheckConstraint("(stage IN ('run_off', 'remainder', 'closed')) = (run_off_at IS NOT NULL)", name=op.f('ck_closing_run_off_has_its_time')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_closing_says_why')),
    sa.CheckConstraint("stage <> 'taken_back' OR end_reason <> ''", name=op.f('ck_closing_taking_back_says_why')),
    sa.CheckConstraint("stage IN ('proposed', 'announced', 'last_period', 'run_off', 'remainder', 'closed', 'dropped', 'taken_back')", name=op.f('ck_closing_stage')),
    sa.CheckConstraint('(announced_at IS NULL) = (announced_by IS NULL)', name=op.f('ck_closing_announced_has_its_person')),
    sa.CheckConstraint('(ended_at IS NULL) = (ended_by IS NULL)', name=op.f('ck_closing_over_has_its_person')),
    sa.CheckConstraint('(run_off_at IS NULL) = (held IS NULL)', name=op.f('ck_closing_run_off_knows_what_was_held')),
    sa.CheckConstraint('(run_off_at IS NULL) = (held_entry_id IS NULL)', name=op.f('ck_closing_run_off_knows_since_when')),
    sa.CheckConstraint('announced_by <> proposed_by', name=op.f('ck_closing_two_people')),
    sa.ForeignKeyConstraint(['announced_by'], ['account.id'], name=op.f('fk_closing_announced_by')),
    sa.ForeignKeyConstraint(['ended_by'], ['account.id'], name=op.f('fk_closing_ended_by')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_closing_plan_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['account.id'], name=op.f('fk_closing_proposed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_closing')),
    sa.UniqueConstraint('ref', name=op.f('uq_closing_ref')),
    sqlite_strict=True
    )
    op.create_index('ix_closing_one_a_plan', 'closing', ['plan_id'], unique=True, sqlite_where=sa.text("stage NOT IN ('dropped', 'taken_back')"), postgresql_where=sa.text("stage NOT IN ('dropped', 'taken_back')"))
    op.create_table('closing_remainder',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('closing_id', app.db.Key(), nullable=False),
    sa.Column('amount_fen', app.db.Fen(), nullable=False),
    sa.Column('from_surplus_fen', app.db.Fen(), nullable=False),
    sa.Column('from_reserve_fen', app.db.Fen(), nullable=False),
    sa.Column('recipient', app.db.Text_(), nullable=False),
    sa.Column('reference', app.db.Text_(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('recorded_by', app.db.Key(), nullable=False),
    sa.Column('recorded_at', app.db.Instant(), nullable=False),
    sa.Column('decided_by', app.db.Key(), nullable=True),
    sa.Column('decided_at', app.db.Instant(), nullable=True),
    sa.Column('entry_id', app.db.Key(), nullable=True),
    sa.CheckConstraint("(state = 'confirmed') = (entry_id IS NOT NULL)", name=op.f('ck_closing_remainder_confirmed_is_booked')),
    sa.CheckConstraint("(state = 'recorded') = (decided_at IS NULL)", name=op.f('ck_closing_remainder_an_answer_has_its_time')),
    sa.CheckConstraint("recipient <> ''", name=op.f('ck_closing_remainder_goes_to_somebody')),
    sa.CheckConstraint("state IN ('recorded', 'confirmed', 'refused')", name=op.f('ck_closing_remainder_state')),
    sa.CheckConstraint('(decided_at IS NULL) = (decided_by IS NULL)', name=op.f('ck_closing_remainder_an_answer_has_its_treasurer')),
    sa.CheckConstraint('amount_fen = from_surplus_fen + from_reserve_fen', name=op.f('ck_closing_remainder_amount_is_its_parts')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_closing_remainder_something')),
    sa.CheckConstraint('decided_by <> recorded_by', name=op.f('ck_closing_remainder_two_people')),
    sa.CheckConstraint('from_surplus_fen >= 0 AND from_reserve_fen >= 0', name=op.f('ck_closing_remainder_parts_not_negative')),
    sa.ForeignKeyConstraint(['closing_id'], ['closing.id'], name=op.f('fk_closing_remainder_closing_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_closing_remainder_decided_by')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_closing_remainder_entry_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['account.id'], name=op.f('fk_closing_remainder_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_closing_remainder')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_closing_remainder_entry_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_closing_remainder_ref')),
    sa.UniqueConstraint('reference', name=op.f('uq_closing_remainder_reference')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_closing_remainder_closing_id'), 'closing_remainder', ['closing_id'], unique=False)
    op.create_index('ix_closing_remainder_waiting', 'closing_remainder', ['closing_id'], unique=True, sqlite_where=sa.text("state = 'recorded'"), postgresql_where=sa.text("state = 'recorded'"))
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, name, verb, refused, sentence in GUARDS:
        when = f"WHEN ({refused}) " if refused else ""
        deed = (
            f"{when}BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            if on_sqlite
            else f"FOR EACH ROW {when}EXECUTE FUNCTION juntan_refuse('{sentence}')"
        )
        op.execute(f"CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} {deed}")
    if on_sqlite:
        op.execute(
            f"CREATE TRIGGER settlement_has_members BEFORE INSERT ON settlement WHEN {RUN_OFF_ALONE} "
            f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION juntan_settlement_has_members() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {RUN_OFF_ALONE} THEN RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER settlement_has_members BEFORE INSERT ON settlement FOR EACH ROW "
        "EXECUTE FUNCTION juntan_settlement_has_members()"
    )


def downgrade() -> None:
    """Drop them."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, name, *_ in GUARDS:
        op.execute(f"DROP TRIGGER {table}_{name}" + ("" if on_sqlite else f" ON {table}"))
    op.execute("DROP TRIGGER settlement_has_members" + ("" if on_sqlite else " ON settlement"))
    if not on_sqlite:
        op.execute("DROP FUNCTION juntan_settlement_has_members()")
    op.drop_table("closing_remainder")
    op.drop_table("closing")
