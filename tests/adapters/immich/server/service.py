"""Lets requests in, checks them and their answers, and goes wrong on demand."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from jsonschema import ValidationError
from tests.adapters.immich.server.account import Account
from tests.adapters.immich.server.assets import Asset, View, thumbhash
from tests.adapters.immich.server.calls import HANDLERS
from tests.adapters.immich.server.calls.call import Call, RefusedError
from tests.adapters.immich.server.clock import Clock
from tests.adapters.immich.server.descriptions import HERE, Operation, description
from tests.adapters.immich.server.jobs import AS_MEASURED, Delays, Jobs
from tests.adapters.immich.server.library import Library
from tests.adapters.immich.server.sockets import PATH, Sockets
from tests.adapters.immich.server.troubles import Plan, Trouble
from tests.adapters.immich.server.webhooks import Webhooks
from tests.adapters.loopback import Loopback, Received, Response

KEY = "test-key-0123456789abcdefghijklmnopqrstuvwxyz"
VERSIONS = ("2.7.5", "3.1.0")
PAGE = "<!doctype html><html><head><title>Immich</title></head><body></body></html>"
_STEP = 0.005  # s between looks at what is due


class ImmichServer(Loopback):
    """One server, with one account to begin with."""

    def __init__(
        self,
        version: str,
        *,
        prefix: str = "",
        tls: bool = False,
        seed: int = 1,
        delays: Delays = AS_MEASURED,
    ) -> None:
        """``prefix`` is its path behind a proxy; ``seed`` decides what is by chance."""
        super().__init__()
        self.version = version
        self.prefix = prefix
        self.clock = Clock(seed)
        self.library = Library(self.clock, View(self.clock, self._old))
        self.webhooks = Webhooks(self.library)
        self.sockets = Sockets(self.library, lambda: self.version)
        self.jobs = Jobs(self.library, delays, self.webhooks.trigger, self.sockets)
        self.account = self.library.account("Alice", KEY)
        self.preview = "JPEG"
        self.per_request = 0.0  # s by which time goes on with each request
        self.plan: Plan = lambda _: None
        self.instead: dict[str, Response] = {}  # by target
        self.received: list[str] = []  # targets
        self._is_down = False
        self._under_way: list[tuple[str, str, bytes]] = []
        self._running: threading.Thread | None = None
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(HERE / "self-signed.pem")
            self.secure(context)

    @property
    def url(self) -> str:
        """Its address, as people write it."""
        return super().url + self.prefix

    @property
    def permissions(self) -> set[str]:
        """What the key of the first account may do."""
        return self.account.permissions

    @property
    def _old(self) -> bool:
        return self.version.startswith("2.")

    def upgrade(self, version: str) -> None:
        """Become another version; all data stay."""
        with self.lock:
            self.version = version
            self.library.view = View(self.clock, self._old)

    def advance(self, seconds: float) -> None:
        """Let time go on."""
        with self.lock:
            self.clock.advance(0.0 if self._is_down else seconds)

    def settle(self) -> None:
        """Let time go on until all queues are empty."""
        with self.lock:
            self.clock.settle()

    def down(self) -> None:
        """Stop answering; what is queued waits until the server is up again."""
        with self.lock:
            self._is_down = True
        super().down()

    def up(self) -> None:
        """Answer again; nothing that was queued is lost."""
        super().up()
        with self.lock:
            self._is_down = False

    def run(self, speed: float = 1.0) -> None:
        """Let time go on by itself until the server stops, perhaps faster than ours."""
        self._running = threading.Thread(target=self._run, args=(speed,))
        self._running.start()

    def stop(self) -> None:
        """Stop the service, the time and the webhooks."""
        super().stop()
        if self._running is not None:
            self._running.join()
        self.webhooks.close()

    def upload(self, name: str = "photo.jpg", by: Account | None = None, **about: Any) -> Asset:
        """Take in a new asset, as when a phone sends one; ``about`` as in :class:`Asset`."""
        with self.lock:
            owner, now = by or self.account, self.clock.now
            number = self.clock.uuid()
            asset = Asset(number, owner.id, name, created=now, updated=now, **about)
            self.library.assets[asset.id] = asset
            self.jobs.uploaded(asset)
            return asset

    def fill(self, count: int) -> list[Asset]:
        """Have so many photos that were there for long, the newest first; three of each moment."""
        with self.lock:
            made = []
            for n in range(count):
                age, name = -60.0 * (n + 1), f"{n}.jpg"
                asset = Asset(self.clock.uuid(), self.account.id, name, created=age, updated=age)
                asset.taken = self.clock.stamp(-60.0 * (n // 3 + 1))
                asset.thumbhash, asset.read = thumbhash(asset), True
                self.library.assets[asset.id] = asset
                made.append(asset)
            return made

    def tags_of(self, asset: Asset) -> list[str]:
        """Return the values of the tags that an asset has now, as a person sees them."""
        with self.lock:
            tags = self.library.tags_of(asset)
            return [tag.value for tag in tags.all() if tag.id in asset.tags]

    def upsert(self, *values: str) -> list[str]:
        """Make tags with their parents, as ``PUT /tags`` does; return the leaves' identifiers."""
        with self.lock:
            return [tag.id for tag in self.account.tags.upsert(values)]

    def create(self, name: str) -> None:
        """Make a tag of that literal name without a parent, as ``POST /tags`` does."""
        with self.lock:
            self.account.tags.add(name, name, None)

    def delete(self, value: str) -> None:
        """Delete a tag, as a person does on the page of tags."""
        with self.lock:
            tag = self.account.tags.find(value)
            assert tag is not None
            self.library.forget(tag.id, self.account)

    def delete_if_idle(self, value: str) -> bool:
        """Delete a tag if it is there and nothing is to happen by itself; say whether."""
        with self.lock:
            tag = self.account.tags.find(value)
            if tag is None or not self.clock.idle:
                return False
            self.library.forget(tag.id, self.account)
            return True

    def tag(self, asset: Asset, *values: str) -> None:
        """Give tags to an asset, as a person does in one go."""
        with self.lock:
            come = {tag.id for tag in self.library.tags_of(asset).upsert(values)}
            if come - asset.tags:
                self.library.retag(asset, asset.tags | come, "a person")
                self.jobs.tagged(asset)

    def untag(self, asset: Asset, value: str) -> None:
        """Take a tag from an asset, as a person does."""
        with self.lock:
            tag = self.library.tags_of(asset).find(value)
            assert tag is not None
            self.library.retag(asset, asset.tags - {tag.id}, "a person")
            self.jobs.tagged(asset)

    def refresh(self, *assets: Asset) -> None:
        """Have metadata read again, as a person does, or a rediscovery of sidecars."""
        with self.lock:
            for asset in assets:
                self.jobs.refresh(asset)

    def takes_over(self, received: Received, connection: socket.socket) -> bool:
        """Let those in who want to listen; HTTP has no part in it."""
        if received.headers.get("upgrade", "").lower() != "websocket":
            return False
        if received.path != f"{self.prefix}{PATH}":
            return False
        with self.lock:
            self.received.append(received.target)
        self.sockets.serve(received, connection)
        return True

    def clean_tags(self) -> None:
        """Delete tags without assets, as the server does each night."""
        with self.lock:
            self.jobs.clean_tags()

    def answer(self, received: Received) -> Response:
        """Answer a request as the server does; note what is not in order."""
        same = (received.method, received.target, received.body)
        self._under_way.append(same)
        try:
            with self.lock:
                self.received.append(received.target)
                self.clock.advance(self.per_request)
                return self._answer(received, alone=self._under_way.count(same) == 1)
        finally:
            self._under_way.remove(same)

    def error(self, status: int, message: Any, name: str = "") -> Response:
        """Return an error in the shape of the version."""
        name = name or HTTPStatus(status).phrase
        if self._old:
            told = {"error": name, "statusCode": status, "correlationId": "wb4jz1sa"}
            return Response({"message": message} | told, status)
        return Response({"message": message}, status)

    def _answer(self, received: Received, *, alone: bool) -> Response:
        if received.target in self.instead:
            return self.instead[received.target]
        trouble = self.plan(received)
        if trouble is None or trouble.done:
            response = self._served(received, alone=alone)
        return response if trouble is None else self._spoilt(trouble)

    def _spoilt(self, trouble: Trouble) -> Response:
        response = self.error(trouble.status, HTTPStatus(trouble.status).phrase)
        wait = trouble.retry_after
        headers = {} if wait is None else {"Retry-After": str(wait)}
        return Response(response.body, response.status, headers, cut=trouble.cut)

    def _served(self, received: Received, *, alone: bool) -> Response:
        if not received.path.startswith(f"{self.prefix}/api/"):
            return Response(PAGE)
        path = received.path.removeprefix(f"{self.prefix}/api")
        found = description(self.version).find(received.method, path)
        if found is None:
            return self.error(404, f"Cannot {received.method} /api{path}")
        operation, names = found
        try:
            by = self._let_in(operation, received)
            _collide(operation, alone=alone)
            return self._done(operation, names, received, by)
        except RefusedError as refused:
            return self.error(refused.status, refused.message)

    def _let_in(self, operation: Operation, received: Received) -> Account:
        if not operation.needs_key:
            return self.account
        key = received.headers.get("x-api-key")
        if key is None:
            raise RefusedError(401, "Authentication required")
        owners = [one for one in self.library.accounts.values() if one.key == key]
        if not owners:
            raise RefusedError(401, "Invalid API key")
        needed = operation.permission
        if needed and not {needed, "all"} & owners[0].permissions:
            raise RefusedError(403, f"Missing required permission: {needed}")
        return owners[0]

    def _done(
        self, operation: Operation, names: dict[str, str], received: Received, by: Account
    ) -> Response:
        known = description(self.version)
        wrong = known.wrong_path(operation, names)
        if wrong is not None:
            raise RefusedError(400, [wrong] if self._old else wrong)
        body = received.json if received.body else None
        self._well_formed(lambda: known.check_query(operation, received.query))
        self._well_formed(lambda: known.check_request(operation, body))
        handler = HANDLERS[operation.method, operation.path]
        query = received.query
        call = Call(self.library, self.jobs, self.version, self.preview, by, names, query, body)
        answer = handler(call)
        status = min(int(one) for one in operation.about["responses"])
        known.check_response(operation, status, answer)
        return Response(answer, status, self._kind(answer))

    def _well_formed(self, check: Callable[[], None]) -> None:
        """Refuse what the description does not allow, and tell the test of it."""
        try:
            check()
        except (ValidationError, AssertionError, KeyError, ValueError) as exc:
            self.fault(exc)
            raise RefusedError(400, [str(exc)] if self._old else "Validation failed") from exc

    def _kind(self, answer: Any) -> dict[str, str]:
        picture = isinstance(answer, bytes)
        return {"Content-Type": f"image/{self.preview.lower()}"} if picture else {}

    def _run(self, speed: float) -> None:
        last = time.monotonic()
        while not self.over.wait(_STEP):
            now = time.monotonic()
            self.advance((now - last) * speed)
            last = now


def _collide(operation: Operation, *, alone: bool) -> None:
    """Refuse a call per tag while the same one is under way."""
    if not alone and operation.path == "/tags/{id}/assets":
        raise RefusedError(500, "Internal server error")
