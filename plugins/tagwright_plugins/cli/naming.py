"""What people call photos: files by their paths, those of Immich by name and address."""

from __future__ import annotations

from tagwright.configuration import Configuration
from tagwright.errors import TagwrightError
from tagwright.model import AssetRef
from tagwright_adapters.immich.address import page
from tagwright_adapters.immich.errors import ImmichSetupError
from tagwright_plugins.cli.sites import Site
from tagwright_plugins.cli.wording import is_immich, printable, trouble

_LONGEST = 1_000


class Naming:
    """Knows where browsers open all accounts; asks a server that once, as soon as it matters."""

    def __init__(self, configuration: Configuration) -> None:
        accounts = configuration.immich.accounts
        self._sites = {one.library: Site(configuration, one) for one in accounts}

    def address(self, ref: AssetRef) -> str | None:
        """Return where a browser shows a photo; None: nowhere."""
        site = self._sites.get(ref.library)
        at = site.address() if site else None
        try:
            return page(at, ref.reference) if at else None
        except ImmichSetupError:
            return None

    def text(self, ref: AssetRef) -> str:
        """Return a photo's path, or its name and address; fit for a terminal."""
        if not is_immich(ref):
            return printable(str(ref), _LONGEST)
        where = self.address(ref) or f"{ref.library} {ref}"
        return printable(f"{ref.name} ({where})" if ref.name else where, _LONGEST)

    def error(self, ref: AssetRef, error: TagwrightError) -> str:
        """Return what went wrong with a photo; fit for a terminal."""
        return self.said(ref, str(error)) if is_immich(ref) else printable(str(error), 500)

    def said(self, ref: AssetRef, error: str) -> str:
        """Return what was said of a photo's trouble, with the photo in front; likewise."""
        if is_immich(ref):
            return f"{self.text(ref)}: {printable(trouble(ref, error), _LONGEST)}"
        rest = error.removeprefix(f"{ref}: ")
        if str(ref) in rest:
            return printable(error, _LONGEST)
        return f"{self.text(ref)}: {printable(rest, _LONGEST)}"

    def plain(self, ref: AssetRef) -> dict[str, str]:
        """Return a photo for JSON."""
        if not is_immich(ref):
            return {"path": str(ref)}
        named = {"library": ref.library, "name": ref.name, "url": self.address(ref) or ""}
        return {"path": str(ref), **named}
