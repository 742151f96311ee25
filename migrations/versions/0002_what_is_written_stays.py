"""What is written stays: facts and money are added, never edited, and an index never falls.

The application never does any of this; the triggers are there for the day somebody tries beneath it.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

IMMUTABLE = (
    "journal_entry",
    "posting",
    "deposit",
    "settlement",
    "settlement_award",
    "rule_version",
    "member_terms",
    "pool_terms",
    "acknowledgement",
    "recommendation",
    "decision",
    "claim_step",
    "fact",
    "audit",
    "check_run",
    "period_change",
    "period_approval",
    "payout_return",
)

# table, name, what is refused (condition on OLD and NEW), sentence
GUARDS = (
    ("mail_link", "is_used_once", "OLD.used_at IS NOT NULL AND (NEW.used_at IS NULL OR NEW.used_at <> OLD.used_at)", "a link is used once"),
    ("pool", "index_never_falls", "NEW.index_fen < OLD.index_fen", "the index of a pool never decreases"),
    ("pool", "seq_never_falls", "NEW.seq < OLD.seq", "the number of settlements never decreases"),
    (
        "membership",
        "terms_of_joining_stay",
        "NEW.member_terms_id <> OLD.member_terms_id",
        "what was agreed to at joining stays; newer terms are acknowledged beside it",
    ),
    ("instance", "mode_is_stamped", "NEW.mode <> OLD.mode", "a demo never becomes the real thing"),
    (
        "period",
        "lock_is_frozen",
        "OLD.locked_at IS NOT NULL AND (NEW.locked_at IS NULL OR NEW.locked_at <> OLD.locked_at "
        "OR NEW.members <> OLD.members OR NEW.seq <> OLD.seq OR NEW.pool_terms_id <> OLD.pool_terms_id)",
        "who shares is frozen at the lock",
    ),
    (
        "payout",
        "amount_stays",
        "NEW.amount_fen <> OLD.amount_fen OR NEW.award_id <> OLD.award_id",
        "what a case is owed is settled once",
    ),
    (
        "carry",
        "is_written_once",
        "NEW.award_id <> OLD.award_id OR NEW.from_period_id <> OLD.from_period_id OR NEW.from_number <> OLD.from_number "
        "OR NEW.at <> OLD.at OR (OLD.to_period_id IS NOT NULL "
        "AND (NEW.to_period_id IS NULL OR NEW.to_period_id <> OLD.to_period_id))",
        "a case is carried on once",
    ),
    (
        "funding",
        "is_answered_once",
        "NEW.plan_id <> OLD.plan_id OR NEW.amount_fen <> OLD.amount_fen OR NEW.reference <> OLD.reference "
        "OR NEW.source <> OLD.source OR NEW.recorded_by <> OLD.recorded_by OR OLD.state <> 'recorded'",
        "what was recorded for a reserve is answered once and never edited",
    ),
)

# The balance of an account moves with each posting, in the same statement, whoever writes it.
ADD_TO_BALANCE = (
    "INSERT INTO account_balance (account, slot, net_fen) VALUES (NEW.{account}, {slot}, {amount}) "
    "ON CONFLICT (account, slot) DO UPDATE SET net_fen = account_balance.net_fen + excluded.net_fen"
)
MOVED = (("debit_account", "NEW.amount_fen"), ("credit_account", "-NEW.amount_fen"))

# On PostgreSQL many write at once. Each writer takes a slot that nobody else holds, for as long as its transaction
# lasts: nobody waits for a row of a balance, so nobody waits in a circle. 7222 is the class of these advisory locks.
MOVE_BALANCES = """
CREATE FUNCTION juntan_move_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own integer := 64 + pg_backend_pid();
    tried integer;
BEGIN
    FOR step IN 0..63 LOOP
        tried := (pg_backend_pid() + step) % 64;
        IF pg_try_advisory_xact_lock(7222, tried) THEN
            own := tried;
            EXIT;
        END IF;
    END LOOP;
    {moves}
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    """Create the triggers."""
    if op.get_bind().dialect.name == "sqlite":
        for table in IMMUTABLE:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is added to, never changed'); END"
                )
        for table, name, refused, sentence in GUARDS:
            op.execute(
                f"CREATE TRIGGER {table}_{name} BEFORE UPDATE ON {table} WHEN {refused} "
                f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            )
        moves = " ".join(f"{ADD_TO_BALANCE.format(account=name, slot=0, amount=fen)};" for name, fen in MOVED)
        op.execute(f"CREATE TRIGGER posting_moves_balances AFTER INSERT ON posting BEGIN {moves} END")
        return
    moves = " ".join(f"{ADD_TO_BALANCE.format(account=name, slot='own', amount=fen)};" for name, fen in MOVED)
    op.execute(MOVE_BALANCES.format(moves=moves))
    op.execute(
        "CREATE TRIGGER posting_moves_balances AFTER INSERT ON posting FOR EACH ROW "
        "EXECUTE FUNCTION juntan_move_balances()"
    )
    op.execute(
        "CREATE FUNCTION juntan_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in IMMUTABLE:
        op.execute(
            f"CREATE TRIGGER {table}_is_immutable BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION juntan_refuse('{table} is added to, never changed')"
        )
    for table, name, refused, sentence in GUARDS:
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({refused}) "
            f"EXECUTE FUNCTION juntan_refuse('{sentence}')"
        )


def downgrade() -> None:
    """Drop the triggers."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER posting_moves_balances")
        for table in IMMUTABLE:
            for verb in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_refuses_{verb}")
        for table, name, _, _ in GUARDS:
            op.execute(f"DROP TRIGGER {table}_{name}")
        return
    for table in IMMUTABLE:
        op.execute(f"DROP TRIGGER {table}_is_immutable ON {table}")
    for table, name, _, _ in GUARDS:
        op.execute(f"DROP TRIGGER {table}_{name} ON {table}")
    op.execute("DROP FUNCTION juntan_refuse()")
    op.execute("DROP TRIGGER posting_moves_balances ON posting")
    op.execute("DROP FUNCTION juntan_move_balances()")
