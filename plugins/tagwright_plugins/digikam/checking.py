"""What ``tagwright digikam check`` prints."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from tagwright.configuration import Configuration
from tagwright_adapters.digikam.checking import Finding, Status
from tagwright_adapters.digikam.installation import examine, look
from tagwright_plugins.digikam.installing.placing import is_installed

_MARKS: dict[Status, tuple[str, str]] = {
    "ok": ("ok", "green"),
    "stops": ("STOPS", "red"),
    "risk": ("RISK", "yellow"),
    "note": ("note", "yellow"),
}


def run(configuration: Configuration, place: Path | None, *, as_json: bool) -> int:
    """Look, print what was found and return the exit code."""
    seen = look(place)
    findings = list(
        examine(
            seen,
            writes_sidecars_only=configuration.files.sidecar == "always",
            writes_short_names=configuration.files.sidecar_name == "short",
        )
    )
    if seen.place.rc is not None:
        findings.append(_installed(seen.place.rc))
    for finding in findings:
        _print(finding, as_json=as_json)
    return 1 if any(finding.status == "stops" for finding in findings) else 0


def _installed(rc: Path) -> Finding:
    if is_installed(rc):
        return Finding("batch queue", "ok", "'Tag with Tagwright' is among its workflows")
    said = "'Tag with Tagwright' is not among its workflows, nor in Open With"
    return Finding("batch queue", "note", said, "tagwright digikam install")


def _print(finding: Finding, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(finding), ensure_ascii=False))
        return
    mark, colour = _MARKS[finding.status]
    click.echo(f"{click.style(f'{mark:<7}', fg=colour)}{finding.what}: {finding.said}")
    if finding.switch:
        click.echo(f"       -> {finding.switch}")
