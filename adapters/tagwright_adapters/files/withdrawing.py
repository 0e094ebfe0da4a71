"""Taking some tags of ours away, whether others come or not; all else stays as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tagwright.model import Tag
from tagwright.ports import Withdrawal
from tagwright_adapters.files import reverting
from tagwright_adapters.files.changing import Change
from tagwright_adapters.files.journal import Entry, Gain, load
from tagwright_adapters.files.photo import Photo
from tagwright_adapters.files.targets import Target, check_writable
from tagwright_adapters.xmp import plan
from tagwright_adapters.xmp.digikam import Path as TagPath
from tagwright_adapters.xmp.fields import Fields
from tagwright_adapters.xmp.provenance import Note


@dataclass(frozen=True, slots=True)
class Leaving:
    """The tags that go, and what our earlier writes say of where they stand."""

    paths: frozenset[TagPath]
    entries: tuple[Entry, ...]

    @classmethod
    def of(cls, withdraw: Withdrawal) -> Leaving:
        """Return what a withdrawal means for files."""
        entries = tuple(entry for receipt in withdraw.receipts for entry in load(receipt.before))
        return cls(withdraw.paths, entries)

    def gains(self, target: Target) -> tuple[Gain, ...]:
        """Return what is to go from one file: only what it really shows, and what we brought."""
        if not self.paths:
            return ()
        # A sidecar that is about to be made begins as a copy of what is in the photo.
        beside = target.is_sidecar and target.now is not None
        seen = set(target.seen)
        return tuple(
            gain
            for entry in self.entries
            if (entry.sidecar is not None) == beside
            for gain in entry.gains
            if gain.path in self.paths and gain.path in seen
        )

    def seen(self, target: Target) -> tuple[TagPath, ...]:
        """Return the tags that digiKam will read once they are gone."""
        gone = {gain.path for gain in self.gains(target)}
        return tuple(path for path in target.seen if path not in gone)

    def elsewhere(self, photo: Photo, chosen: Sequence[Target]) -> Iterator[Target]:
        """Yield further files that hold one of the tags, and take none of the new ones.

        Raises:
            MetadataError: the photo is one of them and is write-protected.
        """
        known = {target.file for target in chosen}
        for target in reverting.written_targets(photo, self.entries):
            if target.file in known or not self.gains(target):
                continue
            check_writable(target, "a tag")
            yield target


def exchange(
    target: Target, now: Fields, new: Sequence[Tag], gone: Sequence[Gain]
) -> tuple[Change, tuple[str, ...]]:
    """Return the change that takes ``gone`` out of a file and puts ``new`` into it."""
    base = target.base
    paths = {gain.path for gain in gone}
    iptc = None if target.is_sidecar else base.iptc
    left = reverting.without(now, gone)
    seen = [path for path in target.seen if path not in paths]
    gains = plan.add(left, seen, [tag.path for tag in new], iptc)
    fields = Fields(
        tagslist=left.tagslist + gains.tagslist,
        lr=left.lr + gains.lr,
        dc=left.dc + gains.dc,
        iptc=None if left.iptc is None else left.iptc + gains.iptc,
    )
    ours = {(gain.path, gain.run) for gain in gone}
    kept = [note for note in base.notes if (note.tag.path, note.tag.run) not in ours]
    notes = (*kept, *(Note(tag, plan.gained_by(tag.path, gains)) for tag in new))
    change = reverting.rewritten(target, fields, notes)
    noted = {(note.tag.path, note.tag.run) for note in base.notes}
    # Some programs drop our namespace; undoing must bring the tag back all the same.
    bare = [
        Note(Tag("", gain.path, run=gain.run), gain.fields)
        for gain in gone
        if (gain.path, gain.run) not in noted
    ]
    return replace(change, lost=(*change.lost, *bare)), gains.warnings
