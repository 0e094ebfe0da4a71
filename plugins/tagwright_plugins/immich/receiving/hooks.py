"""Where a workflow calls us, and in which header it shows its secret."""

from __future__ import annotations

HEADER = "x-tagwright-secret"


def hook_path(account: str) -> str:
    """Return the path that belongs to an account."""
    return f"/immich/webhook/{account}"
