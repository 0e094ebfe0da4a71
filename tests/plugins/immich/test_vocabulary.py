"""The tags of an account as the vocabulary, and the vocabulary's as tags of the account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.adapters.immich.server import KEY, VERSIONS, ImmichServer

from tagwright.configuration import load
from tagwright.state import Database, bars
from tagwright_plugins.cli.assembly import make_taxonomy
from tagwright_plugins.immich.commands import immich as commands
from tagwright_plugins.immich.pushing import work_out

MINE = """
name: Mine
concepts:
  Animals:
    narrower:
      Cat:
      Dog:
  Beach:
"""


@pytest.fixture(params=VERSIONS)
def immich(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ImmichServer]:
    """A server, with a configuration that names it in the working directory."""
    server = ImmichServer(request.param)
    server.start()
    server.permissions.add("tag.update")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IMMICH_API_KEY", KEY)
    configure(server)
    Path("mine.yaml").write_text(MINE)
    yield server
    server.stop()
    assert server.faults == []


def configure(immich: ImmichServer, taxonomy: str = "mine.yaml", more: str = "") -> None:
    """Write the configuration."""
    Path("tagwright.toml").write_text(
        f'taxonomy = "{taxonomy}"\nstate = "state"\n[immich]\naddress = "{immich.url}"\n{more}\n'
    )


def run(*arguments: str) -> Result:
    """Run a command for Immich."""
    return CliRunner().invoke(commands, arguments)


def colours(immich: ImmichServer) -> Mapping[str, str | None]:
    """Return all tags of the account with their colours."""
    return {tag.value: tag.color for tag in immich.account.tags.all()}


def test_a_link_to_the_account(immich: ImmichServer) -> None:
    """Read by every run; without tags that control us or stand below our root."""
    immich.upsert("Places/Coast", "Tagwright/Again", "Stop/Here", "AI/Seen/Animals/Cat", "AI/Mine")
    configure(immich, "immich:", 'root = "AI/Seen"\nleave_alone = "Stop/Here"')
    configuration, _ = load(None, {})
    taxonomy = make_taxonomy(configuration)
    paths = ["/".join(taxonomy.path(one.id)) for one in taxonomy]
    assert paths == ["AI", "AI/Mine", "Places", "Places/Coast", "Stop"]
    done = run("import-taxonomy", "out.yaml")
    assert (done.exit_code, "Coast" in Path("out.yaml").read_text()) == (0, True)
    done = run("push-taxonomy")
    assert (done.exit_code, "are the tags of Immich already" in done.output) == (2, False)
    configure(immich, "immich:nobody")
    with pytest.raises(Exception, match="no account of Immich is called 'nobody'"):
        make_taxonomy(load(None, {})[0])


def test_pushing(immich: ImmichServer) -> None:
    """Says it first; never makes what somebody deleted, nor paints what was there."""
    immich.upsert("AI/Beach")
    configure(immich, more='root = "AI"\ncolour = "#00ff00"')
    done = run("push-taxonomy", "--dry-run")
    assert done.exit_code == 0, done.output
    assert "would make AI/Animals/Cat" in done.output
    assert list(colours(immich)) == ["AI", "AI/Beach"]
    database = Database(Path("state/tagwright.db"))
    with database.begin() as connection:
        bars.raise_(connection, "immich:main", "animals/dog", ("Animals", "Dog"))
    database.close()
    done = run("push-taxonomy")
    assert done.output.splitlines() == [
        "left out, as it was deleted in Immich: AI/Animals/Dog",
        "immich:main: 2 tags made, 1 were there.",
    ]
    made = {"AI/Animals": "#00FF00", "AI/Animals/Cat": "#00FF00"}
    assert colours(immich) == {"AI": None, "AI/Beach": None} | made
    assert "0 tags made" in run("push-taxonomy").output


def test_what_stands_below_a_deleted_tag() -> None:
    """To make it would make the deleted one again."""
    plan = work_out([("a",), ("a", "b"), ("a", "b", "c"), ("d",)], [("d",)], [("a", "b")])
    assert (plan.new, plan.there) == ((("a",),), 1)
    assert plan.barred == (("a", "b"), ("a", "b", "c"))
