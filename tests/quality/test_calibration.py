"""A stated confidence holds once there are decisions enough, and few decisions do no harm."""

from __future__ import annotations

from statistics import mean

import pytest

from .calibration import TAGGERS, TARGET, results


@pytest.mark.parametrize("tagger", TAGGERS)
def test_a_stated_confidence_holds(tagger: str) -> None:
    """With 1,000 decisions of a reviewer who errs in 2 %, 0.95 means 0.95, give or take 0.02."""
    found = results(TAGGERS[tagger], 1_000, 0.02, 6)
    stated = [one.stated for one in found if one.stated is not None]
    reached = [one.reached for one in found if one.reached is not None]
    assert len(stated) == 6
    assert len(reached) >= 3
    assert mean(stated) == pytest.approx(TARGET, abs=0.02)
    assert mean(reached) == pytest.approx(TARGET, abs=0.02)


@pytest.mark.parametrize("tagger", TAGGERS)
def test_few_decisions_do_no_harm(tagger: str) -> None:
    """With 20 decisions no threshold is proposed, and confidences are hardly worse than before."""
    found = results(TAGGERS[tagger], 20, 0.02, 10)
    assert all(one.reached is None for one in found)
    assert mean(one.harm for one in found) < 0.003
