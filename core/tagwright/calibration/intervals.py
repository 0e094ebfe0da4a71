"""How sure a share is."""

from __future__ import annotations

from math import exp, lgamma, log

_STEPS = 40  # of bisection: twelve digits


def credible(right: int, number: int, level: float = 0.95) -> tuple[float, float]:
    """Return the interval that holds the true share with probability ``level``.

    Equal-tailed, of the Beta posterior over a uniform prior.
    """
    tail = (1.0 - level) / 2.0
    return _quantile(right, number, tail), _quantile(right, number, 1.0 - tail)


def variance(right: int, number: int) -> float:
    """Return the variance of the Beta posterior of a share over a uniform prior."""
    yes, no = right + 1, number - right + 1
    both = yes + no
    return yes * no / (both * both * (both + 1))


def _quantile(right: int, number: int, probability: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        if _cumulated(right, number, middle) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def _cumulated(right: int, number: int, share: float) -> float:
    """Return the probability that the true share is below ``share``.

    For whole numbers the Beta distribution's is a sum over the binomial one.
    """
    if share <= 0.0 or share >= 1.0:
        return float(share >= 1.0)
    trials = number + 1
    factor = lgamma(trials + 1)
    yes, no = log(share), log(1.0 - share)
    return sum(
        exp(
            factor
            - lgamma(hits + 1)
            - lgamma(trials - hits + 1)
            + hits * yes
            + (trials - hits) * no
        )
        for hits in range(right + 1, trials + 1)
    )
