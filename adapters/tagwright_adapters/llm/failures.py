"""What the failures of services mean for a photo and for the run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelOverloadedError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelRequestRejectedError,
    ModelRequestTimeout,
    ModelTimeoutError,
)

from tagwright.errors import (
    BudgetError,
    TaggerAnswerError,
    TaggerBusyError,
    TaggerError,
    TaggerRefusedError,
    TaggerSetupError,
    TaggerUnavailableError,
)
from tagwright.model import Usage
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


# xAI's own words; it says so with 403 or 429, where others mean the key or the rate.
_SPENT = re.compile(r"(used all available|run out of|purchase more) credits", re.IGNORECASE)
_VIOLATES = re.compile(r"violates usage guidelines|SAFETY_CHECK", re.IGNORECASE)
_POLICY = (
    "Check that they are complete and not expired, that this machine's clock is right, and that"
    " they allow bedrock:InvokeModel for this model in this region."
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
    """Return our error for one of the client libraries, with what may have been paid."""
    if isinstance(exc, TaggerError):
        return exc
    error = _rejected(exc, target) if isinstance(exc, ModelAPIError) else None
    error = error or _unavailable(exc, target)
    error.usage = _paid(exc, target)
    return error


def not_reached(target: Target) -> TaggerUnavailableError:
    """Return the error for a server that nothing could be sent to."""
    cure = "Start it with 'ollama serve'." if target.scheme == "ollama" else None
    error = TaggerUnavailableError(f"{_where(target)} cannot be reached.", cure=cure)
    error.usage = Usage()
    return error


def no_answer(target: Target, most: float | None = None) -> TaggerUnavailableError:
    """Return the error for silence, of the target's own timeout or ``most`` seconds."""
    waited = min(target.timeout, most) if most else target.timeout
    return TaggerUnavailableError(f"{_where(target)} has not answered within {waited:g} s.")


def broken_off(target: Target) -> TaggerUnavailableError:
    """Return the error for an answer that ends too early."""
    return TaggerUnavailableError(f"{_where(target)} broke off the connection.")


def busy(target: Target, said: str, wait: float | None) -> TaggerBusyError:
    """Return the error for a service that takes no more for ``wait`` seconds, if it says so."""
    message = f"{_where(target)} takes no more requests for now: {quote(said, target)}"
    return TaggerBusyError(message, retry_after=wait)


def failing(
    target: Target, status: int, said: str, wait: float | None = None
) -> TaggerUnavailableError:
    """Return the error for a service that has trouble of its own."""
    message = f"{_where(target)} fails with {status}: {quote(said, target)}"
    return TaggerUnavailableError(message, retry_after=wait)


def not_let_in(target: Target, said: str = "") -> TaggerSetupError:
    """Return the error for a key that is not accepted, or is missing."""
    variable = target.service.key
    if target.scheme == "bedrock":
        reason = f": {quote(said, target)}" if said else "."
        return TaggerSetupError(
            f"{_where(target)} does not accept the AWS credentials{reason}", cure=_POLICY
        )
    if target.key is None:
        return TaggerSetupError(f"{_where(target)} wants a key.", cure=f"Set {variable}.")
    return TaggerSetupError(
        f"{_where(target)} does not accept the key in {variable}.",
        cure="Check that it is complete, not revoked, and may use this model.",
    )


def wait_asked_for(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of Retry-After, or None."""
    return ModelHTTPError(429, "", headers=headers).retry_after


def _rejected(exc: ModelAPIError, target: Target) -> TaggerError | None:
    """Return what a service means that does not want this request, or None if that is not so."""
    title, said = target.service.title, _said(exc)
    quoted = quote(said, target)
    error: TaggerError | None = None
    match exc:
        case _ if _out_of_credit(exc, said):
            error = BudgetError(
                f"{title} says that the account has no credit left: {quoted}",
                cure="Top it up or raise its limit; the next run takes up where this one ends.",
            )
        case ModelAuthenticationError() if _VIOLATES.search(said):
            error = _declined(target, said)
        case ModelAuthenticationError():
            error = not_let_in(target, said)
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
            error = _declined(target, said)
        case ModelRequestRejectedError():
            error = TaggerAnswerError(f"{title} rejects the request: {quoted}")
    return error


def _out_of_credit(exc: ModelAPIError, said: str) -> bool:
    return isinstance(exc, ModelQuotaExceededError) or _SPENT.search(said) is not None


def _declined(target: Target, said: str) -> TaggerRefusedError:
    return TaggerRefusedError(
        f"{target.service.title} declined to look at this photo: {quote(said, target)}"
    )


def _not_there(exc: ModelAPIError, target: Target) -> TaggerError:
    meant = exc.suggested_model_id if isinstance(exc, ModelHTTPError) else None
    cure = f"Did you mean {meant!r}?" if meant else "Check the model's name and the address."
    if target.scheme == "ollama":
        cure = f"Fetch it: ollama pull {target.model}."
    return TaggerSetupError(
        f"{_where(target)} has no model {target.model!r}: {quote(_said(exc), target)}", cure=cure
    )


def _unavailable(exc: Exception, target: Target) -> TaggerUnavailableError:
    match exc:
        case ModelConnectionError(phase="connect" | "pool"):
            return not_reached(target)
        case ModelTimeoutError() | ModelRequestTimeout():
            return no_answer(target)
        case ModelConnectionError():
            return broken_off(target)
        case ModelAPIError() if _says_busy(exc):
            return busy(target, _said(exc), exc.retry_after)
        case ModelHTTPError():
            return failing(target, exc.status_code, _said(exc), exc.retry_after)
    said = quote(_said(exc), target)
    return TaggerUnavailableError(f"{_where(target)} answers, but not as its API does: {said}")


def _says_busy(exc: ModelAPIError) -> bool:
    if isinstance(exc, ModelRateLimitError | ModelOverloadedError):
        return True
    return isinstance(exc, ModelHTTPError) and exc.status_code == 529  # unknown to some clients


def _paid(exc: Exception, target: Target) -> Usage:
    match exc:
        case ModelConnectionError(phase="connect" | "pool"):
            return Usage()
        case ModelHTTPError() if not _VIOLATES.search(_said(exc)):  # xAI charges for those
            return Usage(requests=1)
    # It may have looked at the picture all the same, and nobody says what that has cost. Nothing
    # else that is rejected is billed by any service.
    return Usage(requests=1, cost=Decimal(0) if target.free else None)


def _where(target: Target) -> str:
    return f"{target.service.title} at {target.host}"


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
