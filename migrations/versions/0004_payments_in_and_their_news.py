"""Payments recorded by hand, and what a payment service tells us."""

from alembic import op
import sqlalchemy as sa

import app.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# table, name, verb, what is refused (condition on OLD and NEW; None: always), sentence
GUARDS = (
    ("transfer_by_hand", "stays", "DELETE", None, "a recorded transfer is rejected, never deleted"),
    (
        "transfer_by_hand",
        "is_what_was_recorded",
        "UPDATE",
        "NEW.ref <> OLD.ref OR NEW.bank_reference <> OLD.bank_reference OR NEW.custody <> OLD.custody "
        "OR NEW.written <> OLD.written OR NEW.amount_fen <> OLD.amount_fen OR NEW.banked_on <> OLD.banked_on "
        "OR NEW.recorded_by <> OLD.recorded_by OR NEW.recorded_at <> OLD.recorded_at "
        "OR COALESCE(NEW.asked_fen, 0) <> COALESCE(OLD.asked_fen, 0) "
        "OR OLD.decided_by IS NOT NULL AND (NEW.decided_by <> OLD.decided_by OR NEW.decided_at <> OLD.decided_at) "
        "OR OLD.entry_id IS NOT NULL AND NEW.entry_id <> OLD.entry_id",
        "what was recorded of a transfer is never edited",
    ),
    (
        "transfer_by_hand",
        "moves_on",
        "UPDATE",
        "OLD.state NOT IN ('recorded', 'held') OR (OLD.state = 'recorded' AND NEW.state IN ('placed', 'sent_back')) "
        "OR (OLD.state = 'held' AND NEW.state NOT IN ('placed', 'sent_back'))",
        "a transfer is answered once, and placed or sent back once",
    ),
    ("delivery", "stays", "DELETE", None, "what we were told is never deleted"),
    (
        "delivery",
        "moves_on_once",
        "UPDATE",
        "OLD.outcome <> 'waiting' OR NEW.outcome = 'waiting' OR NEW.told_id <> OLD.told_id OR NEW.type <> OLD.type "
        "OR NEW.reference <> OLD.reference OR NEW.amount_fen <> OLD.amount_fen OR NEW.reason <> OLD.reason "
        "OR NEW.told_at <> OLD.told_at OR NEW.received_at <> OLD.received_at OR NEW.digest <> OLD.digest "
        "OR NEW.moved_on_at IS NULL",
        "what we were told stays; only what waited moves on, once",
    ),
    ("delivery_contradiction", "stays", "DELETE", None, "a contradiction is kept"),
    ("delivery_contradiction", "is_frozen", "UPDATE", None, "a contradiction is kept"),
    ("delivery_look", "stays", "DELETE", None, "what was said about news is added to, never changed"),
    ("delivery_look", "is_frozen", "UPDATE", None, "what was said about news is added to, never changed"),
)


