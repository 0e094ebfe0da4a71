"""How well labels of published lists find their concepts. See tests/quality/README.md."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.quality.score import main

if __name__ == "__main__":
    main([])
