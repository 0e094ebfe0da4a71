"""Alembic's entry: migrates over the connection that the program hands in."""

from __future__ import annotations

from alembic import context

from tagwright.state.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
