"""Searching the disclosures: the order of the list of all cases, and what finds few of them among many.

Group and place are asked of cases that show them today alone, so their indexes hold no others.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

SHOWN = sa.text("detail_ends_on IS NOT NULL")


def upgrade() -> None:
    """Build the indexes."""
    op.create_index("ix_period_of_plan_by_day", "period", ["plan_id", "publication_day", "id"])
    op.create_index("ix_period_by_day", "period", ["publication_day", "id"])
    op.create_index("ix_settlement_award_of_settlement", "settlement_award", ["pool_id", "seq"])
    op.create_index("ix_published_case_amount", "published_case", ["amount_fen", "period_id"])
    for name in ("disease_group", "place"):
        op.create_index(
            f"ix_published_case_{name}", "published_case", [name, "detail_ends_on"], sqlite_where=SHOWN,
            postgresql_where=SHOWN,
        )  # fmt: skip


def downgrade() -> None:
    """Drop them."""
    for name in ("place", "disease_group", "amount"):
        op.drop_index(f"ix_published_case_{name}", "published_case")
    op.drop_index("ix_settlement_award_of_settlement", "settlement_award")
    op.drop_index("ix_period_by_day", "period")
    op.drop_index("ix_period_of_plan_by_day", "period")
