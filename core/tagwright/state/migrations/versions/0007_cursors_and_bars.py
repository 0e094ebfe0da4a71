"""How far hosts were read, and which concepts people do not want in a library at all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply this change."""
    op.create_table(
        "cursors",
        sa.Column("library", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("library", "name", name=op.f("pk_cursors")),
    )
    op.create_table(
        "bars",
        sa.Column("library", sa.Text(), nullable=False),
        sa.Column("concept", sa.Text(), nullable=False),
        sa.Column("path", sa.JSON(), nullable=False),
        sa.Column("barred_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("library", "concept", name=op.f("pk_bars")),
    )
