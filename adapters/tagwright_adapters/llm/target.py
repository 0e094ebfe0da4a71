"""Which model is asked, where and how: the specification and options, resolved."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from tagwright.errors import ConfigurationError, TaggerSetupError
from tagwright.ports import Limits
from tagwright.taggers import TaggerContext
from tagwright.taxonomy.labels import printable
from tagwright_adapters.addresses import is_loopback, is_private
from tagwright_adapters.llm.disclosure import ContextField
from tagwright_adapters.llm.options import BedrockOptions, Options, read_options
from tagwright_adapters.llm.prices import Prices
from tagwright_adapters.llm.services import SERVICES, LargeVocabulary, Service

_OLLAMA_PORT = 11434
_LONGEST_QUOTE = 200  # characters


@dataclass(frozen=True, slots=True)
class Target:
    """One model at one service."""

    spec: str  # as the user wrote it
    scheme: str
    model: str
    base_url: str
    key: str | None = field(repr=False)
    concurrency: int
    timeout: float  # s
    max_tokens: int
    max_concepts: int
    max_vocabulary_tokens: int
    large_vocabulary: LargeVocabulary
    free_labels: bool
    context: tuple[ContextField, ...]
    limits: Limits = field(default_factory=Limits)
    routing: Mapping[str, object] = field(default_factory=dict)  # who may run the model
    pinned: Mapping[str, object] = field(default_factory=dict)  # what of it makes another question
    region: str | None = None  # of AWS
    secrets: tuple[str, ...] = field(default=(), repr=False)  # that must never be shown
    prices: Prices | None = None  # that the user has set

    @property
    def service(self) -> Service:
        """What is usual with its service."""
        return SERVICES[self.scheme]

    @property
    def host(self) -> str:
        """Host and port, without credentials that the address may hold."""
        parts = urlsplit(self.base_url)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)

    @property
    def loopback(self) -> bool:
        """Whether the address is on this machine."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    @property
    def ollama_cloud(self) -> bool:
        """Whether Ollama hands the picture on to its makers' servers."""
        return self.scheme == "ollama" and (
            self.model.endswith(("-cloud", ":cloud")) or self.host.endswith("ollama.com")
        )

    @property
    def destination(self) -> str:
        """The host where pictures end up, whoever hands them on."""
        if self.ollama_cloud:
            return "ollama.com"
        # An address of IPv6 is in brackets here, so that it cannot be taken for one with a port.
        return urlsplit(self.base_url).netloc.rpartition("@")[2].lower()

    @property
    def leaves_machine(self) -> bool:
        """Whether pictures go to another machine."""
        return not self.service.own or self.ollama_cloud or not self.loopback

    @property
    def account(self) -> str:
        """Whose limits hold: one model may be down, or busy, where another of the key is not."""
        model = f"{self.scheme}:{self.host}:{self.model}"
        if self.key is None:
            return model
        digest = hashlib.sha256(f"tagwright account {self.key}".encode()).hexdigest()
        return f"{model}:{digest[:8]}"

    @property
    def bounds_integers(self) -> bool:
        """Whether a schema may hold the smallest and largest integer that is allowed."""
        return self.service.bounds_integers and not self.model.startswith("ft:")

    @property
    def free(self) -> bool:
        """Whether nobody sends a bill: a server of one's own, or a model that is given away."""
        if self.prices is not None:
            return False
        if self.scheme == "openrouter":
            return self.model.endswith(":free")
        if self.scheme == "ollama":
            return not self.ollama_cloud
        at_home = is_private(urlsplit(self.base_url).hostname or "")
        return self.scheme == "openai-compatible" and at_home


def quote(text: str, target: Target) -> str:
    """Return the start of foreign text, fit to be shown and without our key."""
    for secret in target.secrets:
        text = text.replace(secret, "…")
    text = " ".join(text.split())
    return f"“{printable(text, _LONGEST_QUOTE)}”" if text else "nothing at all."


