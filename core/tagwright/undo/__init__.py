"""Taking back what was written: by run, concept, tagger, day or place."""

from tagwright.undo.choosing import choose_concepts, choose_taggers
from tagwright.undo.reverting import take_back
from tagwright.undo.undoing import Undo, Undone

__all__ = ["Undo", "Undone", "choose_concepts", "choose_taggers", "take_back"]
