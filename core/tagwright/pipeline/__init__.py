"""From a photo library's assets to verified tags: rendition, observe, map, decide, write."""

from tagwright.pipeline.judging import Judge, Judgement
from tagwright.pipeline.results import Result, Session, Settings, Tally
from tagwright.pipeline.runner import Runner

__all__ = ["Judge", "Judgement", "Result", "Runner", "Session", "Settings", "Tally"]
