"""digiKam's file of Batch Queue Manager workflows, ``queue.xml``.

digiKam reads it when its Batch Queue Manager is first opened, and writes it anew, as a whole, when
a workflow is saved or removed, or when it ends. What is not ours keeps every byte.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from tagwright.taxonomy.decoding import source_name
from tagwright_adapters.digikam.errors import DigikamError

NAME = "queue.xml"

_ROOT = "queuelist"
_EMPTY = b"""\
<!DOCTYPE XMLQueueList>
<queuelist version="2.0" client="digikam" encoding="UTF-8">
</queuelist>
"""
# Beside the original, under its name: the result takes its place.
_QUEUE = """\
    <queue>
        <queuetitle value={title}/>
        <queuedesc value={description}/>
        <renamingparser value=""/>
        <useoriginalalbum value="1"/>
        <saveasnewversion value="0"/>
        <usemulticorecpu value="1"/>
        <workingurl value=""/>
        <conflictrule value="0"/>
        <renamingrule value="0"/>
        <rawloadingrule value="0"/>
        <tool>
            <toolname value="UserScript"/>
            <toolgroup value="1"/>
            <index value="0"/>
            <version value="1"/>
            <parameter name="Output filetype" type="int" value="0"/>
            <parameter name="Script" type="QString" value={script}/>
        </tool>
    </queue>
"""


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow with one tool, a script of the shell; replaces each photo by what that makes."""

    title: str
    description: str
    script: str


@dataclass(slots=True)
class _Queue:
    """A workflow as it stands in a file, from byte ``begin`` to before ``end``."""

    begin: int
    end: int = 0
    title: str = ""
    values: list[str] = field(default_factory=list)


def put(content: bytes | None, workflow: Workflow, mark: str) -> bytes:
    """Return a file's content with a workflow in it, in place of those whose script has ``mark``.

    Raises:
        DigikamError: it is no such file, or somebody else's workflow has that title.
    """
    begun = _EMPTY if content is None else content
    text = _text(workflow)
    queues = _Reader(begun).queues
    ours = [queue for queue in queues if _is_marked(queue, mark)]
    if any(queue.title == workflow.title and queue not in ours for queue in queues):
        message = f"digiKam has another workflow that is called {workflow.title!r}."
        raise DigikamError(message, cure="Rename or remove it in the Batch Queue Manager.")
    if len(ours) == 1 and workflow.script in ours[0].values:
        return begun  # digiKam has written it in its own way, or a person has set more
    rest = without(begun, mark)
    end = _Reader(rest).end
    if end is None:  # a list that holds nothing: <queuelist …/>
        head, _, tail = rest.rpartition(b"/>")
        return head.rstrip() + b">\n" + text + b"</queuelist>" + tail
    indented = len(rest[:end].rstrip(b" \t"))
    return rest[:indented] + text + rest[indented:]


def without(content: bytes, mark: str) -> bytes:
    """Return a file's content without the workflows whose script has ``mark``.

    Raises:
        DigikamError: it is no such file.
    """
    for queue in reversed(_Reader(content).queues):
        if _is_marked(queue, mark):
            before = content[: queue.begin].rstrip(b" \t")
            after = content[queue.end :]
            content = before + (after[1:] if after.startswith(b"\n") else after)
    return content


def is_bare(content: bytes) -> bool:
    """Say whether a content is what :func:`put` began with where there was no file."""
    return content == _EMPTY


def read(path: Path) -> bytes | None:
    """Return what stands in a file; None: there is none.

    Raises:
        DigikamError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as exc:
        message = f"{source_name(path)} cannot be read: {exc.strerror}."
        raise DigikamError(message, cure="Check its permissions.") from exc


def _text(workflow: Workflow) -> bytes:
    values = (workflow.title, workflow.description, workflow.script)
    title, description, script = (_quoted(value) for value in values)
    return _QUEUE.format(title=title, description=description, script=script).encode()


def _quoted(value: str) -> str:
    """Quote a value as digiKam does: always in double quotes, and line breaks kept."""
    return quoteattr(value, {'"': "&quot;"})


def _is_marked(queue: _Queue, mark: str) -> bool:
    return any(mark in value for value in queue.values)


class _Reader:
    """Finds the workflows, and where their list ends."""

    def __init__(self, content: bytes) -> None:
        self.queues: list[_Queue] = []
        self.end: int | None = None  # None: the list is a single, empty tag
        self._content = content
        self._path: list[str] = []
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._stop
        try:
            content.decode("utf-8")  # as digiKam writes it, whatever the head of the file may say
            self._parser.Parse(content, True)
        except (UnicodeDecodeError, expat.ExpatError) as exc:
            raise _damaged(str(exc)) from exc

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        here, value = self._parser.CurrentByteIndex, attributes.get("value", "")
        match self._path:
            case [root] if root != _ROOT:
                raise _damaged(f"it holds <{root}>")
            case [_, "queue"]:
                self.queues.append(_Queue(here))
            case [_, "queue", "queuetitle"]:
                self.queues[-1].title = value
            case [_, "queue", "tool", "parameter"]:
                self.queues[-1].values.append(value)

    def _stop(self, _: str) -> None:
        here = self._parser.CurrentByteIndex
        is_tag = self._content.startswith(b"</", here)  # else it was a single, empty one
        match self._path:
            case [_] if is_tag:
                self.end = here
            case [_, "queue"]:
                self.queues[-1].end = self._content.index(b">", here) + 1 if is_tag else here
        self._path.pop()


def _damaged(why: str) -> DigikamError:
    message = f"digiKam's list of workflows, {NAME}, cannot be used: {why}."
    return DigikamError(message, cure="Move it away; digiKam makes another.")
