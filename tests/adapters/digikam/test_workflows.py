"""digiKam's list of workflows: ours is put in and taken out, and theirs keep every byte."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from tagwright_adapters.digikam.errors import DigikamError
from tagwright_adapters.digikam.workflows import Workflow, is_bare, put, without

MARK = "# ours"
SCRIPT = f"{MARK}\nexec 'a \"b\" <c> &d' \\\t%$INPUT\n"
OURS = Workflow("Tag & <sort>", 'with "quotes"', SCRIPT)
THEIRS = """\
<!DOCTYPE XMLQueueList>
<!-- kept -->
<queuelist version="2.0" client="digikam" encoding="UTF-8">
    <queue>
        <queuetitle value="R\N{LATIN SMALL LETTER E WITH ACUTE}duire &gt; 50%"/>
        <future thing='single' ><![CDATA[ > ]]></future >
        <tool><parameter name="Script" type="QString" value="cp $INPUT $OUTPUT&#10;"/></tool>
    </queue >
  <queue/>
</queuelist>
""".encode()
LATIN = b'<?xml version="1.0" encoding="ISO-8859-1"?><queuelist a="\xe9"/>'
LISTS = {
    "theirs": THEIRS,
    "with line ends of Windows": THEIRS.replace(b"\n", b"\r\n"),
    "in one line": THEIRS.replace(b"\n", b""),
    "none": b'<!DOCTYPE XMLQueueList>\n<queuelist version="2.0"/>\n',
}


@pytest.mark.parametrize("name", LISTS)
def test_theirs_keep_every_byte(name: str) -> None:
    """What is put in is found again as it was meant; taken out, all is as before."""
    before = LISTS[name]
    there = put(before, OURS, MARK)
    assert scripts(there).count(SCRIPT) == 1
    assert put(there, OURS, MARK) == there
    newer = put(there, Workflow(OURS.title, "", SCRIPT + "true\n"), MARK)
    assert [one for one in scripts(newer) if MARK in one] == [SCRIPT + "true\n"]
    kept = without(newer, MARK)
    assert kept.replace(b">\n</queuelist>", b"/>") == before if name == "none" else kept == before


def test_a_list_is_begun_where_there_is_none() -> None:
    """Without ours it is as good as none."""
    made = put(None, OURS, MARK)
    assert made.startswith(b"<!DOCTYPE XMLQueueList>\n<queuelist ")
    assert scripts(made) == [SCRIPT]
    assert is_bare(without(made, MARK))
    assert not is_bare(THEIRS)


def test_what_digikam_has_written_anew_is_still_ours() -> None:
    """digiKam adds settings, and its user may; a renamed one is ours too, and stays so called."""
    again = put(THEIRS, OURS, MARK).replace(b'value="Tag &amp; &lt;sort&gt;"', b'value="My tags"')
    again = again.replace(b"<rawloadingrule", b'<jpegcompression value="75"/>\n<rawloadingrule')
    assert without(again, MARK) == THEIRS
    assert put(again, OURS, MARK) == again


def test_a_workflow_of_the_same_title_is_theirs() -> None:
    """digiKam would take the first one, whichever it is."""
    theirs = put(None, Workflow(OURS.title, "", "echo mine"), "mine")
    with pytest.raises(DigikamError, match="another workflow that is called"):
        put(theirs, OURS, MARK)
    assert without(theirs, MARK) == theirs


@pytest.mark.parametrize("content", [b"", b"<queuelist>", b"<html/>", LATIN])
def test_what_is_no_list_is_left_alone(content: bytes) -> None:
    """Nothing is put into what is damaged, or something else."""
    with pytest.raises(DigikamError, match=r"queue\.xml, cannot be used"):
        put(content, OURS, MARK)


def scripts(content: bytes) -> list[str]:
    """Return the scripts in a list."""
    found = ET.fromstring(content).iterfind("./queue/tool/parameter[@name='Script']")
    return [one.get("value", "") for one in found]
