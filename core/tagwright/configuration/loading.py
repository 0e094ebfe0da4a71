"""Finding, reading and checking the configuration."""

from __future__ import annotations

import difflib
import json
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import get_args

import platformdirs
from pydantic import BaseModel, ValidationError

from tagwright.configuration.immich import ImmichSection
from tagwright.configuration.settings import Configuration
from tagwright.configuration.watch import WatchSection
from tagwright.errors import ConfigurationError

_PREFIX = "TAGWRIGHT_"
_NOT_SETTINGS = {"TAGWRIGHT_CONFIG"}


def load(
    path: Path | None = None, overrides: Mapping[str, object] | None = None
) -> tuple[Configuration, Path | None]:
    """Return the configuration and the file that it came from, if any.

    Args:
        path: The file to read; else the one that ``TAGWRIGHT_CONFIG`` names, else
            ``tagwright.toml`` in the working directory, else in the user's configuration directory.
        overrides: Settings from the command line, by dotted key; None values are passed over.

    Raises:
        ConfigurationError: naming the file or variable, the key and the cure.
    """
    source = path or _find()
    values = {} if source is None else _read(source)
    origin = {"": str(source) if source else "the defaults"}
    for variable, key, value in _environment(os.environ):
        _put(values, key, value)
        origin[".".join(key)] = variable
    for dotted, value in (overrides or {}).items():
        if value is not None:
            _put(values, tuple(dotted.split(".")), value)
            origin[dotted] = "the command line"
    try:
        configuration = Configuration.model_validate(values)
    except ValidationError as exc:
        raise _explained(exc, origin) from exc
    if source is not None:
        configuration.come_from(source)
    return _anchored(configuration, source), source


def _find() -> Path | None:
    if named := os.environ.get("TAGWRIGHT_CONFIG"):
        return Path(named)
    for folder in (Path.cwd(), Path(platformdirs.user_config_dir("tagwright"))):
        if (candidate := folder / "tagwright.toml").is_file():
            return candidate
    return None


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as exc:
        raise ConfigurationError(
            f"the configuration {path} cannot be read: {exc.strerror}.",
            cure="Check the path given by --config or TAGWRIGHT_CONFIG.",
        ) from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise ConfigurationError(f"the configuration {path} is not valid TOML: {exc}.") from exc


def _environment(environ: Mapping[str, str]) -> list[tuple[str, tuple[str, ...], object]]:
    """Return (variable, key, value) of every setting; ``__`` parts a section from its key."""
    names = set(Configuration.model_fields)
    found: list[tuple[str, tuple[str, ...], object]] = []
    for variable, text in sorted(environ.items()):
        if not variable.startswith(_PREFIX) or variable in _NOT_SETTINGS:
            continue
        key = tuple(variable.removeprefix(_PREFIX).lower().split("__"))
        if key[0] in names:  # others may be secrets
            found.append((variable, key, _value(key, text)))
    return found


def _value(key: tuple[str, ...], text: str) -> object:
    listed = {"privacy": {"folders", "people", "tags", "trusted_hosts"}}
    listed["chain"] = {"fallback", "cascade"}
    listed["watch"] = {"folders", "quiet", "notify"}
    listed["immich"] = {"quiet"}
    if key == ("taggers",) or key[-1] in listed.get(key[0], ()):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if key[0] == "tagger":
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _put(values: dict[str, object], key: tuple[str, ...], value: object) -> None:
    for part in key[:-1]:
        inner = values.setdefault(part, {})
        if not isinstance(inner, dict):
            raise ConfigurationError(f"the setting {part!r} is a section, not a value.")
        values = inner
    values[key[-1]] = value


def _explained(exc: ValidationError, origin: Mapping[str, str]) -> ConfigurationError:
    first = exc.errors()[0]
    key = _key(first["loc"])
    where = origin.get(key) or origin[""]
    if first["type"] == "extra_forbidden":
        *above, last = first["loc"]
        near = difflib.get_close_matches(str(last), _siblings(above), n=1)
        cure = "Remove it, or check its spelling."
        if near:
            cure = f"Did you mean {_key((*above, near[0]))!r}?"
        return ConfigurationError(f"{where}: there is no setting {key!r}.", cure=cure)
    reason = first["msg"].removeprefix("Value error, ")
    return ConfigurationError(f"{where}: {key or 'a setting'}: {reason}.")


def _key(steps: Iterable[int | str]) -> str:
    """Return a setting's place as people write and count: "rule 1.when.months"."""
    parts = [f" {step + 1}" if isinstance(step, int) else f".{step}" for step in steps]
    return "".join(parts).removeprefix(".")


def _siblings(above: Iterable[int | str]) -> list[str]:
    """Return the settings that there are in a section."""
    section: type[BaseModel] = Configuration
    for step in above:
        field = section.model_fields.get(str(step))  # else the step names an entry of a table
        if field is not None:
            section = next(_sections(field.annotation), BaseModel)
    return list(section.model_fields)


def _sections(annotation: object) -> Iterator[type[BaseModel]]:
    for one in (annotation, *get_args(annotation)):
        if isinstance(one, type) and issubclass(one, BaseModel):
            yield one


def _anchored(configuration: Configuration, source: Path | None) -> Configuration:
    """Make relative paths relative to the file that they stand in."""
    changes: dict[str, object] = {"state": configuration.state.expanduser().absolute()}
    model = configuration.embeddings.model
    if source is not None and model is not None:
        beside = source.absolute().parent / model.expanduser()
        changes["embeddings"] = configuration.embeddings.model_copy(update={"model": beside})
    if source is not None:
        folder = source.absolute().parent
        changes["watch"] = _anchored_watch(configuration.watch, folder)
        changes["immich"] = _anchored_immich(configuration.immich, folder)
        changes.update(_named_files(configuration.taxonomy, configuration.profile, folder))
    return configuration.model_copy(update=changes)


def _anchored_watch(watch: WatchSection, folder: Path) -> WatchSection:
    own = []
    for one in watch.folder:
        changes: dict[str, object] = {"path": folder / one.path.expanduser()}
        changes.update(_named_files(one.taxonomy, one.profile, folder))
        own.append(one.model_copy(update=changes))
    folders = tuple(folder / one.expanduser() for one in watch.folders)
    return watch.model_copy(update={"folders": folders, "folder": tuple(own)})


def _anchored_immich(immich: ImmichSection, folder: Path) -> ImmichSection:
    own = []
    for one in immich.account:
        changes: dict[str, object] = dict(_named_files(one.taxonomy, one.profile, folder))
        own.append(one.model_copy(update=changes))
    return immich.model_copy(update={"account": tuple(own)})


def _named_files(
    taxonomy: str | None, profile: str | None, folder: Path
) -> Iterator[tuple[str, str]]:
    """Yield what may be a name of ours, or a file beside the configuration, and is a file."""
    is_file = profile is not None and profile.lower().endswith(".toml")
    named = {"taxonomy": taxonomy, "profile": profile if is_file else None}
    for key, name in named.items():
        beside = folder / Path(name or "").expanduser()  # an absolute one stays as it is
        if beside.is_file():
            yield key, str(beside)
