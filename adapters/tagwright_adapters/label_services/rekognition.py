"""Amazon Rekognition: DetectLabels, and DetectText where it is asked for.

Prices in US dollars a picture below one million a month, from aws.amazon.com/rekognition/pricing
as of 2025 ("group 2"); each operation is billed by itself. Other regions than those named are
dearer by up to a half: there the price counts as not known. The free tier is not counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from importlib.util import find_spec
from typing import Literal

from pydantic import Field, TypeAdapter
from pydantic.alias_generators import to_pascal

from tagwright.errors import ConfigurationError, MissingProgramError
from tagwright.model import Kind, Observation
from tagwright.ports import Tagger
from tagwright.taggers import TaggerContext
from tagwright_adapters.label_services.account import Account
from tagwright_adapters.label_services.aws import Aws
from tagwright_adapters.label_services.findings import Form, observed, observed_text, strongest
from tagwright_adapters.label_services.options import Options, read_address, read_options
from tagwright_adapters.label_services.tagger import Call, LabelTagger, Reading

_TITLE = "Amazon Rekognition"
_EXAMPLE = "rekognition:eu-west-1"
_CREDENTIALS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or in your AWS profile"
_READING = 1  # raised when answers are read in another way, so that photos are asked about again
_CONCURRENCY = 5  # what most regions take in a second
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]{1,2}")
_PRICE = Decimal("0.001")
_PRICED = frozenset(("eu-west-1", "us-east-1", "us-east-2", "us-west-2"))

Feature = Literal["labels", "text"]

# Categories whose labels are all of one kind. The others mix things, places and doings.
_KINDS = {
    "Actions": Kind.ACTIVITY,
    "Animals and Pets": Kind.OBJECT,
    "Apparel and Accessories": Kind.OBJECT,
    "Everyday Objects": Kind.OBJECT,
    "Expressions and Emotions": Kind.MOOD,
    "Food and Beverage": Kind.OBJECT,
    "Furniture and Furnishings": Kind.OBJECT,
    "Home Appliances": Kind.OBJECT,
    "Nature and Outdoors": Kind.SCENE,
    "Person Description": Kind.PERSON,
    "Plants and Flowers": Kind.OBJECT,
    "Popular Landmarks": Kind.PLACE,
    "Tools and Machinery": Kind.OBJECT,
    "Vehicles and Automotive": Kind.OBJECT,
}


class RekognitionOptions(Options):
    """What users may set."""

    features: tuple[Feature, ...] = Field(default=("labels",), min_length=1)


class _Form(Form):
    """Amazon begins names with capitals, as this does."""

    model_config = Form.model_config | {"alias_generator": to_pascal}


class _Name(_Form):
    name: str


class _Label(_Form):
    name: str
    confidence: float  # 0 to 100
    instances: tuple[dict[str, object], ...] = ()
    parents: tuple[_Name, ...] = ()
    aliases: tuple[_Name, ...] = ()
    categories: tuple[_Name, ...] = ()


class _Labels(_Form):
    labels: tuple[_Label, ...]
    label_model_version: str = ""


class _Text(_Form):
    detected_text: str = ""
    type: str = ""
    confidence: float = 0.0


class _Texts(_Form):
    text_detections: tuple[_Text, ...]
    text_model_version: str = ""


_LABELS, _TEXTS = TypeAdapter(_Labels), TypeAdapter(_Texts)


class Rekognition:
    """Asks for labels, and for text apart; see ``tagger.Service``."""

    title = _TITLE

    def __init__(self, options: RekognitionOptions, aws: Aws, price: Decimal | None) -> None:
        self._options = options
        self._aws = aws
        asks = {"labels": self._labels, "text": self._texts}
        self.calls = tuple(
            Call(name, price, ask) for name, ask in asks.items() if name in options.features
        )

    @property
    def recipe(self) -> Mapping[str, object]:
        """All that shapes its answers. To move to another region asks nothing anew."""
        return self._options.recipe(
            "rekognition", "2016-06-27", _READING, (call.name for call in self.calls)
        )

    async def status(self) -> str | None:
        """Return None: what could be asked for free does not tell whether pictures may be sent."""
        return None

    async def aclose(self) -> None:
        """Close all connections."""
        await self._aws.aclose()

    async def _labels(self, picture: bytes) -> Reading:
        options = self._options
        answer = await self._aws.ask(
            _LABELS,
            "detect_labels",
            Image={"Bytes": picture},
            MaxLabels=options.max_labels,
            MinConfidence=100 * options.min_confidence,
        )
        found = (one for label in answer.labels for one in _observed(label))
        labels = strongest(found, options.min_confidence, options.max_labels)
        return Reading(labels, f"{_TITLE} {answer.label_model_version}".strip()[:100])

    async def _texts(self, picture: bytes) -> Reading:
        answer = await self._aws.ask(_TEXTS, "detect_text", Image={"Bytes": picture})
        least = 100 * self._options.min_confidence
        lines = [
            text.detected_text
            for text in answer.text_detections
            if text.type == "LINE" and text.confidence >= least
        ]
        found = tuple(observed_text(" ".join(lines), _TITLE))
        return Reading(found, f"{_TITLE} {answer.text_model_version}".strip()[:100])


def _observed(label: _Label) -> Iterator[Observation]:
    # A parent is broader: as a synonym it would tag every cat as whatever "Mammal" means here.
    parents = ", ".join(parent.name for parent in label.parents)
    category = ", ".join(category.name for category in label.categories)
    how = f"{_TITLE}, label" + (f" below {parents}" if parents else "")
    yield from observed(
        label.name,
        label.confidence / 100,
        _kind(label),
        how + (f", in {category}" if category else ""),
        language="en",
        synonyms=[alias.name for alias in label.aliases],
    )


def _kind(label: _Label) -> Kind:
    if label.instances:
        return Kind.OBJECT  # it has a place in the picture
    return next((_KINDS[one.name] for one in label.categories if one.name in _KINDS), Kind.OTHER)


def create(context: TaggerContext) -> Tagger:
    """Make the tagger; credentials are looked for with the first photo.

    Raises:
        MissingProgramError: the extra is not installed.
        ConfigurationError: the specification or an option cannot be used.
    """
    region = context.spec.partition(":")[2].strip()
    if not _REGION.fullmatch(region):
        msg = f"{context.spec!r} names no AWS region."
        raise ConfigurationError(msg, cure=f"Write it as in {_EXAMPLE!r}.")
    options = read_options(context, RekognitionOptions)
    usual = f"https://rekognition.{region}.amazonaws.com"
    address = read_address(context, options.base_url or usual, usual)
    if find_spec("botocore") is None:
        msg = f"the package that {context.spec!r} needs is not installed."
        raise MissingProgramError(msg, cure="Install it: pip install 'tagwright[rekognition]'.")
    concurrency = options.concurrency or _CONCURRENCY
    account = Account(_TITLE, _CREDENTIALS, address, options.timeout)
    aws = Aws(account, region, concurrency, own_address=options.base_url is not None)
    price = _PRICE if region in _PRICED else None
    service = Rekognition(options, aws, price)
    return LabelTagger(context.spec, service, concurrency, account, options)
