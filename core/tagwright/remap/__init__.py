"""Judging photos anew after a change of taxonomy, thresholds or rules: nobody is asked again."""

from tagwright.remap.applying import Applied, Applier
from tagwright.remap.difference import Difference, compare
from tagwright.remap.preview import Count, Preview, Previewer

__all__ = ["Applied", "Applier", "Count", "Difference", "Preview", "Previewer", "compare"]
