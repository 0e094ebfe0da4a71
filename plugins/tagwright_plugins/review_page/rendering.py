"""Pages from templates. All text is escaped by Jinja; addresses are made here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import PurePosixPath

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from tagwright.model import AssetRef
from tagwright.money import usd
from tagwright.taxonomy import Taxonomy
from tagwright_plugins.cli.wording import is_immich, title
from tagwright_plugins.review_page.desk import Desk

PAST = {
    "accept": "Accepted",
    "reject": "Rejected",
    "refine": "Refined",
    "skip": "Skipped",
    "add": "Added",
}


class Pages:
    """Renders the templates of one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._environment = Environment(
            loader=PackageLoader("tagwright_plugins.review_page", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            number=lambda n: f"{n:,}",
            percent=lambda share: f"{share:.0%}",
            when=_when,
            taken=lambda text: text[:16].replace("T", " "),
            name=title,
            folder=_folder,
            address=self._address,
            photos=lambda n: f"{n:,} photo" if n == 1 else f"{n:,} photos",
            usd=lambda amount: usd(Decimal(amount)),
            past=PAST.__getitem__,
        )

    async def show(
        self, request: Request, template: str, *, status: int = 200, **context: object
    ) -> HTMLResponse:
        """Render a page."""
        desk = self._desk
        text = self._environment.get_template(f"{template}.html.j2").render(
            context
            | {
                "here": request.url.path,
                "csrf": desk.csrf,
                "newest": await desk.newest(),
                "standing": await desk.standing(),
                "label": lambda concept: _label(desk.taxonomy, concept),
                "path": lambda concept: _path(desk.taxonomy, concept),
            }
        )
        return HTMLResponse(text, status)

    def _address(self, ref: AssetRef) -> str | None:
        return self._desk.naming.address(ref)

    def entry(self, *, wrong: bool) -> HTMLResponse:
        """Render the page that asks for the token, which shows nothing else."""
        text = self._environment.get_template("login.html.j2").render(wrong=wrong)
        return HTMLResponse(text, 401)


def _label(taxonomy: Taxonomy, concept: str) -> str:
    return taxonomy.label(concept) if concept in taxonomy else concept


def _path(taxonomy: Taxonomy, concept: str) -> Sequence[str]:
    return taxonomy.path(concept) if concept in taxonomy else (concept,)


def _when(moment: float | None) -> str:
    if moment is None:
        return ""
    return datetime.fromtimestamp(moment).astimezone().strftime("%Y-%m-%d %H:%M")


def _folder(ref: AssetRef) -> str:
    if is_immich(ref):
        return ref.library
    return str(PurePosixPath(ref.reference).parent)
