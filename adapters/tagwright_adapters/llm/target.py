"""Which model is asked, where and how: the specification and options, resolved."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tagwright.errors import ConfigurationError, TaggerSetupError
from tagwright.taggers import TaggerContext
from tagwright.taxonomy.labels import printable
from tagwright_adapters.llm.disclosure import ContextField
from tagwright_adapters.llm.services import SERVICES, LargeVocabulary, Service

_OLLAMA_PORT = 11434
_LONGEST_QUOTE = 200  # characters


class Options(BaseModel):
    """What a user may set in the tagger's section. What is not set is as usual for the service."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str | None = Field(default=None, description="address of the service")
    concurrency: int | None = Field(default=None, ge=1, le=256, description="photos at once")
    timeout: float | None = Field(default=None, gt=0, le=3600, description="s, for one answer")
    max_tokens: int = Field(default=4096, ge=256, le=65536, description="longest answer")
    max_concepts: int | None = Field(
        default=None, ge=0, le=10_000, description="largest vocabulary offered whole; 0: no offer"
    )
    max_vocabulary_tokens: int | None = Field(
        default=None, ge=1, le=1_000_000, description="likewise, by an estimate of its tokens"
    )
    large_vocabulary: LargeVocabulary | None = Field(
        default=None, description="what to do with a larger one"
    )
    free_labels: bool = Field(default=True, description="ask for labels beside the vocabulary")
    context: tuple[ContextField, ...] = Field(
        default=(), description="facts that are sent beside the picture"
    )


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
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")

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
        return self.service.needs_key or self.ollama_cloud or not self.loopback

    @property
    def bounds_integers(self) -> bool:
        """Whether a schema may hold the smallest and largest integer that is allowed."""
        return self.service.bounds_integers and not self.model.startswith("ft:")

    @property
    def free(self) -> bool:
        """Whether nobody sends a bill: a server of one's own."""
        if self.scheme == "ollama":
            return not self.ollama_cloud
        return not self.leaves_machine


def quote(text: str, target: Target) -> str:
    """Return the start of foreign text, fit to be shown and without our key."""
    if target.key:
        text = text.replace(target.key, "…")
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
    options = _options(context)
    return Target(
        spec=context.spec,
        scheme=context.scheme,
        model=model,
        base_url=_base_url(context, service, options),
        key=_key(context, service),
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
    )


def _options(context: TaggerContext) -> Options:
    try:
        return Options.model_validate(dict(context.options))
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        msg = (
            f"the option {name!r} of the tagger {context.scheme!r} cannot be used: {first['msg']}."
        )
        cure = f"Options are: {', '.join(Options.model_fields)}."
        raise ConfigurationError(msg, cure=cure) from exc


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


def _base_url(context: TaggerContext, service: Service, options: Options) -> str:
    host = context.secret("OLLAMA_HOST") if context.scheme == "ollama" else None
    if not (options.base_url or host or service.base_url):
        msg = f"the tagger {context.spec!r} needs an address."
        cure = f'Set base_url = "http://…" in [tagger.{context.scheme}].'
        raise ConfigurationError(msg, cure=cure)
    try:
        if options.base_url:
            return _with_path(urlsplit(options.base_url.strip()), context.scheme)
        if host:
            return _with_path(_ollama_address(host.strip()), context.scheme)
    except ValueError as exc:
        msg = f"the address of the tagger {context.spec!r} is not one of the web."
        cure = 'Write it as "http://127.0.0.1:1234/v1".'
        raise ConfigurationError(msg, cure=cure) from exc
    return str(service.base_url)


def _with_path(parts: SplitResult, scheme: str) -> str:
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError(parts.scheme)
    path = parts.path.rstrip("/")
    if not path and scheme != "anthropic":
        path = "/v1"
    return parts._replace(path=path, query="", fragment="").geturl()


def _ollama_address(host: str) -> SplitResult:
    # OLLAMA_HOST is also what the server listens on: a bare host, or every interface.
    parts = urlsplit(host if "://" in host else f"http://{host}")
    name = parts.hostname or ""
    if name in ("", "0.0.0.0", "::"):  # noqa: S104 - replaced, not bound
        name = "127.0.0.1"
    port = parts.port or (443 if parts.scheme == "https" else _OLLAMA_PORT)
    return parts._replace(netloc=f"{f'[{name}]' if ':' in name else name}:{port}")
