"""What the entry point of the CLIP taggers resolves to."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec

from tagwright.errors import MissingProgramError
from tagwright.ports import Tagger
from tagwright.taggers import TaggerContext

_PACKAGES = {"immich-ml": ("numpy",), "clip": ("numpy", "onnxruntime", "tokenizers")}


class ClipFactory:
    """Makes CLIP taggers, by Immich's machine learning or in this process."""

    @property
    def schemes(self) -> Mapping[str, str]:
        """The schemes it serves, each with a line on what it is and what leaves the house."""
        return {
            "immich-ml": "CLIP by the machine learning of your Immich; pictures go to its address",
            "clip": "CLIP on this machine, a folder or a model to be downloaded once; offline then",
        }

    def create(self, context: TaggerContext) -> Tagger:
        """Make a tagger; models are neither fetched nor loaded yet.

        Raises:
            MissingProgramError: the extra is not installed.
            ConfigurationError: the specification or an option cannot be used.
        """
        missing = [name for name in _PACKAGES[context.scheme] if find_spec(name) is None]
        if missing:
            msg = f"{context.spec!r} needs {', '.join(missing)}, which is not installed."
            raise MissingProgramError(msg, cure="pip install 'tagwright[clip]'")
        # Found out late so that listing taggers does not load numpy.
        from tagwright_adapters.clip.assembly import make_tagger  # noqa: PLC0415

        return make_tagger(context)


factory = ClipFactory()
