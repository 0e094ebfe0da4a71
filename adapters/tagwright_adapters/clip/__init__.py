"""CLIP: which of the user's own concepts a photo is nearest to, asked of no model that writes.

Light to import: numpy and onnxruntime are loaded with the tagger.
"""

from tagwright_adapters.clip.factory import ClipFactory, factory

__all__ = ["ClipFactory", "factory"]
