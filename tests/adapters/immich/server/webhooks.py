"""Sends what workflows announce, over real HTTP."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from tests.adapters.immich.server.assets import Asset
from tests.adapters.immich.server.library import Library

METHOD = "immich-plugin-core#webhook"
_TIMEOUT = 5.0  # s


class Webhooks:
    """The steps of all workflows that call somebody."""

    def __init__(self, library: Library) -> None:
        """Nothing is sent until a workflow is there."""
        self._library = library
        self._pool = ThreadPoolExecutor(4)
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._under_way: list[Future[int]] = []

    def trigger(self, name: str, asset: Asset) -> None:
        """Send an asset to whoever asked for it."""
        for workflow in list(self._library.workflows.values()):
            wanted = workflow["enabled"] and workflow["trigger"] == name
            if not wanted or workflow["ownerId"] != asset.owner:
                continue
            told = {"asset": self._library.view.event(asset)}
            body = {"type": "AssetV1", "trigger": name, "data": told}
            for step in workflow["steps"]:
                if step["method"] == METHOD and step.get("enabled", True):
                    sent = self._pool.submit(self._send, step["config"], body)
                    self._under_way.append(sent)

    def delivered(self) -> list[int]:
        """Return what was answered so far, 0 for no answer; waits for what is under way."""
        return [one.result() for one in list(self._under_way)]

    def close(self) -> None:
        """Send what is under way, and nothing any more."""
        self._pool.shutdown()

    def _send(self, config: dict[str, Any], body: dict[str, Any]) -> int:
        headers = {"Content-Type": "application/json"}
        if config.get("headerName"):
            headers[config["headerName"]] = config.get("headerValue", "")
        data = json.dumps(body).encode()
        method = config.get("method", "POST")
        request = urllib.request.Request(config["url"], data, headers, method=method)
        try:
            with self._opener.open(request, timeout=_TIMEOUT) as response:
                return int(response.status)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code
        except OSError:
            return 0
