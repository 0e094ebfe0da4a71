"""Long-lived exiftool processes that hostile files cannot stop and hostile names cannot fool."""

from tagwright_adapters.exiftool.pool import Pool
from tagwright_adapters.exiftool.process import Process, ProcessError
from tagwright_adapters.exiftool.session import Session

__all__ = ["Pool", "Process", "ProcessError", "Session"]
