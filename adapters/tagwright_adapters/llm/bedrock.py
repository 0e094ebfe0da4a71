"""Models at Amazon Bedrock: credentials, signatures and connections are botocore's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from botocore.config import Config  # type: ignore[import-untyped]  # it has no types
from botocore.exceptions import BotoCoreError  # type: ignore[import-untyped]  # likewise
from botocore.session import Session  # type: ignore[import-untyped]  # likewise
from botocore.tokens import FrozenAuthToken  # type: ignore[import-untyped]  # likewise
from pydantic_ai.exceptions import ModelConnectionError, UnexpectedModelBehavior
from pydantic_ai.models import Model
from pydantic_ai.models.bedrock import BedrockConverseModel
from pydantic_ai.profiles import ModelProfile
from pydantic_ai.providers.bedrock import BedrockProvider

from tagwright.errors import TaggerSetupError
from tagwright_adapters.llm.target import Target, quote

_SERVICE = "bedrock-runtime"
_CREDENTIALS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"


def make_bedrock_model(target: Target, connect: float) -> tuple[Model, Target]:
    """Return a client, and the target with all that must not be shown.

    Args:
        target: Which model.
        connect: Seconds for one connection.

    Raises:
        TaggerSetupError: there are no credentials, or botocore cannot use them.
    """
    try:
        client, secrets = _client(target, connect)
    except BotoCoreError as exc:
        raise TaggerSetupError(
            f"Amazon Bedrock cannot be used: {quote(str(exc), target)}",
            cure=f"Check {_CREDENTIALS}.",
        ) from exc
    client.meta.events.register(f"before-parse.{_SERVICE}.Converse", _check_body)
    model = BedrockConverseModel(
        target.model,
        provider=BedrockProvider(bedrock_client=client),
        profile=ModelProfile(supports_json_object_output=False),
    )
    return model, replace(target, secrets=secrets)


def _client(target: Target, connect: float) -> tuple[Any, tuple[str, ...]]:
    config = Config(
        connect_timeout=min(connect, target.timeout),
        read_timeout=target.timeout,
        max_pool_connections=target.concurrency,
        retries={"total_max_attempts": 1, "mode": "standard"},
        # A proxy is for the way out; what stays on this machine must not take it.
        proxies={} if target.loopback else None,
    )
    if target.key is not None:
        if target.base_url.startswith("http:"):
            msg = f"a token of Amazon Bedrock does not go to {target.host} for all to read."
            cure = "Let base_url begin with https://, or use AWS credentials, which are not sent."
            raise TaggerSetupError(msg, cure=cure)
        session: Session = _TokenSession(target.key)
        config = config.merge(Config(signature_version="bearer"))
        secrets = [target.key]
    else:
        session = Session()
        found = session.get_credentials()
        if found is None:
            msg = "Amazon Bedrock needs AWS credentials, and there are none."
            cure = f"Set AWS_BEARER_TOKEN_BEDROCK, or {_CREDENTIALS} (see 'aws configure')."
            raise TaggerSetupError(msg, cure=cure)
        frozen = found.get_frozen_credentials()
        secrets = [frozen.access_key, frozen.secret_key, frozen.token]
    client = session.create_client(
        _SERVICE, target.region, endpoint_url=target.base_url, config=config
    )
    return client, tuple(filter(None, secrets))


class _TokenSession(Session):  # type: ignore[misc]  # botocore has no types
    """A session with a token that is not botocore's to find: it may come from a file."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._own_token = token

    def get_auth_token(self, **_: object) -> FrozenAuthToken:
        """Return the token."""
        return FrozenAuthToken(self._own_token)

    def get_credentials(self) -> None:
        """Return None: nothing is to be signed."""


def _check_body(response_dict: dict[str, Any], **_: object) -> None:
    # botocore takes any body for an answer, if need be for one without content.
    if response_dict["status_code"] >= 300:
        return
    headers = {name.lower(): value for name, value in response_dict["headers"].items()}
    body: bytes = response_dict["body"]
    if len(body) < int(headers.get("content-length", 0)):
        raise ModelConnectionError("", "cut off", phase="read")
    if not body.lstrip().startswith(b"{"):
        raise UnexpectedModelBehavior(body[:500].decode(errors="replace"))
