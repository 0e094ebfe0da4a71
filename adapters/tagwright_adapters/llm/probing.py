"""Whether a service is there, found out for nothing: its list of models is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import httpx2

from tagwright.errors import TaggerError
from tagwright_adapters.llm import failures
from tagwright_adapters.llm.target import Target

_LONGEST = 20.0  # s


async def probe(http: httpx2.AsyncClient, target: Target) -> None:
    """Do nothing if the service is there. That it has no such list does not count against it.

    Raises:
        TaggerSetupError: the key is not accepted.
        TaggerBusyError: it takes no requests for now.
        TaggerUnavailableError: it is not there, or fails.
    """
    request = http.build_request(
        "GET", target.base_url + target.service.probe, headers=_key(target)
    )
    try:
        async with asyncio.timeout(min(_LONGEST, target.timeout)):
            response = await http.send(request, stream=True)
            await response.aclose()
    except (httpx2.ConnectError, httpx2.ConnectTimeout) as exc:
        raise failures.not_reached(target) from exc
    except (httpx2.TimeoutException, TimeoutError) as exc:
        raise failures.no_answer(target, _LONGEST) from exc
    except (httpx2.HTTPError, httpx2.StreamError) as exc:
        raise failures.broken_off(target) from exc
    error = _meaning(response, target)
    if error is not None:
        raise error


def _meaning(response: httpx2.Response, target: Target) -> TaggerError | None:
    status = response.status_code
    if target.scheme == "bedrock" and status < 500:
        return None  # whatever it makes of a request that nobody has signed
    if status in (401, 403):
        return failures.not_let_in(target)
    if status in (429, 529):
        return failures.busy(target, f"status {status}", failures.wait_asked_for(response.headers))
    if status in (404, 405):
        return None
    page = "html" in response.headers.get("content-type", "")
    if status >= 300 or page:
        said = "a web page" if page else f"status {status}"
        return failures.failing(target, status, said)
    return None


def _key(target: Target) -> Mapping[str, str]:
    if target.key is None or target.scheme == "bedrock":
        return {}
    if target.scheme == "gemini":
        return {"x-goog-api-key": target.key}
    version = {"anthropic-version": "2023-06-01"} if target.scheme == "anthropic" else {}
    return {"authorization": f"Bearer {target.key}", **version}
