"""The ports: what the core asks of photo libraries and of vision services.

Implementations live in the adapters. All methods that are ``async`` may be called concurrently for
different assets; the pipeline never has two operations under way on one asset.
"""

from tagwright.ports.arrivals import Arrival, Watcher
from tagwright.ports.batches import (
    BatchingTagger,
    BatchLimits,
    BatchState,
    BatchStatus,
    BatchTagger,
)
from tagwright.ports.libraries import (
    NOTHING,
    Entry,
    FieldChange,
    Intend,
    Listing,
    NamedLibrary,
    Noted,
    NotingLibrary,
    PhotoAccess,
    PhotoLibrary,
    Receipt,
    Recovered,
    SeparateNotesLibrary,
    SlowLibrary,
    ThriftyLibrary,
    Withdrawal,
)
from tagwright.ports.taggers import (
    CostlyTagger,
    FrugalTagger,
    LimitedTagger,
    Limits,
    OpenTagger,
    Preparing,
    PricedTagger,
    ProbingTagger,
    Progress,
    Quota,
    SelectiveTagger,
    Tagger,
)

__all__ = [
    "NOTHING",
    "Arrival",
    "BatchLimits",
    "BatchState",
    "BatchStatus",
    "BatchTagger",
    "BatchingTagger",
    "CostlyTagger",
    "Entry",
    "FieldChange",
    "FrugalTagger",
    "Intend",
    "LimitedTagger",
    "Limits",
    "Listing",
    "NamedLibrary",
    "Noted",
    "NotingLibrary",
    "OpenTagger",
    "PhotoAccess",
    "PhotoLibrary",
    "Preparing",
    "PricedTagger",
    "ProbingTagger",
    "Progress",
    "Quota",
    "Receipt",
    "Recovered",
    "SelectiveTagger",
    "SeparateNotesLibrary",
    "SlowLibrary",
    "Tagger",
    "ThriftyLibrary",
    "Watcher",
    "Withdrawal",
]
