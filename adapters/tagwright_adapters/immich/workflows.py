"""Workflows of Immich 3.x, by which it announces new assets."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, TypeAdapter

from tagwright_adapters.immich.connection import Connection
from tagwright_adapters.immich.errors import ImmichPermissionError, ImmichTooOldError
from tagwright_adapters.immich.models import Workflow
from tagwright_adapters.immich.paths import segment

WEBHOOK = "immich-plugin-core#webhook"
"""The method of a step that calls an address."""

WITH_WORKFLOWS = 3
"""The first major version that has them."""


class _Trigger(BaseModel):
    trigger: str


class _Method(BaseModel):
    key: str


_TRIGGERS = TypeAdapter(tuple[_Trigger, ...])
_METHODS = TypeAdapter(tuple[_Method, ...])
_WORKFLOW = TypeAdapter(Workflow)
_WORKFLOWS = TypeAdapter(tuple[Workflow, ...])


class WorkflowCalls:
    """Servers before 3.0 raise an ImmichTooOldError, where nothing else is said."""

    def __init__(self, connection: Connection) -> None:
        """Ask over these connections."""
        self._connection = connection

    async def triggers(self) -> frozenset[str]:
        """Return what workflows can begin with, "AssetCreate"; none before 3.0."""
        path = "/workflows/triggers"
        try:
            found = await self._connection.ask("GET", path, _TRIGGERS, probing=True)
        except (ImmichTooOldError, ImmichPermissionError):  # 2.x takes it for a workflow's number
            return frozenset()
        return frozenset(one.trigger for one in found)

    async def methods(self) -> frozenset[str]:
        """Return what workflows can do, :data:`WEBHOOK` for one; none before 3.0."""
        path = "/plugins/methods"
        try:
            found = await self._connection.ask("GET", path, _METHODS, "plugin.read", probing=True)
        except ImmichTooOldError:
            return frozenset()
        return frozenset(one.key for one in found)

    async def all(self) -> tuple[Workflow, ...]:
        """Return all workflows of the account."""
        return await self._connection.ask("GET", "/workflows", _WORKFLOWS, "workflow.read")

    async def create(self, name: str, trigger: str, hook: Webhook) -> Workflow:
        """Make a workflow that calls an address upon a trigger."""
        body = {"name": name, "trigger": trigger, "enabled": True, "steps": [hook.step]}
        permission = "workflow.create"
        return await self._connection.ask("POST", "/workflows", _WORKFLOW, permission, body=body)

    async def update(self, workflow: str, trigger: str, hook: Webhook) -> Workflow:
        """Have a workflow call this address, and nothing else, from now on."""
        path, permission = f"/workflows/{segment(workflow)}", "workflow.update"
        body = {"trigger": trigger, "enabled": True, "steps": [hook.step]}
        return await self._connection.ask("PUT", path, _WORKFLOW, permission, body=body)

    async def delete(self, workflow: str) -> None:
        """Take a workflow away."""
        path = f"/workflows/{segment(workflow)}"
        await self._connection.tell("DELETE", path, "workflow.delete")


class Webhook(BaseModel):
    """Where a workflow sends what happened, with one header of ours."""

    url: str
    header_name: str
    header_value: str

    @property
    def step(self) -> dict[str, Any]:
        """Return it as a step of a workflow."""
        header = {"headerName": self.header_name, "headerValue": self.header_value}
        return {"method": WEBHOOK, "config": {"url": self.url, "method": "POST"} | header}
