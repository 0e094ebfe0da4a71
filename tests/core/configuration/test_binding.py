"""Policy and rules in tagwright.toml: concepts by any name, mistakes with place and cure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tagwright.configuration import load
from tagwright.configuration.binding import make_policy
from tagwright.errors import ConfigurationError
from tagwright.policy import Bounds, Box, Near, Policy, Rule, Span, Then, When
from tagwright.taxonomy import parse_taxonomy

TAXONOMY = parse_taxonomy(
    """
name: Test
concepts:
  Animals: {labels: {de: Tiere}, narrower: {Cat: {}, Dog: {}}}
  Events: {narrower: [Christmas, Carnival]}
  Toys: {narrower: [Dog]}
  Colours: {group: yes, narrower: [Red]}
"""
)


def bound(tmp_path: Path, text: str) -> Policy:
    """Return the policy of a file with this text."""
    path = tmp_path / "tagwright.toml"
    path.write_text(text, encoding="utf-8")
    configuration, _ = load(path)
    return make_policy(configuration, TAXONOMY)


def test_without_settings_the_policy_is_the_default(tmp_path: Path) -> None:
    """What the file leaves out is as the code has it."""
    assert bound(tmp_path, "").key == Policy().key


def test_noise_decides_nothing(tmp_path: Path) -> None:
    """What 'status' points out is no reason to go over all photos again."""
    assert bound(tmp_path, "[policy]\nnoise = 0.9\nnoise_photos = 5").key == Policy().key


def test_all_that_can_be_set(tmp_path: Path) -> None:
    """Concepts by path, label in any language, or identifier; one entry needs no brackets."""
    policy = bound(
        tmp_path,
        """
        [policy]
        apply = 0.85
        write = "path"
        stop = "Toys"
        [policy.taggers."ollama:llava"]
        apply = 0.9
        [policy.concepts."animals > CAT"]
        review = 0.3
        [policy.concepts.Tiere]
        apply = 0.7
        [policy.concepts.colours]
        max_tags = 2
        [[rule]]
        name = "everything"
        when.all = ["Tiere", "Cat"]
        when.any = "animals/dog"
        when.none = "Colours"
        when.places = "Kyoto"
        when.near = {latitude = 48, longitude = 11.5, km = 20}
        when.box = {south = 47, west = 6, north = 55, east = 15}
        when.dates = ["12-24..12-26", 2023-01-06]
        when.months = [11, 12]
        when.weekdays = ["monday", "sunday"]
        when.folders = "*/x/*"
        when.cameras = ["Canon*"]
        when.taggers = "basics"
        then.add = "Christmas"
        then.review = "Animals"
        then.drop = ["Toys > Dog"]
        [[rule]]
        name = "careful"
        when.months = 12
        then.review = true
        [[rule]]
        name = "private"
        when.folders = "private"
        then.leave_alone = true
        """,
    )
    when = When(
        all=("animals", "animals/cat"),
        any=("animals/dog",),
        none=("colours",),
        places=("Kyoto",),
        near=Near(48.0, 11.5, 20.0),
        box=Box(47.0, 6.0, 55.0, 15.0),
        dates=(Span.parse("12-24..12-26"), Span.parse("2023-01-06")),
        months=(11, 12),
        weekdays=(0, 6),
        folders=("*/x/*",),
        cameras=("Canon*",),
        taggers=("basics",),
    )
    then = Then(add=("events/christmas",), review=("animals",), drop=("toys/dog",))
    expected = Policy(
        apply=0.85,
        write="path",
        stop=frozenset({"toys"}),
        taggers={"ollama:llava": Bounds(apply=0.9)},
        concepts={
            "animals/cat": Bounds(review=0.3),
            "animals": Bounds(apply=0.7),
            "colours": Bounds(max_tags=2),
        },
        rules=(
            Rule("everything", when, then),
            Rule("careful", When(months=(12,)), Then(review_all=True)),
            Rule("private", When(folders=("private",)), Then(leave_alone=True)),
        ),
    )
    assert policy.rules == expected.rules
    assert policy.key == expected.key


RULE = '[[rule]]\nname = "r"\nwhen.months = 12\nthen.add = "Christmas"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[policy.concepts.Cats]\napply = 0.9",
            "policy.concepts.'Cats': the taxonomy 'Test' has no concept 'Cats'. Did you mean",
        ),
        ('[policy]\nstop = ["Zeppelin"]', "policy.stop: the taxonomy 'Test' has no concept"),
        (
            "[policy.concepts.Dog]\napply = 0.9",
            "the concept 'Dog' may be any of 'Animals > Dog', 'Toys > Dog'. Name it by its path",
        ),
        (
            "[policy.concepts.Animals]\napply = 0.9\n[policy.concepts.Tiere]\nreview = 0.1",
            "policy.concepts.'Tiere': names a concept that has a section already.",
        ),
        ("[policy.concepts.Cat]\nreview = 0.9\napply = 0.8", "review must not be above apply"),
        ("[policy.concepts.Cat]\nmax_tag = 1", "Did you mean 'policy.concepts.Cat.max_tags'?"),
        ("[policy.taggers.basics]\nmax_tags = 1", "no setting 'policy.taggers.basics.max_tags'"),
        (RULE.replace("Christmas", "Chrismas"), "rule 'r': then.add: the taxonomy"),
        (RULE.replace("Christmas", "Colours"), "rule 'r': then.add: 'Colours' is a group"),
        (RULE + RULE, "rule 'r': is the name of an earlier rule too."),
        (RULE.replace("months = 12", "months = 13"), "rule 1.when.months 1: Input should be less"),
        (RULE.replace("months = 12", 'dates = "24.12."'), "rule 'r': when.dates: '24.12.' is no"),
        (RULE.replace("months = 12", "months = []"), "the rule 'r' has no condition under 'when'"),
        (RULE.replace('add = "Christmas"', "leave_alone = false"), "the rule 'r' does nothing"),
        (RULE.replace("then.add", "then.adds"), "Did you mean 'rule 1.then.add'?"),
        (RULE.replace("months = 12", "near.km = 1"), "rule 1.when.near.latitude: Field required"),
        (
            RULE.replace("months = 12", "near = {latitude = 1, longitude = 2, m = 3, km = 4}"),
            "there is no setting 'rule 1.when.near.m'. Did you mean 'rule 1.when.near.km'?",
        ),
        (
            RULE.replace("months = 12", "box = {south = 2, west = 1, north = 1, east = 2}"),
            "south must not be above north",
        ),
        (RULE.replace('"r"', '"r\\u001b"'), "the rule's name contains a control character"),
        (RULE.replace('name = "r"\n', ""), "rule 1.name: Field required"),
    ],
)
def test_mistakes_name_file_key_and_cure(tmp_path: Path, text: str, said: str) -> None:
    """Before any photo is looked at, with exit code 2."""
    with pytest.raises(ConfigurationError, match=re.escape(said)) as caught:
        bound(tmp_path, text)
    assert str(caught.value).startswith(str(tmp_path / "tagwright.toml"))
    assert caught.value.exit_code == 2
