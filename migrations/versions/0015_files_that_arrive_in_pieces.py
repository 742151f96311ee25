"""Files that arrive in pieces."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db
from migrations import guards
from migrations.guards import Guard

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

GUARDS = (
    Guard(
        "arrival",
        "ended_stays_ended",
        "UPDATE",
        "NEW.state <> OLD.state AND (OLD.state IN ('kept', 'dropped') OR (OLD.state = 'refused' AND NEW.state <> 'dropped') "
        "OR (OLD.state = 'checking' AND NEW.state = 'arriving'))",
        "a file that has arrived, was refused or was dropped does not begin again",
    ),
    Guard(
        "arrival",
        "only_grows",
        "UPDATE",
        "NEW.received_bytes < OLD.received_bytes",
        "what has arrived is not taken away again",
    ),
    Guard(
        "arrival",
        "is_one_file",
        "UPDATE",
        "NEW.ref <> OLD.ref OR NEW.account_id <> OLD.account_id OR NEW.claim_id <> OLD.claim_id "
        "OR NEW.kind <> OLD.kind OR NEW.size_bytes <> OLD.size_bytes",
        "an arrival is one file for one line of one claim",
    ),
    Guard("arrival_piece", "is_written_once", "UPDATE", None, "a piece is written once"),
    Guard(
        "arrival_piece",
        "follows_the_last",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM arrival WHERE arrival.id = NEW.arrival_id AND arrival.state IN ('arriving', 'checking') "
        "AND arrival.received_bytes = NEW.start_bytes + NEW.size_bytes)",
        "a piece begins where the last one ended",
        asks=True,
    ),
)


def upgrade() -> None:
    """Create both tables with their triggers."""
    op.create_table('arrival',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=False),
    sa.Column('claim_id', app.db.Key(), nullable=False),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('name_sealed', app.db.Sealed(), nullable=True),
    sa.Column('modified_ms', app.db.Whole(), nullable=True),
    sa.Column('size_bytes', app.db.Whole(), nullable=False),
    sa.Column('received_bytes', app.db.Whole(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('problem', app.db.Record(), nullable=True),
    sa.Column('wrapped_key', app.db.Sealed(), nullable=True),
    sa.Column('evidence_id', app.db.Key(), nullable=True),
    sa.Column('created_at', app.db.Instant(), nullable=False),
    sa.Column('expires_at', app.db.Instant(), nullable=True),
    sa.Column('ended_at', app.db.Instant(), nullable=True),
    sa.CheckConstraint("state IN ('arriving', 'checking', 'kept', 'refused', 'dropped')", name=op.f('ck_arrival_state')),
    sa.CheckConstraint("size_bytes > 0", name=op.f('ck_arrival_not_empty')),
    sa.CheckConstraint("received_bytes >= 0 AND received_bytes <= size_bytes", name=op.f('ck_arrival_never_more_than_announced')),
    sa.CheckConstraint("state NOT IN ('checking', 'kept') OR received_bytes = size_bytes", name=op.f('ck_arrival_checked_when_whole')),
    sa.CheckConstraint("(state IN ('arriving', 'checking')) = (wrapped_key IS NOT NULL)", name=op.f('ck_arrival_a_key_while_it_comes')),
    sa.CheckConstraint("(state = 'arriving') = (expires_at IS NOT NULL)", name=op.f('ck_arrival_it_has_its_time')),
    sa.CheckConstraint("(state IN ('kept', 'refused', 'dropped')) = (ended_at IS NOT NULL)", name=op.f('ck_arrival_ended_at_an_instant')),
    sa.CheckConstraint("(state IN ('kept', 'dropped')) = (name_sealed IS NULL)", name=op.f('ck_arrival_the_name_goes_with_it')),
    sa.CheckConstraint("(state = 'refused') = (problem IS NOT NULL)", name=op.f('ck_arrival_refused_for_a_reason')),
    sa.CheckConstraint("(state = 'kept') = (evidence_id IS NOT NULL)", name=op.f('ck_arrival_kept_as_a_document')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_arrival_account_id')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_arrival_claim_id')),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_arrival_evidence_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_arrival')),
    sa.UniqueConstraint('evidence_id', name=op.f('uq_arrival_evidence_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_arrival_ref')),
    sqlite_strict=True
    )
    shown = sa.text("state IN ('arriving', 'checking', 'refused')")
    under_way = sa.text("state IN ('arriving', 'checking')")
    op.create_index('ix_arrival_of_claim', 'arrival', ['claim_id', 'id'], sqlite_where=shown, postgresql_where=shown)
    op.create_index('ix_arrival_of_account', 'arrival', ['account_id'], sqlite_where=under_way, postgresql_where=under_way)
    op.create_index('ix_arrival_expires', 'arrival', ['expires_at'], sqlite_where=under_way, postgresql_where=under_way)
    op.create_table('arrival_piece',
    sa.Column('arrival_id', app.db.Key(), nullable=False),
    sa.Column('number', app.db.Whole(), nullable=False),
    sa.Column('start_bytes', app.db.Whole(), nullable=False),
    sa.Column('size_bytes', app.db.Whole(), nullable=False),
    sa.Column('object', app.db.Text_(), nullable=False),
    sa.CheckConstraint("number >= 1 AND number <= 2000", name=op.f('ck_arrival_piece_so_many_pieces')),
    sa.CheckConstraint("start_bytes >= 0 AND size_bytes > 0", name=op.f('ck_arrival_piece_a_piece_of_something')),
    sa.ForeignKeyConstraint(['arrival_id'], ['arrival.id'], name=op.f('fk_arrival_piece_arrival_id')),
    sa.PrimaryKeyConstraint('arrival_id', 'number', name=op.f('pk_arrival_piece')),
    sa.UniqueConstraint('object', name=op.f('uq_arrival_piece_object')),
    sqlite_strict=True
    )
    guards.stand(GUARDS)


def downgrade() -> None:
    """Drop both tables with what they hold."""
    for guard in GUARDS:
        if guard.asks:
            guards.fall((guard,))
    op.drop_table('arrival_piece')
    op.drop_table('arrival')
