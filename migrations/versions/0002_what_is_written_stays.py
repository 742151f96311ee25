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
    "recommendation",
    "decision",
    "claim_step",
    "fact",
    "audit",
)

# table, name, what is refused (condition on OLD and NEW), sentence
GUARDS = (
    ("mail_link", "is_used_once", "OLD.used_at IS NOT NULL AND (NEW.used_at IS NULL OR NEW.used_at <> OLD.used_at)", "a link is used once"),
    ("pool", "index_never_falls", "NEW.index_fen < OLD.index_fen", "the index of a pool never decreases"),
    ("pool", "seq_never_falls", "NEW.seq < OLD.seq", "the number of settlements never decreases"),
    ("instance", "mode_is_stamped", "NEW.mode <> OLD.mode", "a demo never becomes the real thing"),
    (
        "period",
        "lock_is_frozen",
        "OLD.locked_at IS NOT NULL AND (NEW.locked_at IS NULL OR NEW.locked_at <> OLD.locked_at "
        "OR NEW.members <> OLD.members OR NEW.seq <> OLD.seq OR NEW.pool_terms_id <> OLD.pool_terms_id)",
        "who shares is frozen at the lock",
    ),
)


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
        return
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
