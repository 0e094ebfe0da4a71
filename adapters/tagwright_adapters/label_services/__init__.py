"""Label services: Google Cloud Vision, Amazon Rekognition, Azure AI Vision, Imagga.

They name what they see in words of their own; nothing is explained to them. Light to import: what
talks to a service is loaded when a tagger is made.
"""

from tagwright_adapters.label_services.factory import LabelServicesFactory, factory

__all__ = ["LabelServicesFactory", "factory"]
