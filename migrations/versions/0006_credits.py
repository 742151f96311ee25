"""Credits for wrong settlements, their parts that go back by name, and the steps a period went through."""

from alembic import op
import sqlalchemy as sa

import app.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_CHARGED = "(SELECT share_fen FROM settlement WHERE pool_id = NEW.pool_id AND seq = NEW.seq)"
_CREDITED = (
    "(SELECT coalesce(sum(over_fen), 0) FROM credit WHERE pool_id = NEW.pool_id AND seq = NEW.seq "
    "AND state = 'confirmed' AND id <> NEW.id)"
)
_MEMBERS = "(SELECT members FROM settlement WHERE pool_id = NEW.pool_id AND seq = NEW.seq)"
_NAMED = "(SELECT coalesce(named, 0) FROM credit WHERE id = NEW.credit_id)"
_CARRIED = (
    "coalesce((SELECT surplus_after_fen FROM settlement WHERE pool_id = NEW.pool_id AND seq = NEW.seq - 1), 0) "
    "+ NEW.credits_fen"
)

# table, name, verb, what is refused (condition on OLD and NEW; None: always), sentence
GUARDS = (
    ("credit", "stays", "DELETE", None, "a credit is answered, never deleted"),
    (
        "credit",
        "is_answered_once",
        "UPDATE",
        "OLD.state <> 'proposed' OR NEW.pool_id <> OLD.pool_id OR NEW.seq <> OLD.seq OR NEW.members <> OLD.members "
        "OR NEW.over_fen <> OLD.over_fen OR NEW.cause <> OLD.cause OR NEW.reason <> OLD.reason "
        "OR NEW.proposed_by <> OLD.proposed_by OR NEW.proposed_at <> OLD.proposed_at OR NEW.ref <> OLD.ref",
        "a credit is answered once and never edited",
    ),
    ("named_credit", "stays", "DELETE", None, "a part of a credit is carried out, never deleted"),
    (
        "named_credit",
        "is_carried_out_once",
        "UPDATE",
        "OLD.done_at IS NOT NULL OR NEW.credit_id <> OLD.credit_id OR NEW.number <> OLD.number "
        "OR NEW.membership_id <> OLD.membership_id",
        "a part of a credit is carried out once",
    ),
    ("period_step", "stays", "DELETE", None, "what a period went through is added to, never changed"),
    ("period_step", "is_written_once", "UPDATE", None, "what a period went through is added to, never changed"),
)
# The same, where the answer stands in other rows.
LOOKS = (
    ("credit", "is_of_those_charged", "INSERT", f"NEW.members <> {_MEMBERS}", "a credit is for all who were charged"),
    (
        "credit",
        "never_more_than_charged",
        "UPDATE",
        f"NEW.state = 'confirmed' AND {_CREDITED} + NEW.over_fen > {_CHARGED}",
        "more would come back than was charged",
    ),
    ("named_credit", "is_one_of_those_named", "INSERT", f"NEW.number > {_NAMED}", "nobody else was named"),
    (
        "settlement",
        "carries_what_was_left",
        "INSERT",
        f"NEW.surplus_before_fen <> {_CARRIED}",
        "a settlement begins with the surplus of the one before and the credits since",
    ),
)


