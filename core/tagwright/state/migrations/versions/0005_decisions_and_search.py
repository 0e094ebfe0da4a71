"""What people decide of suggestions, and which photos the search is to look at again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply this change."""
    op.create_table(
        "decisions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("asset_id", _ID, nullable=False),
        sa.Column("content_key", sa.Text(), nullable=False),
        sa.Column("concept", sa.Text(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("to_concept", sa.Text(), nullable=True),
        sa.Column("tagger", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("base", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.Float(), nullable=False),
        sa.Column("undone_at", sa.Float(), nullable=True),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["session"], ["runs.id"], name=op.f("fk_decisions_session")),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_decisions_asset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    for columns in (["batch"], ["asset_id", "concept"], ["concept", "content_key"], ["due"]):
        op.create_index(f"ix_decisions_{'_'.join(columns)}", "decisions", columns)
    op.create_table(
        "search_stale",
        sa.Column("asset_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_search_stale_asset_id")),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_search_stale")),
    )
    op.execute("INSERT INTO search_stale SELECT asset_id FROM visits")
