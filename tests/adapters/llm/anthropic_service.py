"""Anthropic's messages as the types of its own package describe them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import Any

from pydantic import TypeAdapter


def check(body: dict[str, Any]) -> None:
    """Raise unless a request is as described."""
    form, request = _form()
    assert set(body) <= set(form.__annotations__), set(body)
    _consume(request.validate_python(body))
    assert body["max_tokens"] > 0


@cache
def _form() -> tuple[type[Any], TypeAdapter[Any]]:
    # A slow import, that most tests have no use for.
    form = import_module("anthropic.types.message_create_params").MessageCreateParamsNonStreaming
    return form, TypeAdapter(form)


def _consume(value: object) -> None:
    # What the types call iterable is validated as it is iterated.
    if isinstance(value, dict):
        value = value.values()
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for one in value:
            _consume(one)
