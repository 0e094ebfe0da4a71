"""Imagga, API v2.

It is paid by subscription. The price here is that of the plan Indie, 79 US dollars a month for
70,000 requests (imagga.com/pricing as of 2025), as if all of them were used; each feature of a
picture is a request. That there is a free plan for few requests is not counted here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, TypeAdapter

from tagwright.errors import TaggerError
from tagwright.model import Kind, Observation
from tagwright.ports import Tagger
from tagwright.taggers import TaggerContext
from tagwright_adapters.label_services import failures
from tagwright_adapters.label_services.account import Account
from tagwright_adapters.label_services.findings import (
    Form,
    observed,
    observed_colours,
    strongest,
)
from tagwright_adapters.label_services.http import Http
from tagwright_adapters.label_services.options import (
    Options,
    read_address,
    read_key,
    read_options,
    refuse_model,
)
from tagwright_adapters.label_services.speech import spoken_there
from tagwright_adapters.label_services.tagger import Call, ProbedLabelTagger, Reading

_TITLE = "Imagga"
_ADDRESS = "https://api.imagga.com"
_KEY, _SECRET = "IMAGGA_API_KEY", "IMAGGA_API_SECRET"
_VERSION = f"{_TITLE} v2"
_READING = 1  # raised when answers are read in another way, so that photos are asked about again
_CONCURRENCY = 2  # the smaller plans allow no more
_PRICE = Decimal("0.00113")  # US dollars a request

Feature = Literal["tags", "colours"]

_LANGUAGES = (
    "ar bg bs ca cs cy da de el en es et fa fi fr he hi hr ht hu id it ja ko lt lv ms mt mww nl no "
    "otq pl pt ro ru sk sl sr-Cyrl sr-Latn sv th tlh tr uk ur vi yua zh-Hans zh-Hant"
)
_CODES = {
    "nb": "no",
    "sr": "sr-Cyrl",
    "sr-Cyrl": "sr_cyrl",
    "sr-Latn": "sr_latn",
    "zh": "zh-Hans",
    "zh-CN": "zh-Hans",
    "zh-TW": "zh-Hant",
    "zh-Hans": "zh_chs",
    "zh-Hant": "zh_cht",
}


class ImaggaOptions(Options):
    """What users may set."""

    features: tuple[Feature, ...] = Field(default=("tags",), min_length=1)


class _Plain(Form):
    """Imagga writes names with underscores."""

    model_config = Form.model_config | {"alias_generator": None}


class _Tag(_Plain):
    confidence: float  # 0 to 100
    tag: dict[str, str]  # by the service's code of a language


class _Tags(_Plain):
    tags: tuple[_Tag, ...]


class _Colour(_Plain):
    r: float
    g: float
    b: float
    percent: float


class _Colours(_Plain):
    image_colors: tuple[_Colour, ...]


class _ColourResult(_Plain):
    colors: _Colours


class _Use(_Plain):
    monthly_processed: int
    monthly_limit: int


class _TagAnswer(_Plain):
    result: _Tags


class _ColourAnswer(_Plain):
    result: _ColourResult


class _UseAnswer(_Plain):
    result: _Use


_TAGS, _COLOURS = TypeAdapter(_TagAnswer), TypeAdapter(_ColourAnswer)
_USE = TypeAdapter(_UseAnswer)


class Imagga:
    """Asks for tags, and for colours apart; see ``tagger.Service``."""

    title = _TITLE

    def __init__(
        self, options: ImaggaOptions, account: Account, auth: tuple[str, str], language: str
    ) -> None:
        self._options = options
        self._language = spoken_there(language, _LANGUAGES.split(), _CODES)
        self._account = account
        self._http = Http(account, self._explain, auth=auth)
        asks = {"tags": self._tags, "colours": self._colours}
        self.calls = tuple(
            Call(name, _PRICE, ask) for name, ask in asks.items() if name in options.features
        )

    @property
    def recipe(self) -> Mapping[str, object]:
        """All that shapes its answers."""
        return self._options.recipe(
            "imagga", "v2", _READING, (call.name for call in self.calls), self._language.tag
        )

    async def status(self) -> str | None:
        """Return how much of the month's requests is used; costs nothing."""
        use = (await self._http.ask(_USE, "GET", "/v2/usage")).result
        return f"{use.monthly_processed:,} of {use.monthly_limit:,} requests used this month"

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def _tags(self, picture: bytes) -> Reading:
        options = self._options
        answer = await self._http.ask(
            _TAGS,
            "POST",
            "/v2/tags",
            params={
                "language": self._language.code,
                "limit": options.max_labels,
                "threshold": 100 * options.min_confidence,
            },
            files={"image": ("photo.jpg", picture, "image/jpeg")},
        )
        found = (one for tag in answer.result.tags for one in self._observed(tag))
        return Reading(strongest(found, options.min_confidence, options.max_labels), _VERSION)

    def _observed(self, tag: _Tag) -> Iterator[Observation]:
        code, language = self._language.code, self._language.tag
        if code not in tag.tag:  # what has no translation comes in English
            code = language = "en"
        label, how = tag.tag.get(code, ""), f"{_TITLE}, tag"
        yield from observed(label, tag.confidence / 100, Kind.OTHER, how, language=language)

    async def _colours(self, picture: bytes) -> Reading:
        answer = await self._http.ask(
            _COLOURS, "POST", "/v2/colors", files={"image": ("photo.jpg", picture, "image/jpeg")}
        )
        colours = answer.result.colors.image_colors
        shares = ((one.r, one.g, one.b, one.percent / 100) for one in colours)
        return Reading(tuple(observed_colours(shares)), _VERSION)

    def _explain(self, status: int, body: Mapping[str, Any]) -> TaggerError | None:
        said = failures.message_of(body)
        if status == 403 and "limit" in said.lower():
            return failures.used_up(self._account, said)
        return None


def create(context: TaggerContext) -> Tagger:
    """Make the tagger.

    Raises:
        ConfigurationError: the specification or an option cannot be used.
        TaggerSetupError: there is no key.
    """
    refuse_model(context)
    options = read_options(context, ImaggaOptions)
    auth = read_key(context, _TITLE, _KEY), read_key(context, _TITLE, _SECRET)
    address = read_address(context, options.base_url or _ADDRESS, _ADDRESS)
    account = Account(_TITLE, f"{_KEY} and {_SECRET}", address, options.timeout, auth)
    service = Imagga(options, account, auth, context.language)
    concurrency = options.concurrency or _CONCURRENCY
    return ProbedLabelTagger(context.spec, service, concurrency, account, options)
