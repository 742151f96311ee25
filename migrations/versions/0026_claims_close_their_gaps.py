"""What was missing: pictures of the documents that prove a correction, and the language of an invitation."""

from __future__ import annotations

from alembic import op
import sqlalchemy as sa

import app.db
from migrations import guards
from migrations.guards import Guard

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_UNKNOWN = "NEW.language NOT IN ('zh', 'en')"
_NO_LANGUAGE = "an invitation is written in Chinese or in English"
GUARDS = (
    Guard("correction_rendition", "is_drawn_once", "UPDATE", None, "a picture of a page is drawn once"),
    Guard("member_list", "begins_in_a_language", "INSERT", _UNKNOWN, _NO_LANGUAGE),
    Guard("member_list", "stays_in_a_language", "UPDATE", _UNKNOWN, _NO_LANGUAGE),
)


def upgrade() -> None:
    """Create the table, add the column, and their triggers; lists from before stay in their organiser's language."""
    op.create_table("correction_rendition",
    sa.Column("id", app.db.Key(), nullable=False),
    sa.Column("document_id", app.db.Key(), nullable=False),
    sa.Column("page", app.db.Whole(), nullable=False),
    sa.Column("kind", app.db.Text_(), nullable=False),
    sa.Column("object", app.db.Text_(), nullable=True),
    sa.Column("width_px", app.db.Whole(), nullable=True),
    sa.Column("height_px", app.db.Whole(), nullable=True),
    sa.Column("made_at", app.db.Instant(), nullable=False),
    sa.CheckConstraint("kind IN ('page', 'thumb')", name=op.f("ck_correction_rendition_kind")),
    sa.CheckConstraint("page >= 1", name=op.f("ck_correction_rendition_page")),
    sa.CheckConstraint("(object IS NULL) = (width_px IS NULL) AND (object IS NULL) = (height_px IS NULL)", name=op.f("ck_correction_rendition_drawn_has_its_size")),
    sa.CheckConstraint("width_px IS NULL OR (width_px >= 1 AND height_px >= 1)", name=op.f("ck_correction_rendition_size")),
    sa.ForeignKeyConstraint(["document_id"], ["correction_paper.id"], name=op.f("fk_correction_rendition_document_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_rendition")),
    sa.UniqueConstraint("document_id", "page", "kind", name=op.f("uq_correction_rendition_document_id_page_kind")),
    sa.UniqueConstraint("object", name=op.f("uq_correction_rendition_object")),
    sqlite_strict=True
    )
    op.add_column("member_list", sa.Column("language", app.db.Text_(), nullable=False, server_default="zh"))
    op.execute(
        "UPDATE member_list SET language = (SELECT account.language FROM account "
        "JOIN organiser_group ON organiser_group.account_id = account.id "
        "WHERE organiser_group.id = member_list.group_id)"
    )
    guards.stand(GUARDS)


def downgrade() -> None:
    """Drop them."""
    guards.fall(GUARDS)
    op.drop_column("member_list", "language")
    op.drop_table("correction_rendition")
