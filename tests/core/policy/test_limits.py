"""How many tags a photo gets, which exclude each other, and which broader ones come with them."""

from __future__ import annotations

import pytest
from tests.core.policy.making import decided, decisions, reason

from tagwright.model import Facts
from tagwright.policy import Bounds, Policy, Rule, Then, When

COLOURS = {"colours/red": 0.9, "colours/blue": 0.95, "colours/green": 0.85}


def test_a_branch_has_a_limit_of_its_own() -> None:
    """At most two colours, and other tags do not count against that."""
    policy = Policy(concepts={"colours": Bounds(max_tags=2)})
    verdict = decided({**COLOURS, "animals/cat": 0.99}, policy)
    assert decisions(verdict) == {
        "animals/cat": "apply",
        "colours/blue": "apply",
        "colours/red": "apply",
        "colours/green": "review",
    }
    assert "0.85 is beyond the 2 surest of Colours" in reason(verdict, "colours/green")


def test_a_branch_may_be_left_to_people() -> None:
    """With a limit of 0 it always waits."""
    policy = Policy(concepts={"colours": Bounds(max_tags=0)})
    assert set(decisions(decided(COLOURS, policy)).values()) == {"review"}


def test_what_waits_makes_room_in_the_whole() -> None:
    """A tag that its branch has no room for does not take one of the photo's places."""
    policy = Policy(max_tags=2, concepts={"colours": Bounds(max_tags=1)})
    verdict = decided({**COLOURS, "animals/cat": 0.81}, policy)
    assert {one for one, decision in decisions(verdict).items() if decision == "apply"} == {
        "colours/blue",
        "animals/cat",
    }


@pytest.mark.parametrize(
    ("confidences", "expected"),
    [
        ({"indoors": 0.95, "outdoors": 0.9}, {"indoors": "apply", "outdoors": "drop"}),
        ({"indoors": 0.95, "outdoors": 0.6}, {"indoors": "apply", "outdoors": "drop"}),
        ({"indoors": 0.9, "outdoors": 0.9}, {"indoors": "review", "outdoors": "review"}),
        (
            {"indoors/kitchen": 0.95, "outdoors": 0.9},
            {"indoors/kitchen": "apply", "outdoors": "drop"},
        ),
        ({"indoors/kitchen": 0.9, "indoors": 0.7}, {"indoors/kitchen": "apply", "indoors": "drop"}),
        ({"indoors": 0.7, "outdoors": 0.6}, {"indoors": "review", "outdoors": "review"}),
        (
            {"indoors": 0.9, "outdoors": 0.9, "underwater": 0.85},
            {"indoors": "review", "outdoors": "review", "underwater": "review"},
        ),
    ],
)
def test_the_surer_of_exclusive_concepts_stays(
    confidences: dict[str, float], expected: dict[str, str]
) -> None:
    """Each speaks for its branch; equals are left to a person."""
    verdict = decided({f"setting/{one}": sure for one, sure in confidences.items()})
    assert decisions(verdict) == {f"setting/{one}": what for one, what in expected.items()}


def test_the_surer_one_may_itself_wait_for_review() -> None:
    """Then nothing that it may exclude is written either."""
    policy = Policy(concepts={"setting/indoors": Bounds(apply=0.99)})
    verdict = decided({"setting/indoors": 0.95, "setting/outdoors": 0.9}, policy)
    assert decisions(verdict) == {"setting/indoors": "review", "setting/outdoors": "review"}
    note = "0.90 may be excluded by Setting > Indoors (0.95), which is surer: for review"
    assert note in reason(verdict, "setting/outdoors")


def test_exclusion_is_explained() -> None:
    """With the other concept and how sure that is."""
    verdict = decided({"setting/indoors": 0.95, "setting/outdoors": 0.9})
    note = "0.90 is excluded by Setting > Indoors (0.95), which is surer: dropped"
    assert note in reason(verdict, "setting/outdoors")
    verdict = decided({"setting/indoors": 0.9, "setting/outdoors": 0.9})
    assert "as sure as Setting > Outdoors (0.90), which excludes" in reason(
        verdict, "setting/indoors"
    )


@pytest.mark.parametrize(
    "tag", [("Setting", "Outdoors", "Garden"), ("garden",), ("Garden party", "Barbecue")]
)
def test_a_persons_tag_is_surest(tag: tuple[str, ...]) -> None:
    """By path, by label alone, or through a further broader concept."""
    facts = Facts("a.jpg", tags=(("Family",), tag))
    verdict = decided({"setting/indoors": 1.0, "setting/outdoors": 0.8}, facts=facts)
    assert decisions(verdict) == {"setting/indoors": "drop", "setting/outdoors": "apply"}
    assert "excluded by what a person tagged" in reason(verdict, "setting/indoors")


PATH = Policy(write="path", max_tags=1)


def test_whole_paths_are_written_where_asked_for() -> None:
    """Broader concepts become tags, groups do not, and the limit counts what was seen."""
    verdict = decided({"animals/cat/kitten": 0.95, "animals/cat": 0.6, "colours/red": 0.9}, PATH)
    assert decisions(verdict) == {
        "animals/cat/kitten": "apply",
        "animals/cat": "apply",
        "animals": "apply",
        "colours/red": "review",
    }
    note = "broader of Animals > Cat > Kitten; 0.95 goes with it: applied"
    assert reason(verdict, "animals") == reason(verdict, "animals/cat") == note


def test_what_was_rejected_is_missing_in_the_path() -> None:
    """A person who took "Animals" off a cat does not want it back."""
    verdict = decided({"animals/cat": 0.95}, PATH, rejected=frozenset({"animals"}))
    assert decisions(verdict) == {"animals/cat": "apply"}


def test_every_path_is_written() -> None:
    """Along further broader concepts too, but nothing that a tag on the photo excludes."""
    verdict = decided({"garden-party/barbecue": 0.95}, PATH)
    assert set(decisions(verdict)) == {
        "garden-party/barbecue",
        "garden-party",
        "setting/outdoors/garden",
        "setting/outdoors",
    }


def test_paths_of_what_a_rule_adds() -> None:
    """They are written like all others, with the rule as their reason."""
    rule = Rule("r", When(folders=("x",)), Then(add=("animals/cat/kitten",)))
    policy = Policy(write="path", rules=(rule,))
    verdict = decided({}, policy, facts=Facts("a.jpg", folders=("x",)))
    assert set(decisions(verdict)) == {"animals/cat/kitten", "animals/cat", "animals"}
    assert {one.why[0].tagger for one in verdict.suggestions} == {"rule:r"}
