"""What an undo changed in the ledger, so that it can be undone in its turn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply this change."""
    op.create_table(
        "reversals",
        sa.Column("receipt_id", _ID, nullable=False),
        sa.Column("turns", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["receipts.id"], name=op.f("fk_reversals_receipt_id")
        ),
        sa.PrimaryKeyConstraint("receipt_id", name=op.f("pk_reversals")),
    )
