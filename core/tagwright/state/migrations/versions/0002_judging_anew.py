"""What judging photos anew needs: visits, families of recipes, withdrawals, ignored labels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply this change."""
    # Not in a batch, which would drop the table while answers refer to it.
    op.add_column("recipes", sa.Column("family", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE recipes SET family = key")
    op.create_index("ix_recipes_family", "recipes", ["family"])
    with op.batch_alter_table("ledger") as batch:
        batch.add_column(sa.Column("withdrawn_by", _ID, nullable=True))
        batch.create_foreign_key("fk_ledger_withdrawn_by", "receipts", ["withdrawn_by"], ["id"])
        batch.create_index("ix_ledger_withdrawn_by", ["withdrawn_by"])
    op.create_table(
        "visits",
        sa.Column("asset_id", _ID, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_visits_asset_id")),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_visits")),
    )
    op.create_table(
        "visit_answers",
        sa.Column("asset_id", _ID, nullable=False),
        sa.Column("answer_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_visit_answers_asset_id")
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_visit_answers_answer_id")
        ),
        sa.PrimaryKeyConstraint("asset_id", "answer_id", name=op.f("pk_visit_answers")),
    )
    op.create_table(
        "ignored_labels",
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("ignored_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("label", name=op.f("pk_ignored_labels")),
    )
    # What the answers were that each asset was last tagged by: the newest of each tagger.
    op.execute(
        "INSERT INTO visit_answers (asset_id, answer_id) "
        "SELECT assets.id, MAX(answers.id) FROM assets "
        "JOIN answers ON answers.content_key = assets.content_key "
        "WHERE answers.outcome = 'answered' GROUP BY assets.id, answers.tagger"
    )
