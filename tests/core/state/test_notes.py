"""What is to be noted with assets, and when."""

from __future__ import annotations

from sqlalchemy import Connection
from tests.core.pipeline.conftest import Bench, bench  # noqa: F401 - a fixture

from tagwright.model import AssetRef, Extra, ExtraField, Tag
from tagwright.ports import Receipt
from tagwright.state import ledger, notes, queue, runs
from tagwright.state.notes import Position

NAME = "immich:alice"
CAPTION = Extra(ExtraField.CAPTION, "A cat")
RECEIPT = Receipt((Tag("cat", ("Cat",), 0.9, "basics"),), (), (), given=(CAPTION,))


async def test_what_is_due(bench: Bench) -> None:  # noqa: F811
    """What was written and what was rejected, once it is so; nothing of other libraries."""

    def begin(connection: Connection) -> list[int]:
        run = runs.begin(connection, "tag", bench.owner.id, {})
        refs = [AssetRef(NAME, "a"), AssetRef("immich:bob", "b"), AssetRef(NAME, "c")]
        assets = [queue.enter(connection, ref, 0, 0) for ref in refs]
        return [ledger.intend(connection, run, one, RECEIPT) for one in assets]

    def due(connection: Connection, position: Position) -> tuple[set[str], Position]:
        found = notes.due(connection, NAME, position, 100)
        return {ref.reference for ref in found.assets.values()}, found.position

    first, second, third = await bench.lane(begin)
    for number in (third, second):  # the first is under way still, and is waited for
        await bench.lane(lambda c, n=number: ledger.confirm(c, n))  # type: ignore[misc]  # the default binds the loop variable
        assert await bench.lane(lambda c: due(c, Position())) == (set(), Position())
    await bench.lane(lambda c: ledger.confirm(c, first))
    assets, position = await bench.lane(lambda c: due(c, Position()))
    assert (assets, Position.parse(str(position))) == ({"a", "c"}, position)
    assert await bench.lane(lambda c: due(c, position)) == (set(), position)
    noted = (await bench.lane(lambda c: notes.of(c, [1])))[1]
    assert [(tag.path, tag.confidence, tag.tagger) for tag in noted.tags] == [
        (("Cat",), 0.9, "basics")
    ]
    assert (noted.extras, noted.rejected) == ((CAPTION,), ())
    await bench.lane(lambda c: ledger.reject(c, 1, "key", ["cat"], "cli"))
    assets, after = await bench.lane(lambda c: due(c, position))
    assert (assets, await bench.lane(lambda c: due(c, after))) == ({"a"}, (set(), after))
    noted = (await bench.lane(lambda c: notes.of(c, [1])))[1]
    assert (noted.tags, noted.rejected) == ((), ("cat",))
