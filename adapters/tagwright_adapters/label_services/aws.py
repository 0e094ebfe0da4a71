"""The way to AWS through botocore: credentials, signatures and connections are its own."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from tagwright.errors import TaggerError, TaggerSetupError
from tagwright_adapters.label_services import failures
from tagwright_adapters.label_services.account import Account

_CONNECT = 10.0  # s
_BODY = "TagwrightBody"  # where a response's own bytes stand beside what botocore made of them
_Form = TypeVar("_Form")

# Rejections that come with status 400.
_NOT_LET_IN = frozenset(
    (
        "AccessDeniedException",
        "ExpiredTokenException",
        "IncompleteSignatureException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "OptInRequired",
        "SubscriptionRequiredException",
        "UnrecognizedClientException",
    )
)
_TOO_MANY = frozenset(
    ("ProvisionedThroughputExceededException", "ThrottlingException", "TooManyRequestsException")
)
_POLICY = (
    "Check that they are complete and not expired, that this machine's clock is right, and that"
    " they allow rekognition:DetectLabels (and rekognition:DetectText for text)."
)


class Aws:
    """Open connections to Rekognition in one region. Retries nothing."""

    def __init__(
        self, account: Account, region: str, concurrency: int, *, own_address: bool
    ) -> None:
        """Make it; nothing is loaded or sent yet.

        Args:
            account: Where the service is.
            region: Of AWS.
            concurrency: How many requests may be under way, each in a thread.
            own_address: Whether the address is the user's, in place of the region's usual one.
        """
        self._account = account
        self._region = region
        self._concurrency = concurrency
        self._own_address = own_address
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="rekognition")
        self._connecting = asyncio.Lock()
        self._client: Any = None

    async def ask(self, form: TypeAdapter[_Form], operation: str, **request: Any) -> _Form:
        """Call an operation and return its answer.

        Raises:
            TaggerError: there is no answer, or not one of this form.
        """
        loop = asyncio.get_running_loop()
        async with self._connecting:
            if self._client is None:
                self._client = await loop.run_in_executor(self._pool, self._connect)
        call = partial(self._call, operation, request)
        try:
            async with asyncio.timeout(self._account.timeout):  # botocore's begins anew with bytes
                answer = await loop.run_in_executor(self._pool, call)
        except TimeoutError as exc:
            raise failures.no_answer(self._account) from exc
        headers, body = answer[_BODY]
        if len(body) < int(headers.get("content-length", 0)):  # botocore takes that for the whole
            raise failures.broken_off(self._account)
        if failures.is_page(headers, body):
            raise failures.rejected(self._account, 200, "a web page", page=True)
        try:
            return form.validate_python(answer)
        except ValidationError as exc:
            raise failures.unreadable(self._account, body) from exc

    async def aclose(self) -> None:
        """Close all connections; a request that still waits is left to its time-out."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self._client is not None:
            self._client.close()
            self._client = None

    def _connect(self) -> Any:
        """Load botocore, which takes a moment, and find credentials.

        Raises:
            TaggerSetupError: there are none, or the region has no such service.
        """
        from botocore.config import Config  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra
        from botocore.exceptions import BotoCoreError  # type: ignore[import-untyped]  # noqa: PLC0415
        from botocore.session import Session  # type: ignore[import-untyped]  # noqa: PLC0415

        account = self._account
        config = Config(
            connect_timeout=min(_CONNECT, account.timeout),
            read_timeout=account.timeout,
            max_pool_connections=self._concurrency,
            retries={"total_max_attempts": 1, "mode": "standard"},
            # A proxy is for the way out; what stays on this machine must not take it.
            proxies={} if account.loopback else None,
        )
        try:
            session = Session()
            self._check_region(session.get_available_regions("rekognition"))
            credentials = session.get_credentials()
            if credentials is None:
                msg = f"{account.title} needs AWS credentials, and there are none."
                cure = f"Set {account.key_name} (see 'aws configure')."
                raise TaggerSetupError(msg, cure=cure)
            found = credentials.get_frozen_credentials()
            client = session.create_client(
                "rekognition", self._region, endpoint_url=account.base_url, config=config
            )
        except BotoCoreError as exc:
            raise TaggerSetupError(
                f"{account.title} cannot be used: {account.quote(str(exc))}",
                cure=f"Check {account.key_name}.",
            ) from exc
        secrets = (found.access_key, found.secret_key, found.token)
        self._account = replace(account, secrets=tuple(filter(None, secrets)))
        client.meta.events.register("before-parse.rekognition", _keep_body)
        return client

    def _check_region(self, known: list[str]) -> None:
        if not self._own_address and self._region not in known:
            msg = f"Rekognition is not known to be in the region {self._region!r}."
            cure = f"Choose one of: {', '.join(known)}."
            raise TaggerSetupError(msg, cure=cure)

    def _call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self._client, operation)(**request)
        except Exception as exc:  # noqa: BLE001 - whatever botocore makes of hostile replies
            tells_key = any(secret in str(exc) for secret in self._account.secrets)
            raise _translate(exc, self._account) from (None if tells_key else exc)
        return answer


def _keep_body(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object
) -> None:
    # botocore takes any body for an answer, if need be for one without content.
    headers = {name.lower(): value for name, value in response_dict["headers"].items()}
    customized_response_dict[_BODY] = headers, response_dict["body"]


def _translate(exc: Exception, account: Account) -> TaggerError:
    from botocore import exceptions  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra

    error: TaggerError
    match exc:
        case exceptions.ClientError():
            error = _rejected(exc.response, account)
        case exceptions.EndpointConnectionError() | exceptions.ConnectTimeoutError():
            error = failures.not_reached(account)
        case exceptions.ReadTimeoutError():
            error = failures.no_answer(account)
        case (
            exceptions.NoCredentialsError()
            | exceptions.CredentialRetrievalError()
            | exceptions.TokenRetrievalError()
            | exceptions.SSOError()
        ):
            error = failures.not_let_in(account, str(exc), _POLICY)
        case exceptions.ConnectionError() | exceptions.HTTPClientError():
            error = failures.broken_off(account)
        case _:
            error = failures.unreadable(account, f"{type(exc).__name__}: {exc}".encode())
    return error


def _rejected(response: dict[str, Any], account: Account) -> TaggerError:
    headers, body = response.get(_BODY, ({}, b""))
    code = str(response["Error"].get("Code", ""))
    status = int(response["ResponseMetadata"].get("HTTPStatusCode", 500))
    page = failures.is_page(headers, body)
    said = "a web page" if page else f"{code}: {response['Error'].get('Message') or ''}"
    if code in _NOT_LET_IN or status in (401, 403):
        return failures.not_let_in(account, said, _POLICY)
    status = 429 if code in _TOO_MANY else status
    wait = failures.wait_asked_for(headers)
    return failures.rejected(account, status, said, wait=wait, page=page)
