"""What the failures of services mean for a photo and for the run."""

from __future__ import annotations

import re

from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelRequestRejectedError,
    ModelRequestTimeout,
    ModelTimeoutError,
)

from tagwright.errors import (
    BudgetError,
    TaggerAnswerError,
    TaggerError,
    TaggerRefusedError,
    TaggerSetupError,
    TaggerUnavailableError,
)
from tagwright_adapters.llm.target import Target, quote

_MODE = re.compile(
    r"response_format|json.?schema|output_(format|config)|structured.?output|grammar"
    r"|tool_choice|support\w* (for )?(tool|function)"
    r"|(tool|function)[ _-]?(use|call\w*|s)\b.*support",
    re.IGNORECASE,
)
_MODE_STATUSES = frozenset((400, 404, 415, 422, 500, 501))
_BLIND = re.compile(
    r"(not|n't|no endpoints?\b.*) (support|accept|process|allow)\w*\b.{0,40}"
    r"(image|vision|multimodal)"
    r"|(image|vision|multimodal)\w*( input\w*)? (is|are) not (supported|allowed|enabled)"
    r"|missing data required for image input|not a (vision|multimodal) model",
    re.IGNORECASE,
)
_DECLINED = re.compile(
    r"content.?(policy|filter|management)|moderation|safety|flagged|responsible.?ai", re.IGNORECASE
)


def rejects_mode(exc: ModelHTTPError) -> bool:
    """Whether a service says that it, or its model, cannot do the output mode asked for."""
    text = _said(exc)
    return (
        exc.status_code in _MODE_STATUSES
        and _MODE.search(text) is not None
        and _BLIND.search(text) is None
    )


def translate(exc: Exception, target: Target) -> TaggerError:
    """Return our error for one of the client libraries."""
    title, said = target.service.title, _said(exc)
    quoted = quote(said, target)
    error: TaggerError
    match exc:
        case ModelQuotaExceededError():
            error = BudgetError(
                f"{title} says that the account has no credit left: {quoted}",
                cure="Top it up or raise its limit; the next run takes up where this one ends.",
            )
        case ModelAuthenticationError():
            error = _not_let_in(target)
        case ModelContextWindowExceededError():
            error = TaggerSetupError(
                f"prompt, vocabulary and photo are too long for {target.model}: {quoted}",
                cure="Set max_concepts lower, or let the server keep a longer context.",
            )
        case ModelHTTPError() if _BLIND.search(said):
            error = TaggerSetupError(
                f"{target.model} cannot look at pictures: {quoted}",
                cure=f"Choose a vision model, such as {target.service.example!r}.",
            )
        case ModelNotFoundError():
            error = _not_there(exc, target)
        case ModelRequestRejectedError() if _DECLINED.search(said):
            error = TaggerRefusedError(f"{title} declined to look at this photo: {quoted}")
        case ModelRequestRejectedError():
            error = TaggerAnswerError(f"{title} rejects the request: {quoted}")
        case _:
            error = _unavailable(exc, target)
    return error


def _not_let_in(target: Target) -> TaggerError:
    variable = target.service.key
    if target.key is None:
        return TaggerSetupError(
            f"{target.service.title} at {target.host} wants a key.", cure=f"Set {variable}."
        )
    return TaggerSetupError(
        f"{target.service.title} at {target.host} does not accept the key in {variable}.",
        cure="Check that it is complete, not revoked, and may use this model.",
    )


def _not_there(exc: ModelAPIError, target: Target) -> TaggerError:
    meant = exc.suggested_model_id if isinstance(exc, ModelHTTPError) else None
    cure = f"Did you mean {meant!r}?" if meant else "Check the model's name and the address."
    if target.scheme == "ollama":
        cure = f"Fetch it: ollama pull {target.model}."
    return TaggerSetupError(
        f"{target.service.title} at {target.host} has no model {target.model!r}: "
        f"{quote(_said(exc), target)}",
        cure=cure,
    )


def _unavailable(exc: Exception, target: Target) -> TaggerError:
    where = f"{target.service.title} at {target.host}"
    wait = exc.retry_after if isinstance(exc, ModelAPIError) else None
    cure = None
    match exc:
        case ModelTimeoutError(phase="connect") | ModelConnectionError(phase="connect"):
            message = f"{where} cannot be reached."
            cure = "Start it with 'ollama serve'." if target.scheme == "ollama" else None
        case ModelTimeoutError() | ModelRequestTimeout():
            message = f"{where} has not answered within {target.timeout:g} s."
        case ModelConnectionError():
            message = f"{where} broke off the connection."
        case ModelRateLimitError():
            message = f"{where} takes no more requests for now: {quote(_said(exc), target)}"
        case ModelHTTPError():
            message = f"{where} fails with {exc.status_code}: {quote(_said(exc), target)}"
        case _:
            message = f"{where} answers, but not as its API does: {quote(_said(exc), target)}"
    return TaggerUnavailableError(message, cure=cure, retry_after=wait)


def _said(exc: Exception) -> str:
    """Return the service's own words: error bodies differ, most hold a message somewhere."""
    body = exc.body if isinstance(exc, ModelAPIError) else None
    while isinstance(body, dict):
        inner = body.get("error") or body.get("message") or body.get("detail")
        if not isinstance(inner, dict | str):
            break
        body = inner
    if body is not None:
        return str(body)
    return str(exc) or type(exc).__name__
