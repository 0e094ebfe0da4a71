"""From a photo library's assets to verified tags: rendition, observe, map, decide, write."""

from tagwright.pipeline.estimating import Estimate, Estimator
from tagwright.pipeline.judging import Judge, Judgement
from tagwright.pipeline.purse import Budget
from tagwright.pipeline.results import Result, Session, Settings, Site, Tally
from tagwright.pipeline.runner import Runner
from tagwright.pipeline.scanning import survey

__all__ = [
    "Budget",
    "Estimate",
    "Estimator",
    "Judge",
    "Judgement",
    "Result",
    "Runner",
    "Session",
    "Settings",
    "Site",
    "Tally",
    "survey",
]
