"""Files that mean harm, or that nobody meant: each is refused soon, and nothing is fetched."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagwright.errors import ConfigurationError, TagwrightError
from tagwright.taxonomy import InvalidTaxonomyError, Problem
from tagwright_adapters.vocabularies import FORMATS, read

from .conftest import Written

Refused = Callable[..., list[Problem]]
SUFFIXES = [one.suffixes[0] for one in FORMATS]
CONCEPT = (
    '<skos:Concept rdf:about="http://e.org/a"><skos:prefLabel>{}</skos:prefLabel></skos:Concept>'
)
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:skos="http://www.w3.org/2004/02/skos/core#">' + CONCEPT + "</rdf:RDF>"
)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">\n' for n in range(1, 10))


class Elsewhere:
    """A server that must not be asked: it counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                body = (
                    b'{"@context": {"prefLabel": "http://www.w3.org/2004/02/skos/core#prefLabel"}}'
                )
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """A server on loopback."""
    server = Elsewhere()
    yield server
    server.close()


def test_the_server_counts(elsewhere: Elsewhere) -> None:
    """Otherwise the tests below would prove nothing."""
    with urlopen(elsewhere.url + "/seen") as answer:
        assert answer.status == 200
    assert elsewhere.asked == ["/seen"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_100_mb_are_refused_unread(tmp_path: Path, refused: Refused, suffix: str) -> None:
    """By their size, in no time."""
    path = tmp_path / f"huge{suffix}"
    with path.open("wb") as stream:
        stream.truncate(100 * 2**20)
    start = time.process_time()
    (problem,) = refused(path)
    assert "larger than" in problem.message
    assert time.process_time() - start < 1


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n\t\r\n ",
        b"\xef\xbb\xbf",
        b"\0" * 64,
        b"caf\xe9 \xff\n",
        b"\xff\xfeA",
        b"\0A\xd8\0\0A",
    ],
)
def test_rubbish_is_refused_in_every_format(
    written: Written, refused: Refused, suffix: str, content: bytes
) -> None:
    """Empty files, NUL bytes, other encodings, half characters."""
    assert refused(written(f"rubbish{suffix}", content))


def test_latin_1_names_its_line(written: Written, refused: Refused) -> None:
    """With what to do in Excel and Notepad."""
    (problem,) = refused(written("excel.csv", "label\nCat\nKäse\n".encode("cp1252")))
    assert problem.line == 3
    assert "CSV UTF-8" in problem.cure


@pytest.mark.parametrize(
    ("doctype", "label"),
    [
        ('<!ENTITY l0 "lol">\n' + LAUGHS, "&l9;"),
        ('<!ENTITY a "' + "x" * 100_000 + '">', "&a;" * 10_000),
        ('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"),
        ('<!ENTITY x SYSTEM "{url}/entity">', "&x;"),
        ('<!ENTITY % x SYSTEM "{url}/parameter"> %x;', "A"),
        ('<!ENTITY skos "http://www.w3.org/2004/02/skos/core#">', "A"),
    ],
)
def test_entities_are_never_expanded(
    written: Written, refused: Refused, elsewhere: Elsewhere, doctype: str, label: str
) -> None:
    """Neither a bomb nor a file nor an address: they are refused where they are declared."""
    declared = f"<!DOCTYPE rdf:RDF [{doctype.replace('{url}', elsewhere.url)}]>"
    start = time.process_time()
    (problem,) = refused(written("bomb.rdf", declared + RDF.format(label)))
    assert "entities are not read" in problem.message
    assert problem.line == 1
    assert time.process_time() - start < 1
    assert elsewhere.asked == []


def test_a_dtd_is_never_opened(written: Written, refused: Refused, elsewhere: Elsewhere) -> None:
    """Programs name one from habit, which does no harm; what only it would tell is refused."""
    doctype = f'<!DOCTYPE rdf:RDF PUBLIC "-//X//EN" "{elsewhere.url}/x.dtd">'
    taxonomy = read(written("dtd.rdf", doctype + RDF.format("A"))).taxonomy
    assert len(taxonomy) == 1
    (problem,) = refused(written("dtd.rdf", doctype + RDF.format("A&nbsp;B")))
    assert "'nbsp' is not known" in problem.message
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    "context",
    [
        '"{url}/context.jsonld"',
        '["{url}/context.jsonld", {{"a": "http://e.org/a"}}]',
        '[["{url}/context.jsonld"]]',
        '{{"@import": "{url}/context.jsonld"}}',
        '{{"t": {{"@id": "http://e.org/t", "@context": "{url}/context.jsonld"}}}}',
        '"context.jsonld"',
        '"file:///etc/hostname"',
    ],
)
@pytest.mark.parametrize(
    "place", ['{{"@context": {}, "t": {{}}}}', '[{{"@id": "x:y", "z": {{"@context": {}}}}}]']
)
def test_no_context_is_ever_fetched(
    written: Written, refused: Refused, elsewhere: Elsewhere, context: str, place: str
) -> None:
    """Wherever it stands; the address and its line are named."""
    text = "\n" + place.format(context.format(url=elsewhere.url))
    (problem,) = refused(written("remote.jsonld", text))
    assert "nothing is fetched" in problem.message
    assert problem.line == 2
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("deep.jsonld", "[" * 100_000),
        ("deep.jsonld", '{"http://e.org/a":' * 5_000 + "1" + "}" * 5_000),
        ("deep.ttl", "<http://e.org/a> <http://e.org/b> " + "[ <http://e.org/b> " * 5_000),
        ("deep.ttl", "<http://e.org/a> <http://e.org/b> " + "(" * 5_000 + ")" * 5_000 + " ."),
        ("deep.rdf", "<a>" * 100_000 + "</a>" * 100_000),
        ("deep.rdf", RDF.format("<a>" * 50_000 + "</a>" * 50_000)),
        ("number.jsonld", '{"@id": "x:y", "http://e.org/n": ' + "9" * 5_000 + "}"),
        ("odd.jsonld", '{"@context": {"@base": 5}, "@id": {}, "@type": 7}'),
        ("odd.jsonld", '{"@context": 5}'),
        ("odd.jsonld", "null"),
        ("odd.rdf", "<html><body>no</body></html>"),
        ("odd.rdf", "no XML at all"),
        ("odd.jsonld", "no JSON at all"),
        ("odd.ttl", "<html><body>no</body></html>"),
    ],
)
def test_deep_and_odd_files_are_refused(
    written: Written, refused: Refused, name: str, content: str
) -> None:
    """Without a traceback, whatever the parsers think of them."""
    assert refused(written(name, content))


