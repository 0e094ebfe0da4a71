"""Sentence-embedding models in ONNX, from a folder on this machine. Nothing is downloaded."""

from tagwright_adapters.embeddings.onnx import OnnxEmbedder

__all__ = ["OnnxEmbedder"]
