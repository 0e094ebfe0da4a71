"""What rules set beside tags: captions, ratings and albums."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply this change."""
    op.create_table(
        "extras",
        sa.Column("receipt_id", _ID, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("asset_id", _ID, nullable=False),
        sa.Column("gone_at", sa.Float(), nullable=True),
        sa.Column("rejected", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("withdrawn_by", _ID, nullable=True),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipts.id"], name=op.f("fk_extras_receipt_id")),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_extras_asset_id")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["receipts.id"], name=op.f("fk_extras_withdrawn_by")
        ),
        sa.PrimaryKeyConstraint("receipt_id", "field", "value", name=op.f("pk_extras")),
    )
    op.create_index("ix_extras_asset_id", "extras", ["asset_id"])
    op.create_index("ix_extras_withdrawn_by", "extras", ["withdrawn_by"])
