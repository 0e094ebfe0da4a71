"""Review: a person's answers to what taggers suggest, on as many photos at once as possible.

All functions are given a connection to the state, inside a transaction; only the
:class:`Writer`, by which the library follows, is asynchronous.
"""

from tagwright.model import Choice
from tagwright.review.deciding import begin, decide, undo
from tagwright.review.grouping import Group
from tagwright.review.queue import Member, Page, find, groups, members
from tagwright.review.writer import Followed, Writer
from tagwright.state.decisions import Batch, Order, Session, batches
from tagwright.state.waiting import Filter

__all__ = [
    "Batch",
    "Choice",
    "Filter",
    "Followed",
    "Group",
    "Member",
    "Order",
    "Page",
    "Session",
    "Writer",
    "batches",
    "begin",
    "decide",
    "find",
    "groups",
    "members",
    "undo",
]
