"""Vision language models behind one string: OpenAI, Anthropic, OpenRouter, Ollama and the like.

Light to import: the client libraries, which take seconds, are loaded with the first photo.
"""

from tagwright_adapters.llm.factory import LlmFactory, factory

__all__ = ["LlmFactory", "factory"]
