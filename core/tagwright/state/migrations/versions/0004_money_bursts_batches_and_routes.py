"""What asking well needs: money kept count of, bursts, batches, pauses, routes through chains."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply this change."""
    _extend_calls()
    op.add_column("visit_answers", sa.Column("route", sa.Text(), nullable=False, server_default=""))
    # Not in a batch, which would drop the table while observations refer to it.
    op.execute("ALTER TABLE answers ADD COLUMN shared_from INTEGER REFERENCES answers (id)")
    _add_up_what_was_spent()
    op.create_table(
        "pauses",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("service", name=op.f("pk_pauses")),
    )
    op.create_table(
        "frames",
        sa.Column("content_key", sa.Text(), nullable=False),
        sa.Column("look", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("content_key", name=op.f("pk_frames")),
    )
    op.create_index("ix_frames_series_taken_at", "frames", ["series", "taken_at"])
    _make_batches()


def _extend_calls() -> None:
    for column in (
        sa.Column("reserved", sa.BigInteger(), nullable=True),
        sa.Column("facts_key", sa.Text(), nullable=False, server_default=""),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column("sent_bytes", sa.Integer(), nullable=True),
        sa.Column("sent_digest", sa.Text(), nullable=True),
        sa.Column("sent_facts", sa.JSON(), nullable=True),
    ):
        op.add_column("calls", column)
    # What was no fault of the photo does not count against it.
    op.execute("UPDATE calls SET attempts = 0 WHERE outcome IN ('transient', 'budget')")


def _add_up_what_was_spent() -> None:
    op.create_table(
        "spending",
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("committed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_spending")),
    )
    local = "datetime(started_at, 'unixepoch', 'localtime')"
    for period in (f"'day:' || date({local})", f"'month:' || strftime('%Y-%m', {local})"):
        op.execute(
            f"INSERT INTO spending SELECT {period}, SUM(COALESCE(cost, 0)) FROM calls GROUP BY 1"  # noqa: S608 - all of it is written here
        )


def _make_batches() -> None:
    op.create_table(
        "batches",
        sa.Column("id", _ID, nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("tagger", sa.Text(), nullable=False),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.Column("service_id", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("submitted_at", sa.Float(), nullable=True),
        sa.Column("expires_at", sa.Float(), nullable=True),
        sa.Column("ended_at", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_batches_run_id")),
        sa.ForeignKeyConstraint(["recipe"], ["recipes.key"], name=op.f("fk_batches_recipe")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index("ix_batches_run_id", "batches", ["run_id"])
    op.create_table(
        "batch_items",
        sa.Column("batch_id", _ID, nullable=False),
        sa.Column("custom_id", sa.Text(), nullable=False),
        sa.Column("asset_id", _ID, nullable=False),
        sa.Column("content_key", sa.Text(), nullable=False),
        sa.Column("facts_key", sa.Text(), nullable=False),
        sa.Column("call_id", _ID, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_batch_items_batch_id")),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_batch_items_asset_id")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_batch_items_call_id")),
        sa.PrimaryKeyConstraint("batch_id", "custom_id", name=op.f("pk_batch_items")),
    )
