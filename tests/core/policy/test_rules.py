"""Rules: what they look at, what they do, and that each firing is explained."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from tests.core.policy.making import TAXONOMY, at, candidate, decided, decisions, reason

from tagwright.model import Decision, Facts, Kind, Observation
from tagwright.policy import Bounds, Box, Near, Policy, Rule, Span, Then, When, decide

ADD = Then(add=("events/christmas",))
CHRISTMAS = Rule(
    "Christmas",
    When(folders=("*/Weihnachten/*",), dates=(Span.parse("12-24..12-26"),)),
    ADD,
)


def policy(*rules: Rule, **kwargs: Any) -> Policy:
    """Return a policy with rules."""
    return Policy(rules=rules, **kwargs)


def when(**conditions: Any) -> Policy:
    """Return a policy that adds Christmas under some conditions."""
    return policy(Rule("r", When(**conditions), ADD))


def test_a_rule_adds_a_concept_and_says_why() -> None:
    """All of its conditions must hold; the reason names rule and conditions."""
    verdict = decided({}, policy(CHRISTMAS), facts=at("2023-12-24", "Photos", "Weihnachten"))
    assert decisions(verdict) == {"events/christmas": "apply"}
    because = "folder */Weihnachten/*, 24 December 2023"
    assert reason(verdict, "events/christmas") == (
        f"rule 'Christmas': {because}; 1.00 by rule: applied"
    )
    assert [(one.rule, one.because) for one in verdict.fired] == [("Christmas", because)]
    for facts in (at("2023-12-27", "Photos", "Weihnachten"), at("2023-12-24", "Photos")):
        verdict = decided({}, policy(CHRISTMAS), facts=facts)
        assert (verdict.suggestions, verdict.fired) == ((), ())


@pytest.mark.parametrize(
    ("pattern", "folders", "holds"),
    [
        ("*/Weihnachten/*", ("2023", "weihnachten"), True),
        ("*/Weihnachten/*", ("Weihnachten", "Oma"), True),
        ("*/Weihnachten/*", ("Weihnachten 2023",), False),
        ("Weih*", ("2023", "Weihnachten 2023"), True),
        ("Weih", ("2023", "Weihnachten"), False),
        ("2023/Weihnachten", ("2023", "Weihnachten"), True),
        ("2023/Weihnachten", ("alt", "2023", "Weihnachten"), False),
        ("2023/Weihnachten", ("2023", "Weihnachten", "Oma"), False),
        ("*/20[12]?/*", ("Photos", "2033", "x"), False),
        ("*/*", (), False),
        ("20[12]?", ("Photos", "201x", "x"), True),
        ("Fête", ("Fe\u0302te",), True),  # as macOS spells it
        ("*", (), False),
    ],
)
def test_folders(pattern: str, folders: tuple[str, ...], holds: bool) -> None:
    """A glob fits a folder's name, or with slashes the path from the library's root."""
    verdict = decided({}, when(folders=(pattern,)), facts=Facts("a.jpg", folders=folders))
    assert bool(verdict.fired) is holds


@pytest.mark.parametrize(
    ("conditions", "facts", "because"),
    [
        ({"months": (12,)}, {"taken_at": datetime(2023, 12, 1)}, "December"),
        ({"months": (12,)}, {"taken_at": datetime(2023, 11, 30)}, None),
        ({"months": (12,)}, {}, None),
        ({"weekdays": (5, 6)}, {"taken_at": datetime(2023, 12, 24)}, "Sunday"),
        ({"weekdays": (5, 6)}, {"taken_at": datetime(2023, 12, 25)}, None),
        ({"dates": (Span.parse("2023"),)}, {}, None),
        (
            {"near": Near(48.0, 11.0, 20)},
            {"latitude": 48.1, "longitude": 11.1},
            "13.4 km from 48, 11",
        ),
        ({"near": Near(48.0, 11.0, 10)}, {"latitude": 48.1, "longitude": 11.1}, None),
        (
            {"near": Near(0.0, 179.99, 5)},
            {"latitude": 0.0, "longitude": -179.99},
            "2.2 km from 0, 179.99",
        ),
        ({"near": Near(48.0, 11.0, 20)}, {"latitude": 48.1}, None),
        ({"box": Box(47, 6, 55, 15)}, {"latitude": 48.1, "longitude": 11.1}, "inside the box"),
        ({"box": Box(47, 6, 55, 15)}, {"latitude": 48.1, "longitude": 16.0}, None),
        ({"box": Box(-20, 175, -15, -175)}, {"latitude": -18, "longitude": -178}, "inside the box"),
        ({"box": Box(-20, 175, -15, -175)}, {"latitude": -18, "longitude": 0}, None),
        ({"cameras": ("*iphone*",)}, {"metadata": {"EXIF:Model": "iPhone 12"}}, "camera iPhone 12"),
        (
            {"cameras": ("canon eos 5d",)},
            {"metadata": {"EXIF:Make": "Canon", "EXIF:Model": "EOS 5D"}},
            "camera Canon EOS 5D",
        ),
        ({"cameras": ("*",)}, {"metadata": {}}, None),
        ({"places": ("japan",)}, {"tags": (("Places", "Japan", "Kyoto"),)}, "place Japan"),
        ({"places": ("japan",)}, {"tags": (("Japanese",),)}, None),
    ],
)
def test_circumstances(
    conditions: dict[str, Any], facts: dict[str, Any], because: str | None
) -> None:
    """What is not known of a photo is no reason for anything."""
    verdict = decided({}, when(**conditions), facts=Facts("a.jpg", **facts))
    assert [one.because for one in verdict.fired] == ([] if because is None else [because])


@pytest.mark.parametrize(("sure", "decision"), [(0.9, "apply"), (0.6, "review"), (0.4, None)])
def test_a_place_that_was_seen_carries_as_far_as_it_is_sure(
    sure: float, decision: str | None
) -> None:
    """Never a guess written: what a doubtful place leads to waits for review."""
    said = [("basics", Observation("Japan/Kyoto", sure, Kind.PLACE))]
    verdict = decided({}, when(places=("Kyoto",)), said=said)
    assert decisions(verdict).get("events/christmas") == decision
    other = [("basics", Observation("Kyoto", 1.0, Kind.TEXT))]  # a word on a sign is no place
    assert decided({}, when(places=("Kyoto",)), said=other).fired == ()


@pytest.mark.parametrize(
    ("conditions", "because"),
    [
        ({"all": ("animals/cat", "colours/red")}, "Animals > Cat, Colours > Red"),
        ({"all": ("animals",)}, "Animals > Cat"),  # what is below it counts for it
        ({"all": ("colours",)}, "Colours > Red"),  # so do those of a group
        ({"all": ("animals/cat", "animals/dog")}, None),
        ({"any": ("animals/dog", "colours/red")}, "Colours > Red"),
        ({"any": ("animals/dog",)}, None),
        ({"none": ("animals/dog",)}, ""),
        ({"none": ("animals",)}, None),
        ({"none": ("garden-party",)}, None),  # it is only for review, but may be there
        ({"all": ("animals/cat",), "taggers": ("basics",)}, "seen by basics, Animals > Cat"),
        ({"all": ("animals/cat",), "taggers": ("ollama",)}, None),
        ({"taggers": ("ollama",)}, "seen by ollama:llava"),
        (
            {"all": ("animals/cat",), "taggers": ("ollama", "basics")},
            "seen by basics, Animals > Cat",
        ),
    ],
)
def test_conditions_on_concepts(conditions: dict[str, Any], because: str | None) -> None:
    """All, any, none; and by whom they were seen."""
    found = {"animals/cat": 0.9, "colours/red": 0.85, "garden-party": 0.6}
    said = [("basics", Observation("x", 0.9)), ("ollama:llava", Observation("y", 0.9))]
    verdict = decided(found, when(**conditions), said=said)
    assert [one.because for one in verdict.fired] == ([] if because is None else [because])


def test_a_rule_is_as_sure_as_what_it_fires_on() -> None:
    """What follows from something that waits for review waits too, with the same confidence."""
    verdict = decided({"animals/cat": 0.6, "colours/red": 0.9}, when(all=("animals", "colours")))
    found = {one.concept: one for one in verdict.suggestions}["events/christmas"]
    assert (found.decision, found.confidence) == (Decision.REVIEW, 0.6)
    verdict = decided(
        {"animals/cat": 0.6}, when(all=("animals",)), facts=Facts("", tags=(("Dog",),))
    )
    assert decisions(verdict)["events/christmas"] == "apply"
    assert verdict.fired[0].because == "Animals > Dog, by a person"


def test_a_rule_raises_what_was_less_sure() -> None:
    """The tagger's reasons stay behind the rule's."""
    verdict = decided(
        {"events/christmas": 0.3}, policy(CHRISTMAS), facts=at("2023-12-24", "Weihnachten")
    )
    (found,) = verdict.suggestions
    assert (found.decision, found.confidence) == (Decision.APPLY, 1.0)
    assert [why.match for why in found.why] == ["added", "preferred label"]


def test_a_rule_does_not_lower_what_is_surer() -> None:
    """Something that only waits for review takes nothing from a tag that is sure already."""
    verdict = decided({"animals/cat": 0.6, "events/christmas": 0.9}, when(all=("animals",)))
    found = {one.concept: one for one in verdict.suggestions}["events/christmas"]
    assert (found.decision, found.confidence) == (Decision.APPLY, 0.9)
    assert [why.match for why in found.why] == ["preferred label"]


def test_what_a_person_rejected_is_not_added() -> None:
    """Nor what the stop list has, nor what the taxonomy does not have or only groups."""
    facts = at("2023-12-24", "Weihnachten")
    rejected = frozenset({"events/christmas"})
    verdict = decided({}, policy(CHRISTMAS), rejected, facts)
    assert (verdict.suggestions, len(verdict.fired)) == ((), 1)
    assert decided({}, policy(CHRISTMAS, stop=frozenset({"events"})), facts=facts).suggestions == ()
    rule = Rule("r", When(folders=("Weihnachten",)), Then(add=("nowhere", "colours")))
    assert decided({}, policy(rule), facts=facts).suggestions == ()


def test_rules_send_branches_to_review_and_drop_them() -> None:
    """With all below them; what a threshold dropped stays dropped."""
    rules = (
        Rule("unsure", When(months=(12,)), Then(review=("animals",))),
        Rule("no colours", When(months=(12,)), Then(drop=("colours",))),
    )
    seen = {"animals/cat": 0.9, "animals/dog": 0.1, "colours/red": 0.95, "garden-party": 0.9}
    verdict = decided(seen, policy(*rules), facts=at("2023-12-01"))
    assert decisions(verdict) == {
        "animals/cat": "review",
        "animals/dog": "drop",
        "colours/red": "drop",
        "garden-party": "apply",
    }
    assert reason(verdict, "animals/cat") == ("noted; 0.90 for review by rule 'unsure': December")
    assert reason(verdict, "colours/red") == "noted; 0.95 dropped by rule 'no colours': December"


def test_everything_may_be_sent_to_review() -> None:
    """Also what other rules add, in whatever order they stand."""
    careful = Rule("careful", When(months=(12,)), Then(review_all=True))
    for rules in ((careful, CHRISTMAS), (CHRISTMAS, careful)):
        verdict = decided({"animals": 0.9}, policy(*rules), facts=at("2023-12-24", "Weihnachten"))
        assert decisions(verdict) == {"animals": "review", "events/christmas": "review"}


def test_the_most_careful_rule_has_its_way() -> None:
    """What one drops, none can add, in whatever order they stand."""
    dropping = Rule("never", When(months=(12,)), Then(drop=("events",)))
    for rules in ((dropping, CHRISTMAS), (CHRISTMAS, dropping)):
        verdict = decided({}, policy(*rules), facts=at("2023-12-24", "Weihnachten"))
        assert decisions(verdict) == {"events/christmas": "drop"}


def test_a_photo_may_be_left_alone() -> None:
    """Nothing is written and nobody is asked; the verdict says by which rule."""
    private = Rule("private", When(folders=("private",)), Then(leave_alone=True))
    verdict = decided(
        {"animals": 0.9, "colours/red": 0.6},
        policy(private, when(months=(12,)).rules[0], write="path"),
        facts=at("2023-12-01", "private"),
    )
    assert decisions(verdict) == {"animals": "drop", "colours/red": "drop"}
    assert verdict.left_alone == verdict.fired[0]
    assert len(verdict.fired) == 1
    assert "left alone by rule 'private': folder private" in reason(verdict, "animals")


def test_a_rule_fires_on_what_another_one_added() -> None:
    """Also on one that stands below it in the file, and each only once."""
    rules = (
        Rule("third", When(all=("animals/dog",)), Then(add=("animals/cat",))),
        Rule("second", When(all=("events",)), Then(add=("animals/dog",))),
        Rule("first", When(months=(12,)), Then(add=("events/birthday",))),
        Rule("round", When(all=("animals/cat",)), Then(add=("events/birthday",))),
    )
    verdict = decided({}, policy(*rules), facts=at("2023-12-01"))
    assert [one.rule for one in verdict.fired] == ["first", "second", "third", "round"]
    assert set(decisions(verdict)) == {"events/birthday", "animals/dog", "animals/cat"}


def test_none_is_asked_in_the_order_of_the_file() -> None:
    """Two rules that exclude each other: the first one fires."""
    rules = (
        Rule("a", When(none=("animals",)), Then(add=("events/birthday",))),
        Rule("b", When(none=("events",)), Then(add=("animals/dog",))),
    )
    assert [one.rule for one in decided({}, policy(*rules)).fired] == ["a"]
    assert [one.rule for one in decided({}, policy(*rules[::-1])).fired] == ["b"]


def test_rules_see_what_exclusion_leaves() -> None:
    """A concept that loses to a surer one is not there; if a rule drops the winner, it is."""
    seen = {"setting/indoors": 0.95, "setting/outdoors": 0.9}
    outside = Rule("outside", When(all=("setting/outdoors",)), Then(add=("garden-party",)))
    assert decided(seen, policy(outside)).fired == ()
    terrace = Rule("terrace", When(folders=("terrace",)), Then(drop=("setting/indoors",)))
    verdict = decided(seen, policy(outside, terrace), facts=Facts("", folders=("terrace",)))
    assert decisions(verdict) == {
        "setting/indoors": "drop",
        "setting/outdoors": "apply",
        "garden-party": "apply",
    }


def test_what_rules_add_keeps_to_limits_and_exclusion() -> None:
    """A rule is surer than a tagger, and no exception."""
    rule = Rule("r", When(months=(12,)), Then(add=("setting/outdoors", "colours/red")))
    verdict = decided(
        {"setting/indoors": 0.99, "colours/blue": 0.99},
        policy(rule, concepts={"colours": Bounds(max_tags=1)}),
        facts=at("2023-12-01"),
    )
    assert decisions(verdict) == {
        "setting/outdoors": "apply",
        "colours/red": "apply",
        "setting/indoors": "drop",
        "colours/blue": "review",
    }


def test_concepts_count_by_the_taggers_that_saw_them() -> None:
    """A rule for one tagger leaves what another one saw."""
    rule = Rule("r", When(all=("animals",), taggers=("ollama",)), Then(review=("animals",)))
    found = decide(
        [candidate("animals/cat", 0.9, tagger="ollama:llava"), candidate("colours/red", 0.9)],
        TAXONOMY,
        policy(rule),
        said=[("ollama:llava", Observation("cat", 0.9)), ("basics", Observation("red", 0.9))],
    )
    assert decisions(found) == {"animals/cat": "review", "colours/red": "apply"}
