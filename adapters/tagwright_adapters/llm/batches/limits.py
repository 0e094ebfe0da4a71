"""What services take in one batch, as they document it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from tagwright.ports import BatchLimits

_HALF = Decimal("0.5")

# A twentieth below what is documented, for what surrounds the requests.
# - OpenAI (platform.openai.com, batch): 50,000 requests and 200 MB in a file. How many tokens may
#   wait at a time depends on the account; a batch that goes beyond is rejected as a whole.
# - Anthropic (docs.claude.com, message batches): 100,000 requests and 256 MB.
LIMITS: Mapping[str, BatchLimits] = {
    "anthropic": BatchLimits(100_000, 243_000_000, 24.0, _HALF),
    "openai": BatchLimits(50_000, 190_000_000, 24.0, _HALF),
}
