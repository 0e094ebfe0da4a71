"""Google Cloud Vision, ``images:annotate`` of API v1.

Prices in US dollars for 1,000 pictures below 5 million a month, as of 2025, from
cloud.google.com/vision/pricing: each feature is billed by itself. The first 1,000 of a month are
free there, which is not counted here; safe search is free beside labels.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, TypeAdapter

from tagwright.errors import TaggerError
from tagwright.ports import Tagger
from tagwright.taggers import TaggerContext
from tagwright_adapters.label_services import failures
from tagwright_adapters.label_services.account import Account
from tagwright_adapters.label_services.google_answer import TITLE, GoogleAnswer, read
from tagwright_adapters.label_services.http import Http
from tagwright_adapters.label_services.options import (
    Options,
    read_address,
    read_key,
    read_options,
    refuse_model,
)
from tagwright_adapters.label_services.tagger import Call, LabelTagger, Reading

_ADDRESS = "https://vision.googleapis.com"
_KEY = "GOOGLE_VISION_API_KEY"
_READING = 1  # raised when answers are read in another way, so that photos are asked about again
_CONCURRENCY = 8

Feature = Literal["labels", "objects", "text", "landmarks", "logos", "colours", "safe_search"]

_FEATURES: Mapping[Feature, tuple[str, Decimal]] = {
    "labels": ("LABEL_DETECTION", Decimal("1.50")),
    "objects": ("OBJECT_LOCALIZATION", Decimal("2.25")),
    "text": ("TEXT_DETECTION", Decimal("1.50")),
    "landmarks": ("LANDMARK_DETECTION", Decimal("1.50")),
    "logos": ("LOGO_DETECTION", Decimal("1.50")),
    "colours": ("IMAGE_PROPERTIES", Decimal("1.50")),
    "safe_search": ("SAFE_SEARCH_DETECTION", Decimal("1.50")),
}
# google.rpc.Code as the status of HTTP that it goes with.
_STATUSES = {3: 400, 4: 504, 5: 404, 7: 403, 8: 429, 14: 503, 16: 401}


class GoogleOptions(Options):
    """What users may set."""

    features: tuple[Feature, ...] = Field(default=("labels",), min_length=1)


_ANSWER = TypeAdapter(GoogleAnswer)


class GoogleVision:
    """Asks for all features of a picture at once; see ``tagger.Service``."""

    title = TITLE

    def __init__(self, options: GoogleOptions, account: Account, key: str) -> None:
        self._options = options
        self._features = tuple(name for name in _FEATURES if name in options.features)
        self._account = account
        self._http = Http(account, self._explain, headers={"x-goog-api-key": key})
        self.calls = (Call("annotate", self._price(), self._annotate),)

    @property
    def recipe(self) -> Mapping[str, object]:
        """All that shapes its answers."""
        return self._options.recipe("google-vision", "v1", _READING, self._features)

    async def status(self) -> str | None:
        """Return None: nothing can be asked for free."""
        return None

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    def _price(self) -> Decimal:
        billed = [
            _FEATURES[name][1]
            for name in self._features
            if not (name == "safe_search" and "labels" in self._features)
        ]
        return sum(billed, Decimal(0)) / 1_000

    async def _annotate(self, picture: bytes) -> Reading:
        features = [
            {"type": _FEATURES[name][0], "maxResults": self._options.max_labels}
            for name in self._features
        ]
        content = base64.b64encode(picture).decode()
        body = {"requests": [{"image": {"content": content}, "features": features}]}
        answer = await self._http.ask(_ANSWER, "POST", "/v1/images:annotate", json=body)
        response = answer.responses[0]
        if response.error is not None and response.error.code:
            status = _STATUSES.get(response.error.code, 500)
            raise failures.rejected(self._account, status, response.error.message)
        return Reading(tuple(read(response, self._options)), f"{TITLE} v1")

    def _explain(self, status: int, body: Mapping[str, Any]) -> TaggerError | None:
        said, reasons = failures.message_of(body), _reasons(body)
        if status == 400 and ("API_KEY_INVALID" in reasons or "API key" in said):
            return failures.not_let_in(self._account, said)
        if status == 403 and reasons & {"SERVICE_DISABLED", "accessNotConfigured"}:
            cure = "Enable the Cloud Vision API in the key's project, and wait a few minutes."
            return failures.not_let_in(self._account, said, cure)
        if status == 403 and ("BILLING_DISABLED" in reasons or "billing" in said.lower()):
            return failures.not_let_in(
                self._account, said, "Switch on billing for the key's project."
            )
        if status == 429 and any(word in said.lower() for word in ("per day", "per month")):
            return failures.used_up(self._account, said)
        return None


def _reasons(body: Mapping[str, Any]) -> set[str]:
    error = body.get("error")
    inner = error if isinstance(error, dict) else {}
    entries = [*_list(inner.get("details")), *_list(inner.get("errors"))]
    return {str(entry.get("reason")) for entry in entries if isinstance(entry, dict)}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def create(context: TaggerContext) -> Tagger:
    """Make the tagger.

    Raises:
        ConfigurationError: the specification or an option cannot be used.
        TaggerSetupError: there is no key.
    """
    refuse_model(context)
    options = read_options(context, GoogleOptions)
    key = read_key(context, TITLE, _KEY)
    address = read_address(
        context, options.base_url or _ADDRESS, "https://eu-vision.googleapis.com"
    )
    account = Account(TITLE, _KEY, address, options.timeout, (key,))
    service = GoogleVision(options, account, key)
    concurrency = options.concurrency or _CONCURRENCY
    return LabelTagger(context.spec, service, concurrency, account, options)
