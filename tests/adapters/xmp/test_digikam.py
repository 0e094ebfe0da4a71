"""Which field digiKam reads: the cases that were shown to digiKam 7.9 and 8.6, and its answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tagwright_adapters.exiftool import Pool
from tagwright_adapters.files.snapshot import look

T = "XMP-digiKam:TagsList"
H = "XMP-lr:HierarchicalSubject"
M = "XMP-microsoft:LastKeywordXMP"
C = "XMP-mediapro:CatalogSets"
D = "XMP-dc:Subject"
K = "IPTC:Keywords"
X = "EXIF:XPKeywords"
ACDSEE = (
    '<Categories><Category Assigned="0">Ac<Category Assigned="1">Dsee</Category>'
    "</Category></Categories>"
)

CASES: dict[str, tuple[dict[str, list[str]], list[str]]] = {
    "TagsList": ({T: ["Places/Paris", "Animals/Cat"]}, ["Places/Paris", "Animals/Cat"]),
    "lr": ({H: ["Places|Spain|Madrid"]}, ["Places/Spain/Madrid"]),
    "microsoft": ({M: ["Places/Italy/Rome"]}, ["Places/Italy/Rome"]),
    "dc": ({D: ["flatdc1", "flatdc2"]}, ["flatdc1", "flatdc2"]),
    "iptc": ({K: ["flatiptc1"]}, ["flatiptc1"]),
    "all differ": (
        {T: ["P/TagsList"], M: ["P/MS"], H: ["P|LR"], C: ["P|MPRO"], D: ["PDC"], K: ["PIPTC"],
         X: ["PXP"]},
        ["P/TagsList"],
    ),
    "microsoft before lr": ({M: ["Q/MS"], H: ["Q|LR"], D: ["QDC"], K: ["QIPTC"]}, ["Q/MS"]),
    "lr before dc": ({H: ["R|LR"], D: ["RDC", "LR"]}, ["R/LR"]),
    "mediapro before dc": ({C: ["S|MPRO"], D: ["SDC"]}, ["S/MPRO"]),
    "dc before iptc": ({D: ["UDC"], K: ["UIPTC"]}, ["UDC"]),
    "XPKeywords": ({X: ["xp one;xp two"]}, ["xp one", "xp two"]),
    "acdsee": ({"XMP-acdsee:Categories": [ACDSEE]}, ["Ac/Dsee"]),
    "slash in dc": ({D: ["AC/DC band"]}, ["AC/DC band"]),
    "bar in dc": ({D: ["Pipe|Inside"]}, ["Pipe|Inside"]),
    "slash in lr": ({H: ["Music|AC/DC live"]}, ["Music/AC\\DC live"]),
    "bar in TagsList": ({T: ["Xa|Xb"]}, ["Xa|Xb"]),
    "unicode": ({T: ["Wien, Österreich", "日本/東京 🗼"]}, ["Wien, Österreich", "日本/東京 🗼"]),
    "spaces": ({T: [" Lead/ inner /trail "]}, [" Lead/ inner /trail "]),
    "parents": (
        {H: ["Nature", "Nature|Tree", "Nature|Tree|Oak"], D: ["Nature", "Tree", "Oak"]},
        ["Nature", "Nature/Tree", "Nature/Tree/Oak"],
    ),
    "double slash": ({T: ["Dbl//Slash", "/LeadSlash/x"]}, ["Dbl/Slash", "LeadSlash/x"]),
    "comma": ({D: ["one, two"]}, ["one, two"]),
    "digikam root": ({T: ["_Digikam_root_tag_/Rooted/x"]}, ["Rooted/x"]),
    "internal": ({T: ["_Digikam_Internal_Tags_/Color Label Red"]}, []),
    "backslash": ({T: ["Back\\slash/x"]}, ["Back\\slash/x"]),
}  # fmt: skip

RAW = {
    "empty TagsList": ("digiKam:TagsList", "<rdf:Seq/>", "dc after empty"),
    "TagsList in a Bag": (
        "digiKam:TagsList",
        "<rdf:Bag><rdf:li>Bagged/TL</rdf:li></rdf:Bag>",
        "dc beside bag",
    ),
    "lr in a Seq": (
        "lr:hierarchicalSubject",
        "<rdf:Seq><rdf:li>Seqed|LR</rdf:li></rdf:Seq>",
        "dc beside seq",
    ),
}


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    pool = Pool(1)
    yield pool
    pool.close()


@pytest.mark.parametrize("case", CASES)
def test_the_first_field_with_entries_wins(
    case: str, pool: Pool, photos: Path, tmp_path: Path
) -> None:
    """Each case was scanned by a real digiKam."""
    fields, expected = CASES[case]
    photo = tmp_path / "photo.jpg"
    pool.write(
        photos / "cat.jpg",
        photo,
        suffix=".jpg",
        add=fields,
        settings=("IPTC:CodedCharacterSet=utf8",) if K in fields else (),
    )
    tags = look(pool, photo, ("EXIF:XPKeywords",)).tag_paths()
    assert ["/".join(path) for path in tags] == expected


@pytest.mark.parametrize("case", RAW)
def test_a_container_of_the_wrong_kind_is_passed_over(
    case: str, pool: Pool, photos: Path, tmp_path: Path
) -> None:
    """digiKam says nothing and takes dc:subject."""
    name, body, expected = RAW[case]
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:digiKam="http://www.digikam.org/ns/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:lr="http://ns.adobe.com/lightroom/1.0/"><{name}>{body}</{name}><dc:subject><rdf:Bag>'
        f"<rdf:li>{expected}</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    photo = tmp_path / "photo.jpg"
    pool.write(photos / "cat.jpg", photo, suffix=".jpg", blocks={"XMP": xmp.encode()})
    assert look(pool, photo).tag_paths() == ((expected,),)
