"""The tagger ``basics``: what can be said offline and honestly, without a model.

The README beside this file lists every label with its rule, its confidence and the reason for it.
"""

from tagwright_adapters.basics.labels import vocabulary
from tagwright_adapters.basics.tagger import Basics, BasicsFactory

__all__ = ["Basics", "BasicsFactory", "factory", "vocabulary"]

factory = BasicsFactory()
