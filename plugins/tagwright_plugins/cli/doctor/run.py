"""What ``tagwright doctor`` looks at."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Literal

import click

from tagwright.configuration import Configuration, load
from tagwright.configuration.binding import make_policy
from tagwright.configuration.chains import make_chains, members_of
from tagwright.configuration.immich import AccountSection
from tagwright.errors import MissingProgramError, TagwrightError
from tagwright.taxonomy import Taxonomy
from tagwright_adapters.exiftool.process import Process, ProcessError
from tagwright_adapters.files.library import FileLibrary
from tagwright_plugins.cli import wording
from tagwright_plugins.cli.assembly import make_tagger, make_taxonomy, open_state
from tagwright_plugins.cli.tag.preparing import prepare

_MISSING = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    status: Literal["ok", "missing", "failed", "optional", "note"]
    said: str


def examine(
    taggers: tuple[str, ...],
    *,
    canary: bool,
    config: Path | None,
    state: Path | None,
    as_json: bool,
) -> int:
    """Look at everything, print what was found and return the exit code."""
    configuration, source = load(config, {"state": state})
    findings: list[Finding] = []
    for finding in chain(
        _look(configuration, source, taggers), _immich(configuration, canary=canary)
    ):
        findings.append(finding)
        _print(finding, as_json=as_json)
    if any(finding.status == "missing" for finding in findings):
        return _MISSING
    return 1 if any(finding.status == "failed" for finding in findings) else 0


def _look(
    configuration: Configuration, source: Path | None, taggers: tuple[str, ...]
) -> Iterator[Finding]:
    yield Finding("python", "ok", sys.version.split()[0])
    yield Finding("configuration", "ok", str(source or "none; defaults are used"))
    yield _exiftool()
    yield from _optional_formats()
    yield _state(configuration)
    try:
        taxonomy = make_taxonomy(configuration)
    except TagwrightError as exc:
        yield Finding("taxonomy", "failed", str(exc))
        return
    yield Finding("taxonomy", "ok", f"{taxonomy.name}, {len(taxonomy)} concepts")
    yield _policy(configuration, taxonomy)
    try:
        chains = make_chains(configuration, (*configuration.taggers, *taggers))
    except TagwrightError as exc:
        yield Finding("taggers", "failed", str(exc))
        return
    for one in chains:
        if one.manner != "alone":
            yield Finding(one.name, "ok", wording.chain(one))
    for spec in members_of(chains):
        yield _tagger(configuration, taxonomy, spec)


def _policy(configuration: Configuration, taxonomy: Taxonomy) -> Finding:
    try:
        policy = make_policy(configuration, taxonomy)
    except TagwrightError as exc:
        return Finding("policy", "failed", str(exc))
    said = f"writes from {policy.apply:g}, asks from {policy.review:g}, {len(policy.rules)} rules"
    if vain := wording.albums(policy, FileLibrary.holds):
        said += f". {vain}"
    return Finding("policy", "ok", said)


def _exiftool() -> Finding:
    try:
        process = Process()
        process.run()
    except MissingProgramError as exc:
        return Finding("exiftool", "missing", str(exc))
    except ProcessError as exc:
        return Finding("exiftool", "failed", f"does not run: {exc}")
    said = f"{process.version} at {process.executable}"
    process.terminate()
    return Finding("exiftool", "ok", said)


def _optional_formats() -> Iterator[Finding]:
    for what, module, extra in (("HEIC", "pillow_heif", "heic"), ("RAW", "rawpy", "raw")):
        if find_spec(module) is not None:
            yield Finding(what, "ok", f"through {module}")
        else:
            yield Finding(what, "optional", f"not read; pip install 'tagwright[{extra}]'")
    for what, program in (("video", "ffmpeg"), ("text in pictures", "tesseract")):
        if shutil.which(program) is not None:
            yield Finding(what, "ok", f"through {program}")
        else:
            yield Finding(what, "optional", f"not read; install {program}")


def _state(configuration: Configuration) -> Finding:
    try:
        with open_state(configuration):
            return Finding("state", "ok", str(configuration.state))
    except TagwrightError as exc:
        return Finding("state", "failed", str(exc))


def _tagger(configuration: Configuration, taxonomy: Taxonomy, spec: str) -> Finding:
    async def check() -> str:
        tagger = make_tagger(configuration, taxonomy, spec)
        try:
            await prepare([tagger])
            return await tagger.check()
        finally:
            await tagger.aclose()

    try:
        return Finding(f"tagger {spec}", "ok", asyncio.run(check()))
    except MissingProgramError as exc:
        return Finding(f"tagger {spec}", "missing", str(exc))
    except TagwrightError as exc:
        return Finding(f"tagger {spec}", "failed", str(exc))


def _immich(configuration: Configuration, *, canary: bool) -> Iterator[Finding]:
    """Yield what is found about the accounts of Immich, if there are any."""
    accounts = configuration.immich.accounts
    if not any(account.address or configuration.immich.address for account in accounts):
        return
    from tagwright_plugins.immich.checking.run import look_at  # noqa: PLC0415 - for its users only

    async def look(account: AccountSection) -> list[Finding]:
        return [
            Finding(f"immich {one.account}: {one.what}", one.status, one.said)
            async for one in look_at(configuration, account, canary=canary)
        ]

    for account in accounts:
        yield from asyncio.run(look(account))


_MARKS = {"ok": ("ok", "green"), "missing": ("MISSING", "red"), "failed": ("FAILED", "red")}


def _print(finding: Finding, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(finding), ensure_ascii=False))
        return
    mark, colour = _MARKS.get(finding.status, ("-", "yellow"))
    click.echo(f"{click.style(f'{mark:<8}', fg=colour)}{finding.what}: {finding.said}")
