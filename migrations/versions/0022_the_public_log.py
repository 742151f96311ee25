"""The public log: facts that wait for their number, entries, tiles, signed checkpoints."""

from __future__ import annotations

from alembic import op
import sqlalchemy as sa

import app.db
from migrations import guards
from migrations.guards import Guard

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_GROWN = "log_entry is added to, never changed"
_SIGNED = "what was signed stays"
_BEGUN = "whose log it is stays"

GUARDS = (
    Guard("log_entry", "stays", "DELETE", None, _GROWN),
    Guard("log_entry", "is_frozen", "UPDATE", None, _GROWN),
    Guard(
        "log_entry",
        "has_no_gap",
        "INSERT",
        "NEW.number > 0 AND NOT EXISTS (SELECT 1 FROM log_entry e WHERE e.number = NEW.number - 1)",
        "entries are numbered without a gap",
        asks=True,
    ),
    Guard("log_fingerprint", "stays", "DELETE", None, _GROWN),
    Guard("log_fingerprint", "is_frozen", "UPDATE", None, _GROWN),
    Guard("log_tile", "stays", "DELETE", None, "a tile is never taken away"),
    Guard(
        "log_tile",
        "only_grows",
        "UPDATE",
        "NEW.level <> OLD.level OR NEW.number <> OLD.number OR length(NEW.hashes) < length(OLD.hashes) "
        "OR substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes",
        "a tile only grows, at its end",
    ),
    Guard("checkpoint", "stays", "DELETE", None, _SIGNED),
    Guard("checkpoint", "is_frozen", "UPDATE", None, _SIGNED),
    Guard(
        "checkpoint",
        "only_grows",
        "INSERT",
        "EXISTS (SELECT 1 FROM checkpoint c WHERE c.size >= NEW.size)",
        "a checkpoint never goes backwards",
        asks=True,
    ),
    Guard(
        "checkpoint",
        "is_what_is_there",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM log_entry e WHERE e.number = NEW.size - 1) "
        "OR EXISTS (SELECT 1 FROM log_entry e WHERE e.number >= NEW.size) "
        "OR NOT EXISTS (SELECT 1 FROM log_tile t WHERE t.level = 0 AND t.number = (NEW.size - 1) / 256 "
        "AND length(t.hashes) = 32 * ((NEW.size - 1) % 256 + 1))",
        "a checkpoint is signed over entries and tiles that are there",
        asks=True,
    ),
    Guard("log_identity", "stays", "DELETE", None, _BEGUN),
    Guard("log_identity", "is_frozen", "UPDATE", None, _BEGUN),
    Guard("log_key", "stays", "DELETE", None, _BEGUN),
    Guard("log_key", "is_frozen", "UPDATE", None, _BEGUN),
)


def upgrade() -> None:
    """Create the tables with their triggers; every fact there is waits for its number."""
    op.create_table("fact_waiting",
    sa.Column("fact_id", app.db.Key(), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(["fact_id"], ["fact.id"], name=op.f("fk_fact_waiting_fact_id")),
    sa.PrimaryKeyConstraint("fact_id", name=op.f("pk_fact_waiting")),
    sqlite_strict=True
    )
    op.create_table("log_entry",
    sa.Column("number", app.db.Key(), autoincrement=False, nullable=False),
    sa.Column("fact_id", app.db.Key(), nullable=False),
    sa.Column("leaf_hash", app.db.Sealed(), nullable=False),
    sa.CheckConstraint("number >= 0", name=op.f("ck_log_entry_number")),
    sa.CheckConstraint("length(leaf_hash) = 32", name=op.f("ck_log_entry_leaf_hash")),
    sa.ForeignKeyConstraint(["fact_id"], ["fact.id"], name=op.f("fk_log_entry_fact_id")),
    sa.PrimaryKeyConstraint("number", name=op.f("pk_log_entry")),
    sa.UniqueConstraint("fact_id", name=op.f("uq_log_entry_fact_id")),
    sqlite_strict=True
    )
    op.create_table("log_fingerprint",
    sa.Column("fingerprint", app.db.Sealed(), nullable=False),
    sa.Column("number", app.db.Key(), autoincrement=False, nullable=False),
    sa.CheckConstraint("length(fingerprint) = 32", name=op.f("ck_log_fingerprint_fingerprint")),
    sa.ForeignKeyConstraint(["number"], ["log_entry.number"], name=op.f("fk_log_fingerprint_number")),
    sa.PrimaryKeyConstraint("fingerprint", "number", name=op.f("pk_log_fingerprint")),
    sqlite_strict=True
    )
    op.create_table("log_tile",
    sa.Column("level", app.db.Whole(), autoincrement=False, nullable=False),
    sa.Column("number", app.db.Key(), autoincrement=False, nullable=False),
    sa.Column("hashes", app.db.Sealed(), nullable=False),
    sa.CheckConstraint("level >= 0 AND level <= 7 AND number >= 0", name=op.f("ck_log_tile_place")),
    sa.CheckConstraint("length(hashes) > 0 AND length(hashes) <= 8192 AND length(hashes) % 32 = 0", name=op.f("ck_log_tile_width")),
    sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_log_tile")),
    sqlite_strict=True
    )
    op.create_table("checkpoint",
    sa.Column("size", app.db.Key(), autoincrement=False, nullable=False),
    sa.Column("root", app.db.Sealed(), nullable=False),
    sa.Column("note", app.db.Text_(), nullable=False),
    sa.Column("at", app.db.Instant(), nullable=False),
    sa.CheckConstraint("size > 0", name=op.f("ck_checkpoint_size")),
    sa.CheckConstraint("length(root) = 32", name=op.f("ck_checkpoint_root")),
    sa.PrimaryKeyConstraint("size", name=op.f("pk_checkpoint")),
    sqlite_strict=True
    )
    op.create_table("log_identity",
    sa.Column("id", app.db.Key(), autoincrement=False, nullable=False),
    sa.Column("origin", app.db.Text_(), nullable=False),
    sa.Column("at", app.db.Instant(), nullable=False),
    sa.CheckConstraint("id = 1", name=op.f("ck_log_identity_single")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_log_identity")),
    sqlite_strict=True
    )
    op.create_table("log_key",
    sa.Column("id", app.db.Key(), nullable=False),
    sa.Column("vkey", app.db.Text_(), nullable=False),
    sa.Column("at", app.db.Instant(), nullable=False),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_log_key")),
    sa.UniqueConstraint("vkey", name=op.f("uq_log_key_vkey")),
    sqlite_strict=True
    )
    op.execute("INSERT INTO fact_waiting (fact_id) SELECT id FROM fact")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER fact_waits AFTER INSERT ON fact "
            "BEGIN INSERT INTO fact_waiting (fact_id) VALUES (NEW.id); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION juntan_fact_waits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "INSERT INTO fact_waiting (fact_id) VALUES (NEW.id); RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER fact_waits AFTER INSERT ON fact FOR EACH ROW EXECUTE FUNCTION juntan_fact_waits()"
        )
    guards.stand(GUARDS)


def downgrade() -> None:
    """Drop them; the facts stay, as they were before they had numbers."""
    guards.fall(GUARDS)
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("DROP TRIGGER fact_waits" + ("" if on_sqlite else " ON fact"))
    if not on_sqlite:
        op.execute("DROP FUNCTION juntan_fact_waits()")
    for table in ("log_key", "log_identity", "checkpoint", "log_tile", "log_fingerprint", "log_entry", "fact_waiting"):
        op.drop_table(table)