def test_a_cycle_in_thousands_of_concepts(written: Written, refused: Refused) -> None:
    """Found in time, and told in a line that can be read."""
    rows = "".join(f"c{n},L{n},c{(n + 1) % 5_000}\n" for n in range(5_000))
    found = refused(written("ring.csv", "id,label,broader\n" + rows))
    (problem,) = [one for one in found if "broader than themselves" in one.message]
    assert len(problem.message) < 200


def test_a_chain_of_thousands_of_concepts(written: Written, refused: Refused) -> None:
    """Too many levels are one problem."""
    rows = "".join(f"c{n},L{n},{f'c{n - 1}' if n else ''}\n" for n in range(5_000))
    (problem,) = refused(written("chain.csv", "id,label,broader\n" + rows))
    assert "32 levels" in problem.message


def test_unknown_formats(tmp_path: Path) -> None:
    """The formats that there are are named."""
    for arguments in ((tmp_path / "a.docx", None), (tmp_path / "a.ttl", "word")):
        with pytest.raises(ConfigurationError, match="skos-turtle"):
            read(*arguments)


_SCRAPS = """\
A¦,¦;¦"¦{¦}¦[¦]¦path¦label¦@de¦|¦\\¦/¦<¦>¦skos:¦a ¦.¦@prefix ¦:¦(¦)¦#¦ü¦=¦'¦"@id"¦"@context"¦
<rdf:RDF>¦&¦<!¦<?xml?>¦1¦-¦^^¦\t¦\r¦ ¦\ufeff¦\u2028¦\x85"""


@settings(max_examples=150, deadline=None)
@given(
    text=st.lists(st.sampled_from(_SCRAPS.split("¦")), max_size=25).map("".join),
    suffix=st.sampled_from(SUFFIXES),
)
def test_nothing_but_a_taxonomy_or_problems(
    tmp_path_factory: pytest.TempPathFactory, text: str, suffix: str
) -> None:
    """Whatever stands in a file, mending or not."""
    path = tmp_path_factory.getbasetemp() / f"scraps{suffix}"
    path.write_text(text, encoding="utf-8", newline="")
    for mending in (False, True):
        with contextlib.suppress(InvalidTaxonomyError):
            assert len(read(path, mending=mending).taxonomy) > 0


def test_problems_are_errors_of_ours() -> None:
    """So that commands leave with exit code 2."""
    assert issubclass(InvalidTaxonomyError, TagwrightError)
    assert InvalidTaxonomyError("x", []).exit_code == 2
