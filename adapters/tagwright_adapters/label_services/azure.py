"""Azure AI Vision, image analysis 2023-10-01 ("4.0").

Prices in US dollars for 1,000 transactions of tier S1 below one million a month, from
azure.microsoft.com/pricing/details/cognitive-services/computer-vision as of 2025; each feature of a
picture is one transaction. Regions differ. Tier F0 is free for 5,000 a month, which is not counted
here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, Literal

from pydantic import Field, TypeAdapter

from tagwright.errors import TaggerError, TaggerSetupError
from tagwright.ports import Tagger
from tagwright.taggers import TaggerContext
from tagwright_adapters.label_services import failures
from tagwright_adapters.label_services.account import Account
from tagwright_adapters.label_services.azure_answer import TITLE, AzureAnswer, read
from tagwright_adapters.label_services.http import Http
from tagwright_adapters.label_services.options import (
    Options,
    read_address,
    read_key,
    read_options,
    refuse_model,
)
from tagwright_adapters.label_services.speech import spoken_there
from tagwright_adapters.label_services.tagger import Call, LabelTagger, Reading

_KEY = "AZURE_VISION_KEY"
_ENDPOINT = "AZURE_VISION_ENDPOINT"
_EXAMPLE = "https://my-resource.cognitiveservices.azure.com"
_PATH = "/computervision/imageanalysis:analyze"
_API = "2023-10-01"
_READING = 1  # raised when answers are read in another way, so that photos are asked about again
_CONCURRENCY = 8

Feature = Literal["tags", "caption", "objects", "text"]

_FEATURES: Mapping[Feature, tuple[str, Decimal]] = {
    "tags": ("tags", Decimal("1.00")),
    "caption": ("caption", Decimal("1.50")),
    "objects": ("objects", Decimal("1.00")),
    "text": ("read", Decimal("1.50")),
}
# Of tags; all else is in English (learn.microsoft.com, "Language support", September 2025).
_LANGUAGES = (
    "ar az bg bs ca cs cy da de el en es et eu fi fr ga gl he hi hr hu id it ja kk ko lt lv mk ms "
    "nb nl pl prs pt pt-BR pt-PT ro ru sk sl sr-Cyrl sr-Latn sv th tr uk vi zh zh-Hans zh-Hant"
)
_OTHER_NAMES = {"no": "nb", "sr": "sr-Cyrl"}


class AzureOptions(Options):
    """What users may set."""

    features: tuple[Feature, ...] = Field(default=("tags",), min_length=1)


_ANSWER = TypeAdapter(AzureAnswer)


class AzureVision:
    """Asks for all features at once, or for tags apart where only they speak the language."""

    title = TITLE

    def __init__(self, options: AzureOptions, account: Account, key: str, language: str) -> None:
        self._options = options
        self._features = tuple(name for name in _FEATURES if name in options.features)
        self._language = spoken_there(language, _LANGUAGES.split(), _OTHER_NAMES)
        self._account = account
        self._http = Http(account, self._explain, headers={"ocp-apim-subscription-key": key})
        self.calls = tuple(self._make_calls())

    @property
    def recipe(self) -> Mapping[str, object]:
        """All that shapes its answers."""
        return self._options.recipe(
            "azure-vision", _API, _READING, self._features, self._language.tag
        )

    async def status(self) -> str | None:
        """Return None: nothing can be asked for free."""
        return None

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    def _make_calls(self) -> Iterator[Call]:
        if self._language.tag == "en" or self._features == ("tags",):
            yield self._call(self._features, self._language.code)
            return
        # Captions in other languages are rejected, and the whole request with them.
        if "tags" in self._features:
            yield self._call(("tags",), self._language.code)
        yield self._call(tuple(name for name in self._features if name != "tags"), "en")

    def _call(self, features: Sequence[Feature], code: str) -> Call:
        price = sum((_FEATURES[name][1] for name in features), Decimal(0)) / 1_000
        ask: Callable[[bytes], Awaitable[Reading]] = partial(self._analyze, features, code)
        return Call("+".join(features), price, ask)

    async def _analyze(self, features: Sequence[Feature], code: str, picture: bytes) -> Reading:
        answer = await self._http.ask(
            _ANSWER,
            "POST",
            _PATH,
            params={
                "api-version": _API,
                "features": ",".join(_FEATURES[name][0] for name in features),
                "language": code,
            },
            content=picture,
            headers={"content-type": "application/octet-stream"},
        )
        return read(answer, self._options, self._language.tag)

    def _explain(self, status: int, body: Mapping[str, Any]) -> TaggerError | None:
        said = _said(body)
        if status == 403 and "quota" in said.lower():
            return failures.used_up(self._account, said)
        if status in (401, 403):
            cure = f"Check that it is a key of the resource at the address in {_ENDPOINT}."
            return failures.not_let_in(self._account, said, cure)
        if status == 400 and "support" in said and any(word in said for word in _NOT_HERE):
            error = TaggerSetupError(
                f"{self._account.where} has not all features: {self._account.quote(said)}",
                cure="Leave it out (captions are in some regions only), or set language to 'en'.",
            )
            error.usage = failures.UNPAID
            return error
        return failures.rejected(self._account, status, said) if status == 400 else None


_NOT_HERE = ("region", "NotSupportedFeature", "NotSupportedLanguage", "not supported for")


def _said(body: Mapping[str, Any]) -> str:
    """Return code and message, and those of the inner error, which is the exacter one."""
    parts: list[str] = []
    error: object = body.get("error")
    while isinstance(error, dict) and len(parts) < 4:
        parts += [str(error[key]) for key in ("code", "message") if error.get(key)]
        error = error.get("innererror")
    return ": ".join(parts) or failures.message_of(body)


def create(context: TaggerContext) -> Tagger:
    """Make the tagger.

    Raises:
        ConfigurationError: the specification or an option cannot be used.
        TaggerSetupError: there is no key or no address.
    """
    refuse_model(context)
    options = read_options(context, AzureOptions)
    key = read_key(context, TITLE, _KEY)
    written = options.base_url or context.secret(_ENDPOINT)
    if not written:
        msg = f"{TITLE} needs the address of your resource, and {_ENDPOINT} is not set."
        raise TaggerSetupError(msg, cure=f"Set it as in {_EXAMPLE}, or base_url.")
    address = read_address(context, written, _EXAMPLE)
    account = Account(TITLE, _KEY, address, options.timeout, (key,))
    service = AzureVision(options, account, key, context.language)
    concurrency = options.concurrency or _CONCURRENCY
    return LabelTagger(context.spec, service, concurrency, account, options)
