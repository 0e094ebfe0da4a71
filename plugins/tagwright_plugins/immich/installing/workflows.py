"""Which workflows an account has of us, and which it is to have."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.models import Step, Workflow
from tagwright_adapters.immich.workflows import WEBHOOK, Webhook
from tagwright_plugins.immich.receiving.hooks import HEADER, hook_path

TRIGGERS: Mapping[str, str] = {
    "AssetCreate": "new assets",
    "AssetMetadataExtraction": "read assets",
}
"""What we want to hear of, and how the workflows for it are called."""


class Doing(StrEnum):
    """What becomes of one workflow."""

    MAKE = "made"
    REPAIR = "repaired"
    KEEP = "is as it should be"
    REMOVE = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of one workflow."""

    doing: Doing
    name: str
    trigger: str
    workflow: str = ""  # its identifier, if it is there


def title(account: str, trigger: str) -> str:
    """Return what we call a workflow."""
    return f"Tagwright ({account}): {TRIGGERS.get(trigger, trigger)}"


def to_install(
    found: Sequence[Workflow], account: str, hook: Webhook, offered: Collection[str]
) -> Iterator[Change]:
    """Yield what makes each trigger that is offered call us exactly once."""
    kept = set[str]()
    for trigger in (one for one in TRIGGERS if one in offered):
        mine = [one for one in found if one.trigger == trigger and is_ours(one, account)]
        mine.sort(key=lambda one: not _fits(one, hook))
        if not mine:
            yield Change(Doing.MAKE, title(account, trigger), trigger)
            continue
        first = mine[0]
        kept.add(first.id)
        doing = Doing.KEEP if _fits(first, hook) else Doing.REPAIR
        yield Change(doing, first.name or title(account, trigger), trigger, first.id)
    yield from to_uninstall([one for one in found if one.id not in kept], account)


def to_uninstall(found: Sequence[Workflow], account: str) -> Iterator[Change]:
    """Yield what takes all of ours away, and none of anybody else's."""
    for one in found:
        if is_ours(one, account):
            yield Change(Doing.REMOVE, one.name or "without a name", one.trigger, one.id)


async def carry_out(client: ImmichClient, change: Change, hook: Webhook | None) -> None:
    """Do it; ``hook`` is needed for what is made or repaired."""
    match change.doing:
        case Doing.MAKE if hook:
            await client.workflows.create(change.name, change.trigger, hook)
        case Doing.REPAIR if hook:
            await client.workflows.update(change.workflow, change.trigger, hook)
        case Doing.REMOVE:
            await client.workflows.delete(change.workflow)


def is_ours(workflow: Workflow, account: str) -> bool:
    """Whether a workflow is ours, by its name or as it does nothing but call us."""
    if workflow.name == title(account, workflow.trigger):
        return True
    return bool(workflow.steps) and all(_calls_us(step, account) for step in workflow.steps)


def called(found: Sequence[Workflow], account: str) -> str | None:
    """Return the address that ours call now."""
    steps = (step for one in found if is_ours(one, account) for step in one.steps)
    urls = ((step.config or {}).get("url") for step in steps if _calls_us(step, account))
    return next((url for url in urls if isinstance(url, str)), None)


def _calls_us(step: Step, account: str) -> bool:
    config = step.config or {}
    header, url = config.get("headerName"), config.get("url")
    if step.method != WEBHOOK or not isinstance(header, str) or not isinstance(url, str):
        return False
    try:
        path = urlsplit(url).path
    except ValueError:
        return False
    return header.lower() == HEADER and path.endswith(hook_path(account))


def _fits(workflow: Workflow, hook: Webhook) -> bool:
    if not workflow.enabled or len(workflow.steps) != 1:
        return False
    (step,) = workflow.steps
    config = hook.step["config"]
    same = config.items() <= (step.config or {}).items()  # a server may add what it assumes
    return step.enabled and step.method == WEBHOOK and same