def upgrade() -> None:
    """Create the tables and what guards them."""
    op.create_table('credit',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('pool_id', app.db.Key(), nullable=False),
    sa.Column('seq', app.db.Whole(), nullable=False),
    sa.Column('members', app.db.Whole(), nullable=False),
    sa.Column('over_fen', app.db.Fen(), nullable=False),
    sa.Column('cause', app.db.Text_(), nullable=False),
    sa.Column('reason', app.db.Text_(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('proposed_by', app.db.Key(), nullable=False),
    sa.Column('proposed_at', app.db.Instant(), nullable=False),
    sa.Column('decided_by', app.db.Key(), nullable=True),
    sa.Column('decided_at', app.db.Instant(), nullable=True),
    sa.Column('entry_id', app.db.Key(), nullable=True),
    sa.Column('named', app.db.Whole(), nullable=True),
    sa.Column('carried_fen', app.db.Fen(), nullable=True),
    sa.Column('from_reserve_fen', app.db.Fen(), nullable=True),
    sa.Column('into_seq', app.db.Whole(), nullable=True),
    sa.CheckConstraint("state IN ('proposed', 'confirmed', 'refused')", name=op.f('ck_credit_state')),
    sa.CheckConstraint("cause IN ('operator', 'rules')", name=op.f('ck_credit_cause')),
    sa.CheckConstraint('over_fen > 0 AND members > 0', name=op.f('ck_credit_something')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_credit_says_why')),
    sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name=op.f('ck_credit_an_answer_has_its_time')),
    sa.CheckConstraint('(decided_at IS NULL) = (decided_by IS NULL)', name=op.f('ck_credit_an_answer_has_its_treasurer')),
    sa.CheckConstraint('decided_by <> proposed_by', name=op.f('ck_credit_two_people')),
    sa.CheckConstraint("(state = 'confirmed') = (entry_id IS NOT NULL) AND (entry_id IS NULL) = (named IS NULL) AND (entry_id IS NULL) = (carried_fen IS NULL) AND (entry_id IS NULL) = (from_reserve_fen IS NULL) AND (entry_id IS NULL) = (into_seq IS NULL)", name=op.f('ck_credit_confirmed_is_booked')),
    sa.CheckConstraint('named >= 0 AND named <= members', name=op.f('ck_credit_named_are_of_those_charged')),
    sa.CheckConstraint('carried_fen = (members - named) * over_fen', name=op.f('ck_credit_the_rest_is_carried')),
    sa.CheckConstraint("from_reserve_fen >= 0 AND from_reserve_fen <= members * over_fen AND (cause = 'rules' OR from_reserve_fen = 0)", name=op.f('ck_credit_the_operator_pays_its_own')),
    sa.CheckConstraint('into_seq > seq', name=op.f('ck_credit_a_later_settlement_is_lowered')),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_credit_decided_by')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_credit_entry_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_credit_pool_id')),
    sa.ForeignKeyConstraint(['pool_id', 'seq'], ['settlement.pool_id', 'settlement.seq'], name='fk_credit_settlement'),
    sa.ForeignKeyConstraint(['proposed_by'], ['account.id'], name=op.f('fk_credit_proposed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_credit_entry_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_credit_ref')),
    sqlite_strict=True
    )
    with op.batch_alter_table('credit', schema=None) as batch_op:
        batch_op.create_index('ix_credit_into', ['pool_id', 'into_seq'], unique=False)
        batch_op.create_index('ix_credit_of_settlement', ['pool_id', 'seq'], unique=False)

    op.create_table('named_credit',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('credit_id', app.db.Key(), nullable=False),
    sa.Column('number', app.db.Whole(), nullable=False),
    sa.Column('membership_id', app.db.Key(), nullable=False),
    sa.Column('done_at', app.db.Instant(), nullable=True),
    sa.Column('into_seq', app.db.Whole(), nullable=True),
    sa.CheckConstraint('number >= 1', name=op.f('ck_named_credit_number')),
    sa.CheckConstraint('into_seq IS NULL OR done_at IS NOT NULL', name=op.f('ck_named_credit_carried_is_done')),
    sa.ForeignKeyConstraint(['credit_id'], ['credit.id'], name=op.f('fk_named_credit_credit_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_named_credit_membership_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_named_credit')),
    sa.UniqueConstraint('credit_id', 'membership_id', name=op.f('uq_named_credit_credit_id_membership_id')),
    sa.UniqueConstraint('credit_id', 'number', name=op.f('uq_named_credit_credit_id_number')),
    sqlite_strict=True
    )
    with op.batch_alter_table('named_credit', schema=None) as batch_op:
        batch_op.create_index('ix_named_credit_membership', ['membership_id'], unique=False)
        batch_op.create_index('ix_named_credit_open', ['credit_id', 'number'], unique=False, sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))

    op.create_table('period_step',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('period_id', app.db.Key(), nullable=False),
    sa.Column('step', app.db.Text_(), nullable=False),
    sa.Column('n', app.db.Whole(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('took_ms', app.db.Whole(), nullable=True),
    sa.CheckConstraint("step IN ('planned', 'settled', 'paid')", name=op.f('ck_period_step_step')),
    sa.CheckConstraint("n >= 1 AND (step = 'paid' OR n = 1)", name=op.f('ck_period_step_number')),
    sa.CheckConstraint("(step = 'settled') = (took_ms IS NOT NULL)", name=op.f('ck_period_step_settled_took_its_time')),
    sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_period_step_period_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_period_step')),
    sa.UniqueConstraint('period_id', 'step', 'n', name=op.f('uq_period_step_period_id_step_n')),
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
    for table, name, verb, refused, sentence in LOOKS:
        if on_sqlite:
            op.execute(
                f"CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} WHEN ({refused}) "
                f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            )
            continue
        op.execute(
            f"CREATE FUNCTION juntan_{table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {refused} THEN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            "RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION juntan_{table}_{name}()"
        )


def downgrade() -> None:
    """Drop them."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, name, *_ in (*GUARDS, *LOOKS):
        op.execute(f"DROP TRIGGER {table}_{name}" + ("" if on_sqlite else f" ON {table}"))
    if not on_sqlite:
        for table, name, *_ in LOOKS:
            op.execute(f"DROP FUNCTION juntan_{table}_{name}()")
    op.drop_table('period_step')
    with op.batch_alter_table('named_credit', schema=None) as batch_op:
        batch_op.drop_index('ix_named_credit_open', sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))
        batch_op.drop_index('ix_named_credit_membership')

    op.drop_table('named_credit')
    with op.batch_alter_table('credit', schema=None) as batch_op:
        batch_op.drop_index('ix_credit_of_settlement')
        batch_op.drop_index('ix_credit_into')

    op.drop_table('credit')
