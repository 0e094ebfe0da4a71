"""An Immich on loopback that behaves as real servers were seen to, the losses included.

Time stands still until a test lets it go on (:meth:`ImmichServer.advance`, ``settle``), unless it
runs by itself (:meth:`ImmichServer.run`); what happens meanwhile follows from a seed.
"""

from tests.adapters.immich.server.account import LEAST, Account
from tests.adapters.immich.server.assets import Asset, External, Happened, Person, Stack
from tests.adapters.immich.server.descriptions import HERE
from tests.adapters.immich.server.jobs import Delays
from tests.adapters.immich.server.service import KEY, PAGE, VERSIONS, ImmichServer
from tests.adapters.immich.server.troubles import Plan, Trouble, at_random, in_turn
from tests.adapters.immich.server.xmp import Xmp

__all__ = [
    "HERE",
    "KEY",
    "LEAST",
    "PAGE",
    "VERSIONS",
    "Account",
    "Asset",
    "Delays",
    "External",
    "Happened",
    "ImmichServer",
    "Person",
    "Plan",
    "Stack",
    "Trouble",
    "Xmp",
    "at_random",
    "in_turn",
]
