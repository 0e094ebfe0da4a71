"""What each route is given."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Depends, Form, HTTPException, Path, Request
from pydantic import Field

from tagwright_plugins.review_page.desk import Desk
from tagwright_plugins.review_page.filtering import Chosen, choose
from tagwright_plugins.review_page.rendering import Pages


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _pages(request: Request) -> Pages:
    pages: Pages = request.app.state.pages
    return pages


_LAST = 2**63 - 1  # that a database can look for

AssetId = Annotated[int, Path(ge=0, le=_LAST)]
Photos = Annotated[tuple[Annotated[int, Field(ge=0, le=_LAST)], ...], Form()]
Text = Annotated[str, Form()]
AtDesk = Annotated[Desk, Depends(_desk)]
OnPages = Annotated[Pages, Depends(_pages)]


def _chosen(request: Request, desk: AtDesk) -> Chosen:
    desk.look_up()
    return choose(request.query_params, desk.taxonomy, desk.under)


def _own(desk: AtDesk, csrf: Annotated[str, Form()] = "") -> None:
    """Refuse a form that is not of this process."""
    if not hmac.compare_digest(csrf.encode(), desk.csrf.encode()):
        raise HTTPException(403, "This form is of an earlier session. Load the page anew.")


By = Annotated[Chosen, Depends(_chosen)]
OWN = Depends(_own)
