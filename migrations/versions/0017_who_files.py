"""Who files: in which capacity a claim is made, at which hospital, and on whose word money of the dead goes on."""

from alembic import op
import sqlalchemy as sa

import app.db
from migrations.guards import Guard, fall, stand

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_MAY_FILE = (
    "NEW.account_id <> (SELECT membership.account_id FROM membership WHERE membership.id = NEW.membership_id) "
    "AND NOT EXISTS (SELECT 1 FROM report JOIN membership ON membership.identity_hash = report.identity_hash "
    "WHERE report.id = NEW.filer_report_id AND membership.id = NEW.membership_id "
    "AND report.account_id = NEW.account_id AND report.state = 'confirmed' AND report.revoked_at IS NULL)"
)
_FILED = "a claim is with the owner of its membership, or with a relative whose proof was confirmed"

GUARDS = (
    Guard("claim", "begins_with_who_may_file", "INSERT", _MAY_FILE, _FILED, asks=True),
    Guard("claim", "goes_to_who_may_file", "UPDATE OF account_id, filer_report_id", _MAY_FILE, _FILED, asks=True),
    Guard(
        "report",
        "is_taken_back_once",
        "UPDATE",
        "OLD.revoked_at IS NOT NULL AND (NEW.revoked_at IS NULL OR NEW.revoked_at <> OLD.revoked_at "
        "OR NEW.revoked_by <> OLD.revoked_by OR NEW.revoked_reason <> OLD.revoked_reason)",
        "a confirmation that was taken back stays so",
    ),
    Guard("payee_change", "stays", "DELETE", None, "who named which account is kept"),
    Guard(
        "payee_change",
        "is_what_was_named",
        "UPDATE",
        "NEW.ref <> OLD.ref OR NEW.claim_id <> OLD.claim_id OR NEW.account_sealed <> OLD.account_sealed "
        "OR NEW.named_by <> OLD.named_by OR NEW.named_at <> OLD.named_at OR OLD.state <> 'asked'",
        "an account that was named is answered once, never edited",
    ),
)


