"""What the entry point of the LLM taggers resolves to."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec

from tagwright.errors import MissingProgramError
from tagwright.ports import Tagger
from tagwright.taggers import TaggerContext
from tagwright_adapters.llm.services import SERVICES

_PACKAGES = ("pydantic_ai", "openai", "anthropic")
_OWN_PACKAGES = {"bedrock": "boto3", "gemini": "google.genai"}  # each in an extra of its own


class LlmFactory:
    """Makes taggers of any service in the table."""

    @property
    def schemes(self) -> Mapping[str, str]:
        """The schemes it serves, each with a line on what it is and what leaves the house."""
        return {scheme: service.about for scheme, service in SERVICES.items()}

    def create(self, context: TaggerContext) -> Tagger:
        """Make a tagger; the client libraries are looked for, but not loaded.

        Raises:
            MissingProgramError: the extra is not installed.
            ConfigurationError: the specification, an option or the profile cannot be used.
            TaggerSetupError: the service needs a key and there is none.
        """
        # Found out late so that listing taggers loads neither pydantic nor jinja2.
        from tagwright_adapters.llm.tagger import LlmTagger  # noqa: PLC0415
        from tagwright_adapters.llm.target import make_target  # noqa: PLC0415

        target = make_target(context)
        own = _OWN_PACKAGES.get(context.scheme)
        if not all(_installed(package) for package in (*_PACKAGES, *filter(None, [own]))):
            msg = f"the packages that {context.spec!r} needs are not installed."
            extra = context.scheme if own else "llm"
            raise MissingProgramError(msg, cure=f"Install them: pip install 'tagwright[{extra}]'.")
        return LlmTagger(target, context)


def _installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:  # of the package that it lies in
        return False


factory = LlmFactory()
