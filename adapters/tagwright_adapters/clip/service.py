"""CLIP and text recognition by the machine-learning service of an Immich installation."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence

import httpx

from tagwright.ports import Progress
from tagwright_adapters.addresses import is_loopback
from tagwright_adapters.clip import failures
from tagwright_adapters.clip.failures import Place
from tagwright_adapters.clip.options import ServiceOptions
from tagwright_adapters.clip.reading import read_vector, read_words
from tagwright_adapters.clip.scoring import Vectors
from tagwright_adapters.immich.address import host, hostname, shown

_CONNECT = 10.0  # s
_TEXTS_AT_ONCE = 4
_OCR: Mapping[str, Mapping[str, float]] = {  # Immich's own defaults
    "detection": {"minScore": 0.5, "maxResolution": 736},
    "recognition": {"minScore": 0.8},
}
_NOT_KNOWN = frozenset({404, 422, 500})  # what versions answer to a task that they do not have

_Part = tuple[str | None, str | bytes]


class ImmichService:
    """Open connections to one service. Retries nothing.

    Implements :class:`tagwright_adapters.clip.encoder.Encoder`.
    """

    def __init__(self, model: str, options: ServiceOptions, language: str) -> None:
        """Make it; nothing is sent yet. ``language`` is that of the texts, BCP 47."""
        self.model = model
        self.concurrency = options.concurrency
        self.leaves_machine = not is_loopback(hostname(options.base_url))
        self.host = host(options.base_url)
        self._options = options
        self._place = Place(options.base_url, model)
        # Models of that name are told the language; others never learned to be.
        told = model.startswith("nllb")
        self._reading = {"options": {"language": language}} if told else {}
        self._answered: set[str] = set()  # tasks that the service has done, so is ready for
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(None, connect=_CONNECT),
            trust_env=self.leaves_machine,  # a proxy is for the way out
            verify=httpx.create_ssl_context(),
        )

    @property
    def where(self) -> str:
        """Where it runs, for people."""
        return f"at {shown(self._options.base_url)}"

    @property
    def key(self) -> str:
        """The model and who runs it: one name may be another model at another service."""
        return f"immich-ml {self.model} {shown(self._options.base_url)}"

    async def prepare(self, progress: Progress) -> None:
        """Nothing is fetched by us."""

    async def picture(self, jpeg: bytes) -> Vectors:
        """Return the vector of a picture.

        Raises:
            TaggerError: there is none.
        """
        entries = {"clip": {"visual": {"modelName": self.model}}}
        return await self._vector("visual", entries, _image(jpeg))

    async def texts(self, texts: Sequence[str]) -> Sequence[Vectors]:
        """Return a vector for each text: the service takes them one by one.

        Raises:
            TaggerError: one has none.
        """
        first = await self._text(texts[0])  # alone, as the service may have to load the model
        turn = asyncio.Semaphore(_TEXTS_AT_ONCE)

        async def ask(text: str) -> Vectors:
            async with turn:
                return await self._text(text)

        return [first, *await asyncio.gather(*map(ask, texts[1:]))]

    async def words(self, jpeg: bytes) -> list[str]:
        """Return the lines of text in a picture that the service is sure of.

        Raises:
            TaggerSetupError: the service reads no text.
            TaggerError: it fails.
        """
        model = {"modelName": self._options.ocr_model}
        entries = {"ocr": {name: {**model, "options": dict(_OCR[name])} for name in _OCR}}
        response = await self._post("ocr", entries, _image(jpeg))
        if response.status_code in _NOT_KNOWN and "ocr" not in self._answered:
            raise failures.no_ocr(response, self._place, self._options.ocr_model)
        found = read_words(failures.checked(response, self._place))
        if found is None:
            raise failures.odd(response, self._place)
        self._answered.add("ocr")
        return found

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def _text(self, text: str) -> Vectors:
        entries = {"clip": {"textual": {"modelName": self.model, **self._reading}}}
        return await self._vector("textual", entries, {"text": (None, text)})

    async def _vector(
        self, task: str, entries: Mapping[str, object], content: Mapping[str, _Part]
    ) -> Vectors:
        response = await self._post(task, entries, content)
        vector = read_vector(failures.checked(response, self._place))
        if vector is None:
            raise failures.odd(response, self._place)
        self._answered.add(task)
        return vector

    async def _post(
        self, task: str, entries: Mapping[str, object], content: Mapping[str, _Part]
    ) -> httpx.Response:
        """Ask for one task; the first time there is time to load a model, or to fetch it."""
        known = task in self._answered
        limit = self._options.timeout if known else self._options.load_timeout
        form: dict[str, _Part] = {"entries": (None, json.dumps(entries)), **content}
        async with failures.translated(self._place, limit):
            return await self._http.post(f"{self._options.base_url}/predict", files=form)


def _image(jpeg: bytes) -> dict[str, _Part]:
    return {"image": ("photo.jpg", jpeg)}
