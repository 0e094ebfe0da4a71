"""What Tagwright remembers: work, answers, decisions and every tag that it wrote."""

from tagwright.state.database import Database
from tagwright.state.lane import Lane

__all__ = ["Database", "Lane"]
