"""``python -m tagwright_plugins.demo [PHOTOS]``: the main job on copies, in an empty folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from tagwright_plugins.cli.tag.command import tag
from tagwright_plugins.demo.invented import write_invented

_MOST = 200  # photos copied from a person's own folder


@click.command()
@click.option("--samples", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--photos", type=click.Path(path_type=Path))
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.pass_context
def demo(context: click.Context, samples: Path | None, photos: Path | None, into: Path) -> None:
    """Tag copies of PHOTOS, or of the samples, below INTO."""
    source = photos.expanduser() if photos else samples  # a quoted ~ comes here as it is
    if source is None or not source.exists():
        raise click.UsageError(f"There is nothing at {source}. Give --photos or --samples.")
    copies = into / "photos"
    shutil.rmtree(into, ignore_errors=True)
    count = _copy(source, copies)
    if not count:
        raise click.UsageError(f"There are no photos that Tagwright knows in {source}.")
    noun = "photo" if count == 1 else "photos"
    click.echo(f"Working on copies ({count} {noun}) in {copies}; yours are not touched.")
    if photos is None:
        click.echo("Three of them got an invented place, time or camera, to show what these give.")
        write_invented(copies)
    click.echo()
    sheet = into / "contact-sheet.html"
    arguments = [str(copies), "--explain", "--report", str(sheet), "--state", str(into / "state")]
    try:
        context.invoke(tag.main, args=arguments, prog_name="tagwright tag")
    except SystemExit as exc:
        _farewell(sheet)
        raise exc from None


def _copy(source: Path, target: Path) -> int:
    from tagwright_adapters.files.scan import scan  # noqa: PLC0415 - after the usage check

    count = 0
    for listing in scan([source], lambda *_: None, lambda _: None):
        for entry in listing.entries:
            original = Path(listing.folder + entry.name)
            copy = target / original.relative_to(
                source.resolve() if source.is_dir() else original.parent
            )
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(original, copy)
            count += 1
            if count >= _MOST:
                return count
    return count


def _farewell(sheet: Path) -> None:
    click.echo()
    click.secho(f"Look at the contact sheet: {sheet}", bold=True)
    click.echo("Next:")
    click.echo("  your own photos      make try PHOTOS=~/Pictures/2024   (works on copies)")
    click.echo("  your own vocabulary  .venv/bin/tagwright taxonomy export family -o my.yaml")
    click.echo("                       change it, and add --taxonomy my.yaml to what follows")
    click.echo(
        "  a vision model       .venv/bin/tagwright tag PHOTOS --tagger ollama:llama3.2-vision"
    )


if __name__ == "__main__":
    demo()
