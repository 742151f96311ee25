"""What the public reads: stories, what was taken away and corrected, and the last day of every detail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db
from migrations import guards
from migrations.guards import Guard

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def _erased_at_most(column: str) -> str:
    return f"(NEW.{column} IS NOT NULL AND (OLD.{column} IS NULL OR NEW.{column} <> OLD.{column}))"


def _gone_stays_gone(column: str) -> str:
    return f"(OLD.{column} IN ('withheld', 'expired') AND NEW.{column} <> OLD.{column})"


OF_CASES = (
    Guard(
        "published_case",
        "salt_is_destroyed_or_new_with_a_coarser_entry",
        "UPDATE",
        "NEW.salt <> OLD.salt AND NEW.salt <> '' "
        "AND (OLD.salt = '' OR (NEW.age_band = OLD.age_band AND NEW.place = OLD.place))",
        "the salt of a case is destroyed, or new with a coarser entry",
    ),
    Guard(
        "published_case",
        "gone_stays_gone",
        "UPDATE",
        " OR ".join(_gone_stays_gone(column) for column in ("age_band", "place", "disease_group")),
        "what is no longer shown of a case is never shown again",
    ),
    Guard(
        "published_case",
        "last_day_never_moves_on",
        "UPDATE",
        "NEW.detail_ends_on IS NOT NULL AND (OLD.detail_ends_on IS NULL OR NEW.detail_ends_on > OLD.detail_ends_on)",
        "the days of a detail are never made longer",
    ),
)
GUARDS = (
    Guard("public_story", "stays", "DELETE", None, "a story is erased, its row stays"),
    Guard(
        "public_story",
        "is_what_was_written",
        "UPDATE",
        "NEW.ref <> OLD.ref OR NEW.claim_id <> OLD.claim_id OR NEW.written_at <> OLD.written_at "
        f"OR {_erased_at_most('text_sealed')} "
        "OR (OLD.state IN ('replaced', 'ended') AND NEW.state <> OLD.state)",
        "a story is erased at most, never edited",
    ),
    Guard("taken_away", "stays", "DELETE", None, "taken_away is added to, never changed"),
    Guard("taken_away", "is_frozen", "UPDATE", None, "taken_away is added to, never changed"),
    Guard("case_correction", "stays", "DELETE", None, "what was corrected is erased at most, never edited"),
    Guard(
        "case_correction",
        "is_what_was_said",
        "UPDATE",
        "NEW.case_id <> OLD.case_id OR NEW.corrects <> OLD.corrects OR NEW.reason <> OLD.reason "
        'OR NEW."by" <> OLD."by" OR NEW.at <> OLD.at '
        + "".join(f"OR {_erased_at_most(column)} " for column in ("age_band", "place", "disease_group")),
        "what was corrected is erased at most, never edited",
    ),
)


def upgrade() -> None:
    """Create the tables and columns, and give every published detail its last day."""
    _create_stories()
    _create_ends()
    op.add_column("claim", sa.Column("previewed_step", app.db.Whole(), nullable=True))
    op.add_column("published_case", sa.Column("detail_ends_on", app.db.Day(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "UPDATE published_case SET detail_ends_on = date(published_on, '+90 days') WHERE age_band <> 'withheld'"
        )
    else:
        op.execute("UPDATE published_case SET detail_ends_on = published_on + 90 WHERE age_band <> 'withheld'")
    ends, known = sa.text("detail_ends_on IS NOT NULL"), sa.text("true_province <> ''")
    op.create_index(
        "ix_published_case_detail_ends", "published_case", ["detail_ends_on", "id"], sqlite_where=ends,
        postgresql_where=ends,
    )  # fmt: skip
    op.create_index(
        "ix_published_case_true_known", "published_case", ["published_on", "id"], sqlite_where=known,
        postgresql_where=known,
    )  # fmt: skip
    guards.stand((*OF_CASES, *GUARDS))


def _create_stories() -> None:
    op.create_table(
        "public_story",
        sa.Column("id", app.db.Key(), nullable=False),
        sa.Column("ref", app.db.Ref(), nullable=False),
        sa.Column("claim_id", app.db.Key(), nullable=False),
        sa.Column("state", app.db.Text_(), nullable=False),
        sa.Column("text_sealed", app.db.Sealed(), nullable=True),
        sa.Column("written_at", app.db.Instant(), nullable=False),
        sa.Column("read_by", app.db.Key(), nullable=True),
        sa.Column("read_at", app.db.Instant(), nullable=True),
        sa.Column("reason_sealed", app.db.Sealed(), nullable=True),
        sa.Column("case_id", app.db.Key(), nullable=True),
        sa.Column("audience", app.db.Text_(), nullable=True),
        sa.Column("name_sealed", app.db.Sealed(), nullable=True),
        sa.Column("salt", app.db.Text_(), nullable=False),
        sa.Column("published_at", app.db.Instant(), nullable=True),
        sa.Column("ended_at", app.db.Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'accepted', 'given_back', 'replaced', 'published', 'ended')",
            name=op.f("ck_public_story_state"),
        ),
        sa.CheckConstraint(
            "(state IN ('replaced', 'ended')) = (text_sealed IS NULL)",
            name=op.f("ck_public_story_erased_when_it_is_over"),
        ),
        sa.CheckConstraint(
            "(state = 'published') = (salt <> '')", name=op.f("ck_public_story_salted_while_it_is_shown")
        ),
        sa.CheckConstraint(
            "state <> 'published' OR (case_id IS NOT NULL AND published_at IS NOT NULL AND name_sealed IS NOT NULL)",
            name=op.f("ck_public_story_published_with_a_case"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('accepted', 'given_back', 'published') OR (read_by IS NOT NULL AND read_at IS NOT NULL)",
            name=op.f("ck_public_story_read_before_it_is_shown"),
        ),
        sa.CheckConstraint(
            "state <> 'given_back' OR reason_sealed IS NOT NULL",
            name=op.f("ck_public_story_given_back_for_a_reason"),
        ),
        sa.CheckConstraint(
            "audience IS NULL OR audience IN ('everybody', 'members')", name=op.f("ck_public_story_audience")
        ),
        sa.CheckConstraint(
            "(audience IS NULL) = (published_at IS NULL)", name=op.f("ck_public_story_shown_to_somebody")
        ),
        sa.CheckConstraint(
            "state NOT IN ('replaced', 'ended') OR name_sealed IS NULL",
            name=op.f("ck_public_story_the_name_goes_too"),
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_public_story_claim_id")),
        sa.ForeignKeyConstraint(["read_by"], ["account.id"], name=op.f("fk_public_story_read_by")),
        sa.ForeignKeyConstraint(["case_id"], ["published_case.id"], name=op.f("fk_public_story_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_story")),
        sa.UniqueConstraint("ref", name=op.f("uq_public_story_ref")),
        sqlite_strict=True,
    )
    waits = sa.text("state = 'waiting'")
    on_its_way = sa.text("state IN ('waiting', 'accepted', 'given_back')")
    shown = sa.text("state = 'published'")
    for name, columns, unique, where in (
        ("waiting", ["written_at", "id"], False, waits),
        ("on_its_way", ["claim_id"], True, on_its_way),
        ("shown", ["case_id"], True, shown),
    ):
        op.create_index(
            f"ix_public_story_{name}", "public_story", columns, unique=unique, sqlite_where=where,
            postgresql_where=where,
        )  # fmt: skip
    op.create_index("ix_public_story_of_claim", "public_story", ["claim_id", "id"])


def _create_ends() -> None:
    op.create_table(
        "taken_away",
        sa.Column("id", app.db.Key(), nullable=False),
        sa.Column("case_id", app.db.Key(), nullable=False),
        sa.Column("story_id", app.db.Key(), nullable=True),
        sa.Column("cause", app.db.Text_(), nullable=False),
        sa.Column("reason", app.db.Text_(), nullable=False),
        sa.Column("by", app.db.Key(), nullable=True),
        sa.Column("at", app.db.Instant(), nullable=False),
        sa.CheckConstraint("cause IN ('expired', 'withdrawn', 'takedown')", name=op.f("ck_taken_away_cause")),
        sa.CheckConstraint("cause <> 'takedown' OR reason <> ''", name=op.f("ck_taken_away_taken_down_for_a_reason")),
        sa.CheckConstraint(
            "(cause = 'takedown') = (\"by\" IS NOT NULL)", name=op.f("ck_taken_away_taken_down_by_somebody")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["published_case.id"], name=op.f("fk_taken_away_case_id")),
        sa.ForeignKeyConstraint(["story_id"], ["public_story.id"], name=op.f("fk_taken_away_story_id")),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_taken_away_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taken_away")),
        sqlite_strict=True,
    )
    of_detail = sa.text("story_id IS NULL")
    op.create_index(
        "ix_taken_away_detail", "taken_away", ["case_id"], unique=True, sqlite_where=of_detail,
        postgresql_where=of_detail,
    )  # fmt: skip
    op.create_index("ix_taken_away_story", "taken_away", ["story_id"], unique=True)
    op.create_index("ix_taken_away_of_case", "taken_away", ["case_id", "id"])
    op.create_table(
        "case_correction",
        sa.Column("id", app.db.Key(), nullable=False),
        sa.Column("case_id", app.db.Key(), nullable=False),
        sa.Column("age_band", app.db.Text_(), nullable=True),
        sa.Column("place", app.db.Text_(), nullable=True),
        sa.Column("disease_group", app.db.Text_(), nullable=True),
        sa.Column("corrects", app.db.Text_(), nullable=False),
        sa.Column("reason", app.db.Text_(), nullable=False),
        sa.Column("by", app.db.Key(), nullable=False),
        sa.Column("at", app.db.Instant(), nullable=False),
        sa.CheckConstraint("reason <> '' AND corrects <> ''", name=op.f("ck_case_correction_says_what_and_why")),
        sa.ForeignKeyConstraint(["case_id"], ["published_case.id"], name=op.f("fk_case_correction_case_id")),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_case_correction_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_correction")),
        sqlite_strict=True,
    )
    op.create_index("ix_case_correction_of_case", "case_correction", ["case_id", "id"])


def downgrade() -> None:
    """Drop what was created; what was taken away stays away."""
    guards.fall(OF_CASES)
    for table in ("case_correction", "taken_away", "public_story"):
        op.drop_table(table)
    op.drop_index("ix_published_case_true_known", "published_case")
    op.drop_index("ix_published_case_detail_ends", "published_case")
    op.drop_column("published_case", "detail_ends_on")
    op.drop_column("claim", "previewed_step")
