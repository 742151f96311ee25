"""Files that are looked at: pictures of their pages, how they lie, whose place they take; pictures of telephones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db
from migrations import checks, guards
from migrations.guards import Guard

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TYPES = "media_type IN ('image/jpeg', 'image/png', 'image/heic', 'application/pdf')"
FORMER_TYPES = "media_type IN ('image/jpeg', 'image/png', 'application/pdf')"
GUARDS = (
    Guard("rendition", "is_drawn_once", "UPDATE", None, "a picture of a page is drawn once"),
)


def upgrade() -> None:
    """Let HEIC in; add columns to documents and the table of their pictures."""
    for table in ("evidence", "correction_paper"):
        checks.replace(table, "media_type", TYPES)
    whole = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE evidence ADD COLUMN turn_degrees {whole} DEFAULT 0 NOT NULL "
        "CONSTRAINT ck_evidence_turn CHECK (turn_degrees IN (0, 90, 180, 270))"
    )
    op.add_column("evidence", sa.Column("place", app.db.Whole(), nullable=True))
    op.create_table('rendition',
    sa.Column('id', app.db.Key(), nullable=False),
    sa.Column('evidence_id', app.db.Key(), nullable=False),
    sa.Column('page', app.db.Whole(), nullable=False),
    sa.Column('kind', app.db.Text_(), nullable=False),
    sa.Column('object', app.db.Text_(), nullable=True),
    sa.Column('width_px', app.db.Whole(), nullable=True),
    sa.Column('height_px', app.db.Whole(), nullable=True),
    sa.Column('made_at', app.db.Instant(), nullable=False),
    sa.CheckConstraint("kind IN ('page', 'thumb')", name=op.f('ck_rendition_kind')),
    sa.CheckConstraint("page >= 1", name=op.f('ck_rendition_page')),
    sa.CheckConstraint('(object IS NULL) = (width_px IS NULL) AND (object IS NULL) = (height_px IS NULL)', name=op.f('ck_rendition_drawn_has_its_size')),
    sa.CheckConstraint('width_px IS NULL OR (width_px >= 1 AND height_px >= 1)', name=op.f('ck_rendition_size')),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_rendition_evidence_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rendition')),
    sa.UniqueConstraint('evidence_id', 'page', 'kind', name=op.f('uq_rendition_evidence_id_page_kind')),
    sa.UniqueConstraint('object', name=op.f('uq_rendition_object')),
    sqlite_strict=True
    )
    guards.stand(GUARDS)


def downgrade() -> None:
    """Take them out again; refuses while a HEIC picture is kept."""
    guards.fall(GUARDS)
    op.drop_table("rendition")
    op.drop_column("evidence", "place")
    op.drop_column("evidence", "turn_degrees")
    for table in ("correction_paper", "evidence"):
        checks.replace(table, "media_type", FORMER_TYPES)
