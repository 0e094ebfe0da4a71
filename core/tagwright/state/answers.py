"""What taggers said, by content and recipe: asked once, kept for ever."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import BindParameter, Connection, bindparam, delete, insert, select, update

from tagwright.errors import TaggerError
from tagwright.model import Answer, Kind, Observation, Usage
from tagwright.state.schema import answers, observations, recipes

_SAME = (answers.c.content_key == bindparam("content_key")) & (
    answers.c.facts_key == bindparam("facts_key")
)
_ASKED = _SAME & (answers.c.recipe == bindparam("recipe"))
_ANSWER = select(answers).where(_ASKED)
_OWN = answers.c.shared_from.is_(None)
_OWN_ANSWER = _ANSWER.where(_OWN)
_THERE = select(answers.c.id, answers.c.shared_from).where(_ASKED)
_ID: BindParameter[int] = bindparam("answer")
_REPLACED = update(answers).where(answers.c.id == _ID)
_UNSAID = delete(observations).where(observations.c.answer_id == _ID)
_FAILED = delete(answers).where(_ASKED & (answers.c.outcome != "answered"))
_RELATED = (
    select(answers)
    .join(recipes, recipes.c.key == answers.c.recipe)
    .where(_SAME & (recipes.c.family == bindparam("family")))
    .order_by((answers.c.outcome == "answered").desc(), answers.c.answered_at.desc())
    .limit(1)
)
_OWN_RELATED = _RELATED.where(_OWN)
_SAID = (
    select(observations).where(observations.c.answer_id == _ID).order_by(observations.c.position)
)


@dataclass(frozen=True, slots=True)
class Question:
    """What decides an answer. The same question is never asked twice."""

    content_key: str
    recipe: str
    facts_key: str  # empty where the answer depends on the picture alone
    family: str = ""  # also answered by what was said under another vocabulary; empty: it is not


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer on file: observations, or the error that stood in their place."""

    id: int
    answer: Answer | None
    error: str | None
    outcome: str  # answered, refused, failed
    recipe: str  # under which it was given
    shared_from: int | None = None  # the answer to another frame of a burst that it is a copy of


def recipe_key(content: Mapping[str, object]) -> str:
    """Return the key of a recipe: equal for equal content, whatever the order of its entries."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def family_key(content: Mapping[str, object]) -> str:
    """Return the key of all of a recipe but the vocabulary that was offered."""
    return recipe_key({key: value for key, value in content.items() if key != "vocabulary"})


def keep_recipe(connection: Connection, content: Mapping[str, object]) -> str:
    """Store a recipe and return its key."""
    key = recipe_key(content)
    if connection.scalar(select(recipes.c.key).where(recipes.c.key == key)) is None:
        plain = json.loads(json.dumps(content, default=str))
        values = {"key": key, "content": plain, "family": family_key(content)}
        connection.execute(insert(recipes).values(values))
    return key


def recall(connection: Connection, question: Question, *, copies: bool = True) -> Remembered | None:
    """Return what was answered to this question before, if it was asked.

    Where the question names a family, the newest answer under another vocabulary will do too.
    Without ``copies``, one that was given for another frame of a burst does not count.
    """
    same, related = (_ANSWER, _RELATED) if copies else (_OWN_ANSWER, _OWN_RELATED)
    row = connection.execute(same, asdict(question)).mappings().first()
    if row is None and question.family:
        row = connection.execute(related, asdict(question)).mappings().first()
    if row is None:
        return None
    if row["outcome"] != "answered":
        return Remembered(row["id"], None, row["error"], row["outcome"], row["recipe"])
    found = tuple(
        Observation(
            label=o.label,
            confidence=o.confidence,
            kind=Kind(o.kind),
            synonyms=tuple(o.synonyms),
            language=o.language,
            how=o.how,
            concept=o.concept,
        )
        for o in connection.execute(_SAID, {"answer": row["id"]})
    )
    answer = Answer(found, row["model"], row["caption"], row["alt_text"], Usage())
    return Remembered(row["id"], answer, None, "answered", row["recipe"], row["shared_from"])


def keep_answer(
    connection: Connection,
    question: Question,
    tagger: str,
    answer: Answer,
    shared_from: int | None = None,
) -> int:
    """Store an answer and return its identifier.

    ``shared_from`` is the identifier of the answer to another frame, of which this one is a copy.
    A copy gives way to an answer of its own.
    """
    connection.execute(_FAILED, asdict(question))
    there = connection.execute(_THERE, asdict(question)).first()
    if there is not None and (there.shared_from is None or shared_from is not None):
        return int(there.id)  # a twin photo of the same content was answered meanwhile
    values = {
        "model": answer.model,
        "outcome": "answered",
        "caption": answer.caption,
        "alt_text": answer.alt_text,
        "shared_from": shared_from,
    }
    if there is None:
        answer_id = _insert(connection, question, tagger, values)
    else:  # in its place, as visits refer to it
        answer_id = int(there.id)
        connection.execute(_UNSAID, {"answer": answer_id})
        connection.execute(_REPLACED, {"answer": answer_id, **values, "answered_at": time.time()})
    rows = [
        {
            "answer_id": answer_id,
            "position": position,
            "label": o.label,
            "confidence": o.confidence,
            "kind": o.kind.value,
            "synonyms": list(o.synonyms),
            "language": o.language,
            "how": o.how,
            "concept": o.concept,
        }
        for position, o in enumerate(answer.observations)
    ]
    if rows:
        connection.execute(insert(observations), rows)
    return answer_id


def keep_refusal(
    connection: Connection, question: Question, tagger: str, error: TaggerError
) -> None:
    """Remember that this picture gets no answer from this recipe, so that nobody asks again."""
    if connection.execute(_THERE, asdict(question)).first() is None:
        outcome = "refused" if error.error_class.value == "refused" else "failed"
        _insert(
            connection,
            question,
            tagger,
            {"model": "", "outcome": outcome, "error": error.message},
        )


def _insert(
    connection: Connection, question: Question, tagger: str, values: Mapping[str, object]
) -> int:
    asked = {
        "content_key": question.content_key,
        "recipe": question.recipe,
        "facts_key": question.facts_key,
        "tagger": tagger,
        "answered_at": time.time(),
    }
    result = connection.execute(insert(answers), {**asked, **values})
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])