def upgrade() -> None:
    """Create the tables with their triggers."""
    op.create_table('delivery',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('told_id', app.db.Text_(), nullable=False),
    sa.Column('type', app.db.Text_(), nullable=False),
    sa.Column('reference', app.db.Text_(), nullable=False),
    sa.Column('amount_fen', app.db.Fen(), nullable=False),
    sa.Column('reason', app.db.Text_(), nullable=False),
    sa.Column('told_at', app.db.Instant(), nullable=False),
    sa.Column('received_at', app.db.Instant(), nullable=False),
    sa.Column('digest', app.db.Sealed(), nullable=False),
    sa.Column('outcome', app.db.Text_(), nullable=False),
    sa.Column('why', app.db.Text_(), nullable=False),
    sa.Column('moved_on_at', app.db.Instant(), nullable=True),
    sa.CheckConstraint("(outcome = 'waiting') = (moved_on_at IS NULL)", name=op.f('ck_delivery_what_waits_has_not_moved_on')),
    sa.CheckConstraint("(outcome = 'applied') = (why = '')", name=op.f('ck_delivery_what_was_not_applied_says_why')),
    sa.CheckConstraint("outcome IN ('applied', 'no_change', 'waiting', 'to_be_looked_at')", name=op.f('ck_delivery_outcome')),
    sa.CheckConstraint("reason IN ('account_unknown', 'account_closed', 'name_differs', 'other')", name=op.f('ck_delivery_reason')),
    sa.CheckConstraint("told_id <> ''", name=op.f('ck_delivery_has_its_name')),
    sa.CheckConstraint("type IN ('payment.received', 'payment.failed', 'payment.reversed', 'payout.paid', 'payout.failed', 'payout.returned', 'refund.paid', 'refund.failed', 'refund.returned')", name=op.f('ck_delivery_type')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_delivery_something')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery')),
    sa.UniqueConstraint('told_id', name=op.f('uq_delivery_told_id')),
    sqlite_strict=True
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index('ix_delivery_of_reference', ['reference', 'id'], unique=False)
        batch_op.create_index('ix_delivery_open', ['outcome', 'id'], unique=False, sqlite_where=sa.text("outcome IN ('waiting', 'to_be_looked_at')"), postgresql_where=sa.text("outcome IN ('waiting', 'to_be_looked_at')"))

    op.create_table('delivery_contradiction',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('delivery_id', app.db.Key(), nullable=False),
    sa.Column('digest', app.db.Sealed(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_delivery_contradiction_delivery_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_contradiction')),
    sa.UniqueConstraint('delivery_id', 'digest', name=op.f('uq_delivery_contradiction_delivery_id_digest')),
    sqlite_strict=True
    )
    op.create_table('delivery_look',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('delivery_id', app.db.Key(), nullable=False),
    sa.Column('by', app.db.Key(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('said', app.db.Text_(), nullable=False),
    sa.CheckConstraint("said <> ''", name=op.f('ck_delivery_look_says_what_was_done')),
    sa.ForeignKeyConstraint(['by'], ['account.id'], name=op.f('fk_delivery_look_by')),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_delivery_look_delivery_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_look')),
    sqlite_strict=True
    )
    with op.batch_alter_table('delivery_look', schema=None) as batch_op:
        batch_op.create_index('ix_delivery_look_of', ['delivery_id'], unique=False)

    op.create_table('transfer_by_hand',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('bank_reference', app.db.Text_(), nullable=False),
    sa.Column('custody', app.db.Text_(), nullable=False),
    sa.Column('written', app.db.Text_(), nullable=False),
    sa.Column('amount_fen', app.db.Fen(), nullable=False),
    sa.Column('asked_fen', app.db.Fen(), nullable=True),
    sa.Column('banked_on', app.db.Day(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('recorded_by', app.db.Key(), nullable=False),
    sa.Column('recorded_at', app.db.Instant(), nullable=False),
    sa.Column('decided_by', app.db.Key(), nullable=True),
    sa.Column('decided_at', app.db.Instant(), nullable=True),
    sa.Column('reason', app.db.Text_(), nullable=False),
    sa.Column('payment_id', app.db.Key(), nullable=True),
    sa.Column('entry_id', app.db.Key(), nullable=True),
    sa.Column('closed_by', app.db.Key(), nullable=True),
    sa.Column('closed_at', app.db.Instant(), nullable=True),
    sa.Column('sent_reference', app.db.Text_(), nullable=True),
    sa.CheckConstraint("(state = 'recorded') = (decided_at IS NULL)", name=op.f('ck_transfer_by_hand_an_answer_has_its_time')),
    sa.CheckConstraint("(state = 'rejected') = (reason <> '')", name=op.f('ck_transfer_by_hand_rejected_for_a_reason')),
    sa.CheckConstraint("(state = 'sent_back') = (sent_reference IS NOT NULL)", name=op.f('ck_transfer_by_hand_sent_back_has_its_reference')),
    sa.CheckConstraint("(state IN ('confirmed', 'placed')) = (payment_id IS NOT NULL)", name=op.f('ck_transfer_by_hand_booked_as_a_payment')),
    sa.CheckConstraint("(state IN ('held', 'placed', 'sent_back')) = (entry_id IS NOT NULL)", name=op.f('ck_transfer_by_hand_held_is_booked')),
    sa.CheckConstraint("(state IN ('placed', 'sent_back')) = (closed_at IS NOT NULL)", name=op.f('ck_transfer_by_hand_a_close_has_its_time')),
    sa.CheckConstraint("bank_reference <> ''", name=op.f('ck_transfer_by_hand_the_bank_names_it')),
    sa.CheckConstraint("state IN ('recorded', 'confirmed', 'held', 'rejected', 'placed', 'sent_back')", name=op.f('ck_transfer_by_hand_state')),
    sa.CheckConstraint('(closed_at IS NULL) = (closed_by IS NULL)', name=op.f('ck_transfer_by_hand_a_close_has_its_treasurer')),
    sa.CheckConstraint('(decided_at IS NULL) = (decided_by IS NULL)', name=op.f('ck_transfer_by_hand_an_answer_has_its_treasurer')),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_transfer_by_hand_something')),
    sa.CheckConstraint('asked_fen > 0', name=op.f('ck_transfer_by_hand_asked_for_something')),
    sa.CheckConstraint('closed_by <> decided_by', name=op.f('ck_transfer_by_hand_two_people_again')),
    sa.CheckConstraint('decided_by <> recorded_by', name=op.f('ck_transfer_by_hand_two_people')),
    sa.ForeignKeyConstraint(['closed_by'], ['account.id'], name=op.f('fk_transfer_by_hand_closed_by')),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_transfer_by_hand_decided_by')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk_transfer_by_hand_entry_id')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_transfer_by_hand_payment_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['account.id'], name=op.f('fk_transfer_by_hand_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfer_by_hand')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_transfer_by_hand_entry_id')),
    sa.UniqueConstraint('payment_id', name=op.f('uq_transfer_by_hand_payment_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_transfer_by_hand_ref')),
    sa.UniqueConstraint('sent_reference', name=op.f('uq_transfer_by_hand_sent_reference')),
    sqlite_strict=True
    )
    with op.batch_alter_table('transfer_by_hand', schema=None) as batch_op:
        batch_op.create_index('ix_transfer_by_hand_once', ['bank_reference'], unique=True, sqlite_where=sa.text("state <> 'rejected'"), postgresql_where=sa.text("state <> 'rejected'"))
        batch_op.create_index('ix_transfer_by_hand_open', ['state', 'id'], unique=False, sqlite_where=sa.text("state IN ('recorded', 'held')"), postgresql_where=sa.text("state IN ('recorded', 'held')"))
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, name, verb, refused, sentence in GUARDS:
        when = f"WHEN ({refused}) " if refused else ""
        deed = (
            f"{when}BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            if on_sqlite
            else f"FOR EACH ROW {when}EXECUTE FUNCTION juntan_refuse('{sentence}')"
        )
        op.execute(f"CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} {deed}")


def downgrade() -> None:
    """Drop them."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, name, *_ in GUARDS:
        op.execute(f"DROP TRIGGER {table}_{name}" + ("" if on_sqlite else f" ON {table}"))
    with op.batch_alter_table('transfer_by_hand', schema=None) as batch_op:
        batch_op.drop_index('ix_transfer_by_hand_open')
        batch_op.drop_index('ix_transfer_by_hand_once')

    op.drop_table('transfer_by_hand')
    with op.batch_alter_table('delivery_look', schema=None) as batch_op:
        batch_op.drop_index('ix_delivery_look_of')

    op.drop_table('delivery_look')
    op.drop_table('delivery_contradiction')
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index('ix_delivery_open')
        batch_op.drop_index('ix_delivery_of_reference')

    op.drop_table('delivery')
