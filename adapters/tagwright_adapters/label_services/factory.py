"""What the entry point of the label services resolves to."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from tagwright.ports import Tagger
from tagwright.taggers import TaggerContext

_MODULES = {
    "azure-vision": "azure",
    "google-vision": "google",
    "imagga": "imagga",
    "rekognition": "rekognition",
}


class LabelServicesFactory:
    """Makes taggers of the label services. Implements :class:`tagwright.taggers.TaggerFactory`."""

    schemes: Mapping[str, str] = {
        "azure-vision": "Azure AI Vision; pictures go to Microsoft, each is paid",
        "google-vision": "Google Cloud Vision; pictures go to Google, each is paid",
        "imagga": "Imagga, tags in many languages; pictures go to Imagga, each is paid",
        "rekognition": "Amazon Rekognition; pictures go to an AWS region of yours, each is paid",
    }

    def create(self, context: TaggerContext) -> Tagger:
        """Make a tagger; nothing is sent yet.

        Raises:
            MissingProgramError: the extra is not installed.
            ConfigurationError: the specification or an option cannot be used.
            TaggerSetupError: the service needs a key and there is none.
        """
        # Found out late so that listing taggers loads no HTTP client.
        module = import_module(f"tagwright_adapters.label_services.{_MODULES[context.scheme]}")
        made: Tagger = module.create(context)
        return made


factory = LabelServicesFactory()
