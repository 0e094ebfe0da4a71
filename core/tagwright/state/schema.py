"""The tables. The same on SQLite and PostgreSQL; every change comes with an Alembic migration.

Times are seconds since the epoch (UTC). Money is in billionths of a US dollar, so that sums are
exact. Identifiers of assets are ours; an asset's reference in its host is ``folders.path || name``.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives a rowid alias only to INTEGER; PostgreSQL wants BIGINT.
_Id = BigInteger().with_variant(Integer, "sqlite")

runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),  # tag, backfill, watch, immich, remap, undo, …, dry run
    Column("status", Text, nullable=False),  # running, done, interrupted, stopped, killed
    Column("owner", Text, nullable=False),  # the process that runs it
    Column("started_at", Float, nullable=False),
    Column("ended_at", Float),
    Column("configuration", JSON, nullable=False),
    Column("tally", JSON),
)

folders = Table(
    "folders",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("library", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("goal", Text),  # that all of ``listing`` had reached; empty: look at each asset
    Column("listing", Text),  # digest of names, sizes and times
    UniqueConstraint("library", "path"),
)

assets = Table(
    "assets",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("folder_id", ForeignKey("folders.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("modified", BigInteger, nullable=False),
    Column("content_key", Text, index=True),
    Column("status", Text, nullable=False),  # waiting, working, done, failed, gone
    Column("goal", Text),  # the goal that was last reached
    Column("run_id", ForeignKey("runs.id")),  # the run that wants it, or had it last
    Column("owner", Text),  # the process that works on it
    Column("attempts", Integer, nullable=False, default=0),
    # When it is to be tried again; of one that is gone, when it is forgotten, 0: it is.
    Column("due_at", Float, nullable=False, default=0),
    Column("error_class", Text),
    Column("error", Text),
    UniqueConstraint("folder_id", "name"),
    Index(None, "run_id", "status", "due_at"),
)

recipes = Table(
    "recipes",
    metadata,
    Column("key", Text, primary_key=True),
    Column("content", JSON, nullable=False),
    # The key of all but the vocabulary: answers given under another one are still answers.
    Column("family", Text, nullable=False, server_default="", index=True),
)

answers = Table(
    "answers",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("content_key", Text, nullable=False),
    Column("recipe", ForeignKey("recipes.key"), nullable=False),
    Column("facts_key", Text, nullable=False),  # empty where answers depend on the picture alone
    Column("tagger", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("outcome", Text, nullable=False),  # answered, refused, failed
    Column("error", Text),
    Column("caption", Text),
    Column("alt_text", Text),
    Column("answered_at", Float, nullable=False),
    # The answer to another frame of the same burst, of which this one is a copy.
    Column("shared_from", ForeignKey("answers.id")),
    UniqueConstraint("content_key", "recipe", "facts_key"),
)

observations = Table(
    "observations",
    metadata,
    Column("answer_id", ForeignKey("answers.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("label", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("kind", Text, nullable=False),
    Column("synonyms", JSON, nullable=False),
    Column("language", Text),
    Column("how", Text, nullable=False),
    Column("concept", Text),
)

# One row a call, written before the call: what a crash interrupts still counts as asked.
calls = Table(
    "calls",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False, index=True),
    Column("asset_id", ForeignKey("assets.id"), nullable=False),
    Column("content_key", Text, nullable=False),
    Column("recipe", ForeignKey("recipes.key"), nullable=False),
    Column("tagger", Text, nullable=False),
    Column("started_at", Float, nullable=False, index=True),
    Column("ended_at", Float),
    Column("outcome", Text),  # answered, or an error class; empty: under way or killed
    Column("requests", Integer, nullable=False, default=1),
    Column("input_tokens", Integer, nullable=False, default=0),
    Column("output_tokens", Integer, nullable=False, default=0),
    Column("cost", BigInteger),  # billionths of a US dollar; empty: not known
    Column("reserved", BigInteger),  # likewise: the most that it can cost; empty: not known
    Column("facts_key", Text, nullable=False, server_default=""),  # as in ``answers``
    Column("attempts", Integer, nullable=False, server_default="1"),  # counted against the photo
    Column("model", Text),  # that really answered
    # What left the machine; empty where nothing did.
    Column("host", Text),
    Column("sent_bytes", Integer),
    Column("sent_digest", Text),  # SHA-256 of the picture as it was sent
    Column("sent_facts", JSON),  # what went beside it
    Index(None, "content_key", "recipe"),
)

# What is spent and what may yet be for calls under way, added up in the transaction of each call,
# so that caps hold over all processes.
spending = Table(
    "spending",
    metadata,
    Column("period", Text, primary_key=True),  # run:ID, day:2026-11-25, month:2026-11
    Column("committed", BigInteger, nullable=False),  # billionths of a US dollar
)

# Services that want to be left alone for a while, so that a new process does not ask them either.
pauses = Table(
    "pauses",
    metadata,
    Column("service", Text, primary_key=True),
    Column("until", Float, nullable=False),
    Column("reason", Text, nullable=False),
)

# How each picture looks, for finding the other frames of its burst.
frames = Table(
    "frames",
    metadata,
    Column("content_key", Text, primary_key=True),
    Column("look", Text, nullable=False),  # perceptual hash, in hexadecimal
    Column("series", Text, nullable=False),  # key of what frames of one burst have in common
    Column("taken_at", Float, nullable=False),  # s, on the camera's clock
    Index(None, "series", "taken_at"),
)

# Work handed to a service for later, at a lower price.
batches = Table(
    "batches",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False, index=True),
    Column("tagger", Text, nullable=False),
    Column("recipe", ForeignKey("recipes.key"), nullable=False),
    Column("service_id", Text),  # the service's own identifier; empty: not handed over yet
    # preparing, submitting, submitted; ended, cancelled, expired, rejected, gone; lost: never sent
    Column("status", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("submitted_at", Float),
    Column("expires_at", Float),
    Column("ended_at", Float),
)

batch_items = Table(
    "batch_items",
    metadata,
    Column("batch_id", ForeignKey("batches.id"), primary_key=True),
    Column("custom_id", Text, primary_key=True),  # ours, by which answers find back
    Column("asset_id", ForeignKey("assets.id"), nullable=False),
    Column("content_key", Text, nullable=False),
    Column("facts_key", Text, nullable=False),
    Column("call_id", ForeignKey("calls.id")),
    # answered, refused, failed (no usable answer), transient (the service's fault), or as the batch
    # ended without it; empty: under way
    Column("outcome", Text),
)

suggestions = Table(
    "suggestions",
    metadata,
    Column("asset_id", ForeignKey("assets.id"), primary_key=True),
    Column("concept", Text, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("decision", Text, nullable=False),
    Column("outcome", Text),
    Column("why", JSON, nullable=False),
    Index(None, "decision", "outcome"),
)

# By content as well as by asset, so that a rename does not bring a rejected tag back.
rejections = Table(
    "rejections",
    metadata,
    Column("content_key", Text, primary_key=True),
    Column("concept", Text, primary_key=True),
    Column("asset_id", ForeignKey("assets.id"), nullable=False),
    Column("source", Text, nullable=False),  # where the person said so
    Column("rejected_at", Float, nullable=False),
)

receipts = Table(
    "receipts",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False, index=True),
    Column("asset_id", ForeignKey("assets.id"), nullable=False, index=True),
    Column("target", Text, nullable=False),
    Column("before", LargeBinary, nullable=False),
    Column("size", BigInteger, nullable=False),  # of the asset once written
    Column("modified", BigInteger, nullable=False),  # likewise; -1: the write was given up
    Column("intended_at", Float, nullable=False),
    Column("written_at", Float),  # empty: intended, and not yet seen to stand there
    Column("undone_run", ForeignKey("runs.id")),
)

ledger = Table(
    "ledger",
    metadata,
    Column("receipt_id", ForeignKey("receipts.id"), primary_key=True),
    Column("concept", Text, primary_key=True),
    Column("asset_id", ForeignKey("assets.id"), nullable=False, index=True),
    Column("path", JSON, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("tagger", Text, nullable=False),
    Column("gone_at", Float),  # taken back by us, or by a person
    # The write that takes it back; intended as long as the receipt is not written.
    Column("withdrawn_by", ForeignKey("receipts.id"), index=True),
)

# Captions, ratings and albums that we set; what ``ledger`` is for tags.
extras = Table(
    "extras",
    metadata,
    Column("receipt_id", ForeignKey("receipts.id"), primary_key=True),
    Column("field", Text, primary_key=True),  # caption, rating, album
    Column("value", Text, primary_key=True),
    Column("asset_id", ForeignKey("assets.id"), nullable=False, index=True),
    Column("gone_at", Float),  # taken back or replaced by us, or by a person
    Column("rejected", Boolean, nullable=False, server_default=false()),  # by a person
    Column("withdrawn_by", ForeignKey("receipts.id"), index=True),
)

# What an undo changed in the ledger, so that it can be undone in its turn.
reversals = Table(
    "reversals",
    metadata,
    Column("receipt_id", ForeignKey("receipts.id"), primary_key=True),  # of the undo's own write
    Column("turns", JSON, nullable=False),  # rows as they were and as they become
)

# What the last visit of an asset knew, so that it can be judged anew without a look at it.
visits = Table(
    "visits",
    metadata,
    Column("asset_id", ForeignKey("assets.id"), primary_key=True),
    Column("facts", JSON, nullable=False),
)

visit_answers = Table(
    "visit_answers",
    metadata,
    Column("asset_id", ForeignKey("assets.id"), primary_key=True),
    Column("answer_id", ForeignKey("answers.id"), primary_key=True),
    Column("route", Text, nullable=False, server_default=""),  # why this tagger was asked
)

# What people said of suggestions, one row a photo; the newest that nobody undid counts.
decisions = Table(
    "decisions",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("batch", Text, nullable=False, index=True),  # one answer, on however many photos
    Column("session", ForeignKey("runs.id"), nullable=False),
    Column("source", Text, nullable=False),  # terminal, page, cli, host
    Column("asset_id", ForeignKey("assets.id"), nullable=False),
    Column("content_key", Text, nullable=False),
    Column("concept", Text, nullable=False),
    Column("choice", Text, nullable=False),  # accept, reject, refine, skip, add
    Column("to_concept", Text),  # that it was refined to
    # Whose suggestion it was; empty: nobody's.
    Column("tagger", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("label", Text, nullable=False),  # as the tagger said it
    Column("confidence", Float, nullable=False),
    Column("base", Text),  # outcome before any decision; absent: there was no suggestion
    Column("decided_at", Float, nullable=False),
    Column("undone_at", Float),
    Column("due", Boolean, nullable=False),  # whether the library is yet to follow
    Column("error", Text),  # why it could not
    Index(None, "asset_id", "concept"),
    Index(None, "concept", "content_key"),
    Index(None, "due"),
)

# Assets whose entry in the index of the search is older than what is known of them.
search_stale = Table(
    "search_stale", metadata, Column("asset_id", ForeignKey("assets.id"), primary_key=True)
)

ignored_labels = Table(
    "ignored_labels",
    metadata,
    Column("label", Text, primary_key=True),  # folded
    Column("ignored_at", Float, nullable=False),
)

# How far a host was read, so that a new process goes on from there.
cursors = Table(
    "cursors",
    metadata,
    Column("library", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("position", Text, nullable=False),  # in the host's own terms
)

# Concepts that people do not want in a library at all, as they deleted the tag itself there.
bars = Table(
    "bars",
    metadata,
    Column("library", Text, primary_key=True),
    Column("concept", Text, primary_key=True),
    Column("path", JSON, nullable=False),  # of the tag
    Column("barred_at", Float, nullable=False),
)