def upgrade() -> None:
    """Add the columns with their laws, fill them for claims that are there, and create the table and the triggers."""
    _add("report", "revoked_at", app.db.Instant)
    _add("report", "revoked_by", app.db.Key, _refers("report", "revoked_by", "account"),
         _law("report", "taken_back_has_time_and_person", "(revoked_at IS NULL) = (revoked_by IS NULL)"),
         _law("report", "who_confirmed_does_not_take_back", "revoked_by <> decided_by"))
    _add("report", "revoked_reason", app.db.Text_, "NOT NULL DEFAULT ''",
         _law("report", "taken_back_says_why",
              "revoked_at IS NULL OR (state = 'confirmed' AND revoked_reason <> '')"))
    _death_is_known_once("kind = 'death' AND state = 'confirmed' AND revoked_at IS NULL")
    _add("claim", "filer", app.db.Text_, "DEFAULT 'self'",
         _law("claim", "filer", "filer IN ('self', 'guardian', 'relative')"),
         _law("claim", "submitted_names_its_filer", "state IN ('draft', 'withdrawn') OR filer IS NOT NULL"))
    _add("claim", "filer_report_id", app.db.Key, _refers("claim", "filer_report_id", "report"),
         _law("claim", "a_report_makes_a_relative", "filer_report_id IS NULL OR filer = 'relative'"))
    _add("claim", "hospital_sealed", app.db.Sealed)
    _add("claim", "hospital_hash", app.db.Sealed,
         _law("claim", "a_hospital_is_sealed_and_keyed", "(hospital_sealed IS NULL) = (hospital_hash IS NULL)"))
    hospital, rests = sa.text("hospital_hash IS NOT NULL"), sa.text("filer_report_id IS NOT NULL")
    op.create_index('ix_claim_hospital', 'claim', ['hospital_hash'], sqlite_where=hospital, postgresql_where=hospital)
    op.create_index('ix_claim_filer_report', 'claim', ['filer_report_id'], sqlite_where=rests, postgresql_where=rests)
    _fill_filers()
    op.create_table('payee_change',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('ref', app.db.Ref(), nullable=False),
    sa.Column('claim_id', app.db.Key(), nullable=False),
    sa.Column('account_sealed', app.db.Sealed(), nullable=False),
    sa.Column('named_by', app.db.Key(), nullable=False),
    sa.Column('named_at', app.db.Instant(), nullable=False),
    sa.Column('state', app.db.Text_(), nullable=False),
    sa.Column('decided_by', app.db.Key(), nullable=True),
    sa.Column('decided_at', app.db.Instant(), nullable=True),
    sa.Column('reason', app.db.Text_(), nullable=False),
    sa.CheckConstraint("(state = 'asked') = (decided_at IS NULL) AND (state = 'asked') = (decided_by IS NULL)", name=op.f('ck_payee_change_an_answer_has_time_and_person')),
    sa.CheckConstraint("state <> 'refused' OR reason <> ''", name=op.f('ck_payee_change_a_no_has_its_reason')),
    sa.CheckConstraint("state IN ('asked', 'confirmed', 'refused')", name=op.f('ck_payee_change_state')),
    sa.CheckConstraint('decided_by <> named_by', name=op.f('ck_payee_change_takes_two_people')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_payee_change_claim_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_payee_change_decided_by')),
    sa.ForeignKeyConstraint(['named_by'], ['account.id'], name=op.f('fk_payee_change_named_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payee_change')),
    sa.UniqueConstraint('ref', name=op.f('uq_payee_change_ref')),
    sqlite_strict=True
    )
    asked = sa.text("state = 'asked'")
    op.create_index('ix_payee_change_one', 'payee_change', ['claim_id'], unique=True, sqlite_where=asked, postgresql_where=asked)
    op.create_index('ix_payee_change_of_claim', 'payee_change', ['claim_id', 'id'], unique=False)
    stand(GUARDS)


def _add(table: str, column: str, kind: type, *rest: str) -> None:
    """One column with its laws, written alike for both engines: neither has to build the table anew."""
    written = kind().compile(dialect=op.get_bind().dialect)
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {written} {' '.join(rest)}")


def _law(table: str, name: str, condition: str) -> str:
    return f"CONSTRAINT ck_{table}_{name} CHECK ({condition})"


def _refers(table: str, column: str, to: str) -> str:
    return f"CONSTRAINT fk_{table}_{column} REFERENCES {to} (id)"


def _death_is_known_once(condition: str) -> None:
    op.drop_index('ix_report_one_death', 'report')
    where = sa.text(condition)
    op.create_index('ix_report_one_death', 'report', ['identity_hash'], unique=True, sqlite_where=where, postgresql_where=where)


def _fill_filers() -> None:
    """Whoever pays for somebody else filed as guardian; after a confirmed report, as the relative who reported."""
    op.execute(
        "UPDATE claim SET filer = 'guardian' WHERE membership_id IN (SELECT membership.id FROM membership "
        "JOIN person ON person.id = membership.person_id WHERE person.relation <> 'self')"
    )
    rests_on = (
        "SELECT {what} FROM report JOIN membership ON membership.identity_hash = report.identity_hash "
        "WHERE membership.id = claim.membership_id AND report.account_id = claim.account_id "
        "AND report.state = 'confirmed'"
    )
    op.execute(
        f"UPDATE claim SET filer = 'relative', filer_report_id = ({rests_on.format(what='MIN(report.id)')}) "
        f"WHERE EXISTS ({rests_on.format(what='1')})"
    )


def downgrade() -> None:
    """Take everything away again; what was said of who files is lost."""
    fall(GUARDS)
    op.drop_table('payee_change')
    op.drop_index('ix_claim_filer_report', 'claim')
    op.drop_index('ix_claim_hospital', 'claim')
    _death_is_known_once("kind = 'death' AND state = 'confirmed'")
    for table, columns in (
        ("claim", ("hospital_hash", "hospital_sealed", "filer_report_id", "filer")),
        ("report", ("revoked_reason", "revoked_by", "revoked_at")),
    ):
        for column in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
