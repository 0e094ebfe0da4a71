"""Calibration: what people's decisions say of how sure taggers may be taken to be."""

from tagwright.calibration.calibrating import Calibration
from tagwright.calibration.evidence import Judged, evidence
from tagwright.calibration.stopping import Stop, stops
from tagwright.calibration.tuning import LEAST, Threshold, Tuning, change, tune

__all__ = [
    "LEAST",
    "Calibration",
    "Judged",
    "Stop",
    "Threshold",
    "Tuning",
    "change",
    "evidence",
    "stops",
    "tune",
]
