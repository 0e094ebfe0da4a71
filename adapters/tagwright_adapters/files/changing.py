"""What is to become of one file: worked out, shown, written and read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from tagwright.errors import MetadataError, VerificationError
from tagwright.ports import FieldChange
from tagwright_adapters.exiftool import Pool, ProcessError
from tagwright_adapters.exiftool.session import Values
from tagwright_adapters.files import replacing
from tagwright_adapters.files.blocks import Blocks
from tagwright_adapters.files.names import to_reference
from tagwright_adapters.files.snapshot import Snapshot, look_at_sidecar, look_back
from tagwright_adapters.files.storage import probe
from tagwright_adapters.files.targets import Target
from tagwright_adapters.xmp import extras, provenance
from tagwright_adapters.xmp.fields import (
    EXIFTOOL_NAMES,
    EXIFTOOL_REJECTED,
    REJECTED,
    WRITTEN,
    Fields,
)

SamePicture = Callable[[Path, Path], bool]


@dataclass(frozen=True, slots=True)
class Change:
    """How one file's metadata is to read, and what to tell exiftool to get there."""

    target: Target
    fields: Fields  # as they are to be
    notes: tuple[provenance.Note, ...]  # as they are to be
    add: Values
    replace: Values
    blocks: dict[str, bytes | None]
    settings: tuple[str, ...]
    exact: Blocks | None = None  # the blocks must come out as these
    lost: tuple[provenance.Note, ...] = ()  # notes on tags of ours that go
    swaps: tuple[extras.Swap, ...] = ()  # of caption and rating
    rejected: tuple[str, ...] | None = None  # concepts to be noted as rejected; None: as they are

    def shown(self) -> tuple[FieldChange, ...]:
        """Return the fields that change."""
        before = self.target.base.fields if self.target.now else Fields()
        prefix = f"{to_reference(self.target.file.name)} " if self.target.is_sidecar else ""
        keywords = tuple(
            FieldChange(f"{prefix}{field}", before[name], self.fields[name])
            for name, field in EXIFTOOL_NAMES.items()
            if before[name] != self.fields[name]
        )
        return (*keywords, *shown_swaps(self.swaps, prefix), *self._shown_rejected(prefix))

    def _shown_rejected(self, prefix: str) -> Iterator[FieldChange]:
        if self.rejected is not None:
            before = provenance.rejected(self.target.base.properties)
            yield FieldChange(f"{prefix}{EXIFTOOL_REJECTED}", before, self.rejected)


def shown_swaps(swaps: Iterable[extras.Swap], prefix: str) -> Iterator[FieldChange]:
    """Yield how captions and ratings change; ``prefix`` stands before the field's name."""
    names = {slot.field: slot.exiftool for slot in extras.SLOTS}
    for swap in swaps:
        before, after = ((one.text,) if one.text else () for one in (swap.before, swap.after))
        yield FieldChange(f"{prefix}{names[swap.field]}", before, after)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A change whose new file lies ready and checked beside the old one."""

    change: Change
    temporary: Path
    after: Snapshot

    def commit(self) -> None:
        """Put the new file in its place.

        Raises:
            ChangedMeanwhileError: somebody else was faster.
            OSError: the file system refuses.
        """
        target = self.change.target
        replacing.commit(target.file, self.temporary, target.now.identity if target.now else None)

    def discard(self) -> None:
        """Remove the new file, if it was not put in its place."""
        self.temporary.unlink(missing_ok=True)


def prepare(
    exiftool: Pool, change: Change, is_same: SamePicture, *, newer_than: int = 0
) -> Prepared:
    """Make a file as it is to be, and read it back.

    Args:
        exiftool: What to write with.
        change: What to do.
        is_same: Says whether two files hold the same picture.
        newer_than: Modification time, ns, of the photo's own new file, if its sidecar follows.

    Raises:
        MetadataError: exiftool cannot do it.
        VerificationError: what was written is not what reads back.
        OSError: the file system refuses.
    """
    target = change.target
    read: list[Snapshot] = []

    def fill(temporary: Path) -> None:
        _fill(exiftool, change, temporary)

    def check(temporary: Path) -> None:
        after = look_at_sidecar(temporary) if target.is_sidecar else look_back(exiftool, temporary)
        _verify(change, after)
        if not target.is_sidecar and not is_same(target.file, temporary):
            raise VerificationError("the picture itself would have changed; it was left as it was.")
        read.append(after)

    temporary = replacing.prepare(
        target.file,
        fill,
        check,
        like=target.file if target.now else target.photo.path,
        is_new=target.now is None,
        newer_than=max(newer_than, _newest(target)),
    )
    return Prepared(change, temporary, read[0])


def _newest(target: Target) -> int:
    own = target.now.identity.modified if target.now else 0
    return max(own, target.photo.path.stat().st_mtime_ns if target.is_sidecar else 0)


def _fill(exiftool: Pool, change: Change, temporary: Path) -> None:
    if change.target.is_sidecar and change.exact is not None:
        temporary.write_bytes(change.exact.xmp[0])
        return
    source = change.target.source
    try:
        exiftool.write(
            source,
            temporary,
            suffix=change.target.suffix,
            add=change.add,
            replace=change.replace,
            blocks=change.blocks,
            settings=change.settings,
        )
    except ProcessError as exc:
        temporary.unlink(missing_ok=True)
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        probe(temporary, size)
        cure = "Use --sidecar to write beside the photo instead."
        raise MetadataError(f"exiftool cannot write it: {exc}.", cure=cure) from exc


def _verify(change: Change, after: Snapshot) -> None:
    before = change.target.base
    if change.exact is not None:
        _expect(after.blocks == change.exact, "the earlier metadata")
        return
    ours = WRITTEN | _properties(change.swaps)
    if change.rejected is not None:
        ours |= {REJECTED}
        noted = provenance.rejected(after.properties)
        _expect(noted == change.rejected, "what people rejected")
    _expect(_rest(after, ours) == _rest(before, ours), "metadata that is not ours")
    for slot in extras.SLOTS:
        for swap in (swap for swap in change.swaps if swap.field is slot.field):
            _expect(extras.held(after.properties, slot) == swap.after, slot.exiftool)
    for name, field in EXIFTOOL_NAMES.items():
        _expect(after.fields[name] == change.fields[name], field)
    expected = provenance.to_values(change.notes)
    _expect(provenance.to_values(after.notes) == expected, "our notes")
    if before.iptc and after.iptc and not change.target.is_sidecar:
        _expect(set(before.iptc.others) <= set(after.iptc.others), "IPTC that is not ours")
        _expect(before.blocks.in_step == after.blocks.in_step, "the IPTC digest")


def _properties(swaps: Iterable[extras.Swap]) -> Set[str]:
    fields = {swap.field for swap in swaps}
    slots = (slot for slot in extras.SLOTS if slot.field in fields)
    return {name for slot in slots for name in (slot.property, slot.note)}


def _rest(snapshot: Snapshot, ours: Set[str]) -> dict[str, object]:
    return {key: value for key, value in snapshot.properties.items() if key not in ours}


def _expect(condition: bool, what: str) -> None:
    if not condition:
        cure = "The photo was left as it was; use --sidecar to write beside it instead."
        raise VerificationError(f"{what} did not read back as written.", cure=cure)