def make_target(context: TaggerContext) -> Target:
    """Resolve a specification.

    Raises:
        ConfigurationError: no model is named, or an option cannot be used.
        TaggerSetupError: the service needs a key and there is none.
    """
    service = SERVICES[context.scheme]
    model = context.spec.partition(":")[2].strip()
    if not model:
        msg = f"{context.spec!r} names no model."
        raise ConfigurationError(msg, cure=f"Write it as in {service.example!r}.")
    options = read_options(context)
    region = _region(context, options) if isinstance(options, BedrockOptions) else None
    key = _key(context, service)
    return Target(
        spec=context.spec,
        scheme=context.scheme,
        model=model,
        base_url=_base_url(context, service, options, region),
        key=key,
        concurrency=options.concurrency or service.concurrency,
        timeout=options.timeout or service.timeout,
        max_tokens=options.max_tokens,
        max_concepts=(
            service.max_concepts if options.max_concepts is None else options.max_concepts
        ),
        max_vocabulary_tokens=options.max_vocabulary_tokens or service.max_vocabulary_tokens,
        large_vocabulary=options.large_vocabulary or service.large_vocabulary,
        free_labels=options.free_labels,
        context=options.context,
        limits=Limits(options.requests_per_minute, options.tokens_per_minute),
        routing=options.routing,
        pinned=options.pinned,
        region=region,
        secrets=(key,) if key else (),
        prices=_prices(context, options),
    )


def _prices(context: TaggerContext, options: Options) -> Prices | None:
    told = options.input_price, options.output_price
    if told[0] is not None and told[1] is not None:
        return Prices.listed(told[0], told[1])
    if told != (None, None):
        msg = f"the tagger {context.scheme!r} has one of two prices."
        raise ConfigurationError(msg, cure="Set both input_price and output_price.")
    return None


def _key(context: TaggerContext, service: Service) -> str | None:
    key = (context.secret(service.key) or "").strip()
    if not key and service.needs_key:
        msg = f"{service.title} needs a key, and {service.key} is not set."
        raise TaggerSetupError(
            msg, cure=f"Set {service.key}, or {service.key}_FILE to a file that holds it."
        )
    if not (key.isascii() and key.isprintable()):
        msg = f"{service.key} holds characters that no key has."
        raise TaggerSetupError(msg, cure="Copy the key anew, without quotes or line breaks.")
    return key or None


def _region(context: TaggerContext, options: BedrockOptions) -> str:
    said = (context.secret(name) for name in ("AWS_REGION", "AWS_DEFAULT_REGION"))
    region = options.region or next((one.strip() for one in said if one), None)
    if not region:
        msg = f"{context.spec!r} needs a region of AWS."
        cure = 'Set region = "eu-central-1" in [tagger.bedrock], or AWS_REGION.'
        raise ConfigurationError(msg, cure=cure)
    return region


def _base_url(
    context: TaggerContext, service: Service, options: Options, region: str | None
) -> str:
    host = context.secret("OLLAMA_HOST") if context.scheme == "ollama" else None
    if not (options.base_url or host or service.base_url):
        msg = f"the tagger {context.spec!r} needs an address."
        cure = f'Set base_url = "http://…" in [tagger.{context.scheme}].'
        raise ConfigurationError(msg, cure=cure)
    try:
        if options.base_url:
            return _with_path(urlsplit(options.base_url.strip()), service)
        if host:
            return _with_path(_ollama_address(host.strip()), service)
    except ValueError as exc:
        msg = f"the address of the tagger {context.spec!r} is not one of the web."
        cure = 'Write it as "http://127.0.0.1:1234/v1".'
        raise ConfigurationError(msg, cure=cure) from exc
    return str(service.base_url).format(region=region)


def _with_path(parts: SplitResult, service: Service) -> str:
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError(parts.scheme)
    path = parts.path.rstrip("/") or service.path
    return parts._replace(path=path, query="", fragment="").geturl()


def _ollama_address(host: str) -> SplitResult:
    # OLLAMA_HOST is also what the server listens on: a bare host, or every interface.
    parts = urlsplit(host if "://" in host else f"http://{host}")
    name = parts.hostname or ""
    if name in ("", "0.0.0.0", "::"):  # noqa: S104 - replaced, not bound
        name = "127.0.0.1"
    port = parts.port or (443 if parts.scheme == "https" else _OLLAMA_PORT)
    return parts._replace(netloc=f"{f'[{name}]' if ':' in name else name}:{port}")
