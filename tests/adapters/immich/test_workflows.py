"""The client's workflows."""

from __future__ import annotations

import pytest

from tagwright_adapters.immich.errors import ImmichMissingError, ImmichPermissionError
from tagwright_adapters.immich.workflows import WEBHOOK, Webhook

from .conftest import Connect
from .server import ImmichServer

HOOK = Webhook(url="http://127.0.0.1:9/hook", header_name="x-tagwright", header_value="secret")
ONLY_NEWER = pytest.mark.parametrize("immich", ["3.1.0"], indirect=True)


async def test_what_there_is(immich: ImmichServer, connect: Connect) -> None:
    """By trying; servers of 2.x know nothing of it."""
    immich.permissions.add("plugin.read")
    workflows = connect(immich.url).workflows
    newer = immich.version == "3.1.0"
    assert ("AssetCreate" in await workflows.triggers()) == newer
    assert (WEBHOOK in await workflows.methods()) == newer


@ONLY_NEWER
async def test_life_of_a_workflow(immich: ImmichServer, connect: Connect) -> None:
    """Made, changed and taken away."""
    immich.permissions.update(f"workflow.{verb}" for verb in ("read", "create", "update", "delete"))
    workflows = connect(immich.url).workflows
    made = await workflows.create("Tagwright", "AssetCreate", HOOK)
    assert made.steps[0].config == HOOK.step["config"]
    other = HOOK.model_copy(update={"url": "http://127.0.0.1:9/other"})
    changed = await workflows.update(made.id, "AssetMetadataExtraction", other)
    assert (changed.id, changed.name) == (made.id, "Tagwright")
    assert changed.trigger == "AssetMetadataExtraction"
    assert await workflows.all() == (changed,)
    await workflows.delete(made.id)
    assert await workflows.all() == ()
    with pytest.raises(ImmichMissingError):
        await workflows.delete(made.id)


@ONLY_NEWER
async def test_permissions(immich: ImmichServer, connect: Connect) -> None:
    """The one that is needed is named, and the secret is not."""
    workflows = connect(immich.url).workflows
    with pytest.raises(ImmichPermissionError, match=r"'workflow\.create'") as caught:
        await workflows.create("Tagwright", "AssetCreate", HOOK)
    assert "secret" not in str(caught.value)
    with pytest.raises(ImmichPermissionError, match=r"'plugin\.read'"):
        await workflows.methods()
