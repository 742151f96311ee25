"""Who takes up a claim: the queue's columns at rest, assignments, absences, conflicts, notes, and figures by the day."""

import datetime as dt
import json

from alembic import op
import sqlalchemy as sa
from flask import current_app

import app.db
from migrations import guards
from migrations.guards import Guard

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WAITING = "state IN ('submitted', 'in_review', 'recommended', 'appealed')"
AT_DESK = "state IN ('submitted', 'in_review', 'recommended', 'appealed', 'evidence_asked')"

OF_ANOTHER_PLAN = "NEW.plan_id IS NOT NULL AND NEW.plan_id <> (SELECT plan_id FROM membership WHERE id = NEW.membership_id)"
CONFLICT = "EXISTS (SELECT 1 FROM declared_conflict one WHERE one.claim_id = NEW.claim_id AND one.account_id = {who})"
OWN = (
    'EXISTS (SELECT 1 FROM staff_role WHERE staff_role.account_id = NEW."by") AND '
    "EXISTS (SELECT 1 FROM claim JOIN membership held ON held.id = claim.membership_id WHERE claim.id = NEW.claim_id "
    'AND (claim.account_id = NEW."by" OR EXISTS (SELECT 1 FROM person WHERE person.account_id = NEW."by" '
    "AND person.identity_hash = held.identity_hash)))"
)
DEVIATES = "NEW.computed_fen IS NOT NULL AND NEW.amount_fen <> NEW.computed_fen AND NEW.verdict = 'approve' AND NEW.reason_sealed IS NULL"
NO_CONFLICT = "whoever declared a conflict does not judge this claim"

GUARDS = (
    Guard("claim", "begins_in_its_plan", "INSERT", OF_ANOTHER_PLAN, "the plan of a claim is that of its membership", asks=True),
    Guard(
        "claim", "stays_in_its_plan", "UPDATE OF plan_id, membership_id", OF_ANOTHER_PLAN,
        "the plan of a claim is that of its membership", asks=True,
    ),
    Guard("assignment", "stays", "DELETE", None, "an assignment ends, it is never deleted"),
    Guard(
        "assignment", "ends_once", "UPDATE",
        "OLD.ended_at IS NOT NULL OR NEW.claim_id <> OLD.claim_id OR NEW.assigned_to <> OLD.assigned_to "
        "OR NEW.at <> OLD.at OR NEW.how <> OLD.how",
        "an assignment ends once and is never edited",
    ),
    Guard(
        "assignment", "goes_to_nobody_in_conflict", "INSERT", CONFLICT.format(who="NEW.assigned_to"),
        "whoever declared a conflict is not given this claim", asks=True,
    ),
    Guard("declared_conflict", "stays", "DELETE", None, "a conflict that was declared stays"),
    Guard("declared_conflict", "is_frozen", "UPDATE", None, "a conflict that was declared stays"),
    Guard("judgement_note", "stays", "DELETE", None, "a note is added, never changed"),
    Guard("judgement_note", "is_frozen", "UPDATE", None, "a note is added, never changed"),
    Guard("recommendation", "is_free_of_conflict", "INSERT", CONFLICT.format(who='NEW."by"'), NO_CONFLICT, asks=True),
    Guard("decision", "is_free_of_conflict", "INSERT", CONFLICT.format(who='NEW."by"'), NO_CONFLICT, asks=True),
    Guard("recommendation", "is_not_about_oneself", "INSERT", OWN, "nobody judges the own claim", asks=True),
    Guard("decision", "is_not_about_oneself", "INSERT", OWN, "nobody judges the own claim", asks=True),
    Guard("recommendation", "says_why_it_differs", "INSERT", DEVIATES, "an amount that differs from the table says why"),
    Guard("decision", "says_why_it_differs", "INSERT", DEVIATES, "an amount that differs from the table says why"),
)  # fmt: skip

INDEXES = (
    ("ix_claim_due", ["due_on", "id"], WAITING),
    ("ix_claim_due_of_plan", ["plan_id", "due_on", "id"], WAITING),
    ("ix_claim_due_in_state", ["state", "due_on", "id"], AT_DESK),
    ("ix_claim_due_of_nobody", ["due_on", "id"], f"{WAITING} AND assigned_to IS NULL"),
    ("ix_claim_due_of_somebody", ["assigned_to", "due_on", "id"], f"{WAITING} AND assigned_to IS NOT NULL"),
    ("ix_claim_age", ["submitted_at", "id"], WAITING),
)


