"""Privacy fences: which photos are never shown to a service outside."""

from tagwright.privacy.fence import Fence, Kept
from tagwright.privacy.guard import Guard
from tagwright.privacy.hosts import TrustedHosts
from tagwright.privacy.patterns import Pattern

__all__ = ["Fence", "Guard", "Kept", "Pattern", "TrustedHosts"]
