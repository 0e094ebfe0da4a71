"""What is wrong with a taxonomy, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tagwright.errors import TaxonomyError

_SHOWN = 20
_MOST = 1000  # problems that are kept


class Severity(StrEnum):
    """Whether a taxonomy can be used all the same."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in a taxonomy."""

    source: str  # the file, as it was named
    line: int | None  # counted from 1; None: the file as a whole
    message: str
    cure: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        where = self.source if self.line is None else f"{self.source}:{self.line}"
        return f"{where}: {self.message}. {self.cure}"


class InvalidTaxonomyError(TaxonomyError):
    """The taxonomy has errors."""

    def __init__(self, source: str, problems: Iterable[Problem]) -> None:
        """``problems`` holds all that was found, warnings included, in the order of lines."""
        self.problems = tuple(problems)
        errors = [str(p) for p in self.problems if p.severity is Severity.ERROR]
        shown = errors[:_SHOWN]
        if len(errors) > _SHOWN:
            shown.append(f"and {len(errors) - _SHOWN} more; see 'tagwright taxonomy check'.")
        head = f"the taxonomy {source} cannot be used:"
        super().__init__(shown[0] if len(errors) == 1 else "\n  ".join([head, *shown]))


class Problems:
    """Collects what is found in one file."""

    def __init__(self, source: str, *, mending: bool = False) -> None:
        """``mending`` makes the best of what a foreign vocabulary has that ours cannot hold."""
        self.source = source
        self.mending = mending
        self._found: list[Problem] = []

    def error(self, line: int | None, message: str, cure: str) -> None:
        """Add something that keeps the taxonomy from being used.

        Raises:
            InvalidTaxonomyError: there are so many that nobody would read more.
        """
        self._found.append(Problem(self.source, line, message, cure))
        if len(self._found) >= _MOST:
            self.raise_errors()

    def warning(self, line: int | None, message: str, cure: str) -> None:
        """Add something that the user probably did not mean, unless there are too many."""
        if len(self._found) < _MOST:
            self._found.append(Problem(self.source, line, message, cure, Severity.WARNING))

    def mend(self, line: int | None, message: str, cure: str, *, instead: str) -> bool:
        """Add an error, or say what is done ``instead`` where mending; return which of the two."""
        if self.mending:
            self.warning(line, f"{message}: {instead}", "Change it in the result if you like.")
        else:
            self.error(line, message, cure)
        return self.mending

    @property
    def found(self) -> list[Problem]:
        """All problems, in the order of lines."""
        return sorted(self._found, key=lambda problem: problem.line or 0)

    @property
    def failed(self) -> bool:
        """Whether there is any error."""
        return any(problem.severity is Severity.ERROR for problem in self._found)

    def raise_errors(self) -> None:
        """Raise an :class:`InvalidTaxonomyError` if there is any error."""
        if self.failed:
            raise InvalidTaxonomyError(self.source, self.found)