def upgrade() -> None:
    """Add the columns, create the tables with their triggers, and say when every claim at the desk is due."""
    op.add_column("claim", sa.Column("plan_id", app.db.Key(), nullable=True))
    op.add_column("claim", sa.Column("due_on", app.db.Day(), nullable=True))
    op.add_column("claim", sa.Column("due_why", app.db.Text_(), nullable=True))
    op.add_column("claim", sa.Column("assigned_to", app.db.Key(), nullable=True))
    op.add_column("recommendation", sa.Column("computed_fen", app.db.Fen(), nullable=True))
    op.add_column("decision", sa.Column("computed_fen", app.db.Fen(), nullable=True))
    _assignments()
    _conflicts_and_notes()
    _figures()
    op.execute(
        "UPDATE claim SET plan_id = (SELECT plan_id FROM membership WHERE membership.id = claim.membership_id) "
        "WHERE submitted_at IS NOT NULL"
    )
    _say_when_due()
    for name, columns, where in INDEXES:
        op.create_index(name, "claim", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_index("ix_claim_step_at", "claim_step", ["at"])
    guards.stand(GUARDS)


def _assignments() -> None:
    lives = sa.text("ended_at IS NULL")
    op.create_table('assignment',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('claim_id', app.db.Key(), nullable=False),
    sa.Column('assigned_to', app.db.Key(), nullable=False),
    sa.Column('assigned_by', app.db.Key(), nullable=True),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('how', app.db.Text_(), nullable=False),
    sa.Column('reason_sealed', app.db.Sealed(), nullable=True),
    sa.Column('ended_at', app.db.Instant(), nullable=True),
    sa.Column('ended_why', app.db.Text_(), nullable=True),
    sa.CheckConstraint("how IN ('own', 'taken_over', 'handed_over', 'round_robin', 'bulk')", name=op.f('ck_assignment_how')),
    sa.CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name=op.f('ck_assignment_an_end_has_its_reason')),
    sa.CheckConstraint("ended_why IN ('step_done', 'decided', 'given_back', 'handed_over', 'taken_over', 'role_ended', 'conflict')", name=op.f('ck_assignment_ended_why')),
    sa.CheckConstraint("(how = 'round_robin') = (assigned_by IS NULL)", name=op.f('ck_assignment_only_the_round_has_nobody')),
    sa.CheckConstraint("how NOT IN ('taken_over', 'handed_over') OR reason_sealed IS NOT NULL", name=op.f('ck_assignment_says_why')),
    sa.CheckConstraint("ended_at IS NULL OR ended_at >= at", name=op.f('ck_assignment_ends_after_it_began')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_assignment_claim_id')),
    sa.ForeignKeyConstraint(['assigned_to'], ['account.id'], name=op.f('fk_assignment_assigned_to')),
    sa.ForeignKeyConstraint(['assigned_by'], ['account.id'], name=op.f('fk_assignment_assigned_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment')),
    sqlite_strict=True
    )
    op.create_index('ix_assignment_live', 'assignment', ['claim_id'], unique=True, sqlite_where=lives, postgresql_where=lives)
    op.create_index('ix_assignment_of_claim', 'assignment', ['claim_id', 'id'])
    op.create_index('ix_assignment_last', 'assignment', ['assigned_to', 'at'])
    op.create_index('ix_assignment_open', 'assignment', ['assigned_to'], sqlite_where=lives, postgresql_where=lives)
    op.create_table('absence',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=False),
    sa.Column('until_on', app.db.Day(), nullable=False),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.Column('ended_at', app.db.Instant(), nullable=True),
    sa.CheckConstraint("ended_at IS NULL OR ended_at >= at", name=op.f('ck_absence_ends_after_it_began')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_absence_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absence')),
    sqlite_strict=True
    )
    op.create_index('ix_absence_live', 'absence', ['account_id'], unique=True, sqlite_where=lives, postgresql_where=lives)


def _conflicts_and_notes() -> None:
    op.create_table('declared_conflict',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('claim_id', app.db.Key(), nullable=False),
    sa.Column('account_id', app.db.Key(), nullable=False),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('note_sealed', app.db.Sealed(), nullable=True),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.CheckConstraint("kind IN ('relative', 'acquaintance', 'same_hospital', 'own_interest', 'other')", name=op.f('ck_declared_conflict_kind')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_declared_conflict_claim_id')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_declared_conflict_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_declared_conflict')),
    sa.UniqueConstraint('claim_id', 'account_id', name=op.f('uq_declared_conflict_claim_id_account_id')),
    sqlite_strict=True
    )
    op.create_index('ix_declared_conflict_of', 'declared_conflict', ['account_id', 'id'])
    op.create_table('judgement_note',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('recommendation_id', app.db.Key(), nullable=False),
    sa.Column('claim_id', app.db.Key(), nullable=False),
    sa.Column('point', app.db.Text_(), nullable=False),
    sa.Column('note_sealed', app.db.Sealed(), nullable=True),
    sa.Column('at', app.db.Instant(), nullable=False),
    sa.CheckConstraint("point <> ''", name=op.f('ck_judgement_note_point')),
    sa.ForeignKeyConstraint(['recommendation_id'], ['recommendation.id'], name=op.f('fk_judgement_note_recommendation_id')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_judgement_note_claim_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_judgement_note')),
    sa.UniqueConstraint('recommendation_id', 'point', name=op.f('uq_judgement_note_recommendation_id_point')),
    sqlite_strict=True
    )


def _figures() -> None:
    op.create_table('claim_figure',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('plan_id', app.db.Key(), nullable=False),
    sa.Column('month', app.db.Text_(), nullable=False),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('value', app.db.Text_(), nullable=False),
    sa.Column('number', app.db.Whole(), nullable=False),
    sa.CheckConstraint("number >= 0", name=op.f('ck_claim_figure_number')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_claim_figure_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_figure')),
    sa.UniqueConstraint('plan_id', 'month', 'kind', 'value', name=op.f('uq_claim_figure_plan_id_month_kind_value')),
    sqlite_strict=True
    )
    op.create_table('figure_day',
    sa.Column('until_on', app.db.Day(), nullable=False),
    sa.Column('counted_at', app.db.Instant(), nullable=False),
    sa.PrimaryKeyConstraint('until_on', name=op.f('pk_figure_day')),
    sqlite_strict=True
    )


CLAIM = sa.table(
    "claim", sa.column("id", app.db.Key()), sa.column("state", app.db.Text_()), sa.column("due_on", app.db.Day()),
    sa.column("due_why", app.db.Text_()), sa.column("submitted_at", app.db.Instant()),
    sa.column("member_terms_id", app.db.Key()),
)  # fmt: skip
STEP = sa.table(
    "claim_step", sa.column("id", app.db.Key()), sa.column("claim_id", app.db.Key()), sa.column("at", app.db.Instant()),
    sa.column("from_state", app.db.Text_()), sa.column("to_state", app.db.Text_()), sa.column("role", app.db.Text_()),
    sa.column("move", app.db.Text_()),
)  # fmt: skip
TERMS = sa.table("member_terms", sa.column("id", app.db.Key()), sa.column("terms", app.db.Text_()))


def _say_when_due() -> None:
    """Claims that were at the desk before: the day of the first look, then of the decision, anew from an appeal on."""
    bind, zone = op.get_bind(), current_app.config["ZONE"]
    there = bind.execute(sa.select(CLAIM).where(sa.text(AT_DESK))).all()
    if not there:
        return
    days = {
        row.id: (json.loads(row.terms)["first_look_days"], json.loads(row.terms)["decision_days"])
        for row in bind.execute(sa.select(TERMS))
    }
    steps = {}
    asked = sa.select(STEP).where(sa.text(f"claim_id IN (SELECT id FROM claim WHERE {AT_DESK})")).order_by(STEP.c.id)
    for step in bind.execute(asked):
        steps.setdefault(step.claim_id, []).append(step)
    for claim in there:
        first_look, decision = days[claim.member_terms_id]
        due_on, why = _due(claim, steps.get(claim.id, []), first_look, decision, zone)
        bind.execute(sa.update(CLAIM).where(CLAIM.c.id == claim.id).values(due_on=due_on, due_why=why))


def _due(claim, steps, first_look, decision, zone):
    def day(at):
        return at.astimezone(zone).date()

    begun, looked = day(claim.submitted_at), any(step.role == "caseworker" for step in steps)
    if claim.state == "submitted" and not looked:
        return begun + dt.timedelta(days=first_look), "first_look"
    if claim.state == "appealed":
        return day(steps[-1].at) + dt.timedelta(days=decision), "appeal"
    waited, asked_on = 0, None
    for step in steps:
        if step.move == "admit_objection":
            begun, waited = day(step.at), 0
        elif step.to_state == "evidence_asked":
            asked_on = day(step.at)
        elif step.from_state == "evidence_asked" and asked_on is not None:
            waited += (day(step.at) - asked_on).days
    return begun + dt.timedelta(days=decision + waited), "stopped" if claim.state == "evidence_asked" else "decision"


def downgrade() -> None:
    """Drop them."""
    guards.fall(GUARDS)
    op.drop_index("ix_claim_step_at", "claim_step")
    for name, _columns, _where in reversed(INDEXES):
        op.drop_index(name, "claim")
    for table in ("figure_day", "claim_figure", "judgement_note", "declared_conflict", "absence", "assignment"):
        op.drop_table(table)
    for table, column in (
        ("decision", "computed_fen"), ("recommendation", "computed_fen"), ("claim", "assigned_to"),
        ("claim", "due_why"), ("claim", "due_on"), ("claim", "plan_id"),
    ):  # fmt: skip
        op.drop_column(table, column)
