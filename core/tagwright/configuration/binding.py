"""Makes the policy of the settings: concepts are named there as people name them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from tagwright.configuration.policy import RuleSection, ThenSection, Weekday, WhenSection
from tagwright.configuration.settings import Configuration
from tagwright.errors import ConfigurationError
from tagwright.policy import Bounds, Box, Near, Policy, Rule, Span, Then, When
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.naming import Names

_WEEKDAYS = get_args(Weekday)


def make_policy(configuration: Configuration, taxonomy: Taxonomy) -> Policy:
    """Return the policy of a configuration for a taxonomy.

    Raises:
        ConfigurationError: a concept is not in the taxonomy, is named twice or cannot be added, a
            day does not exist, or two rules have the same name; with file, key and cure.
    """
    section = configuration.policy
    binding = _Binding(taxonomy, configuration.origin)
    return Policy(
        apply=section.apply,
        review=section.review,
        max_tags=section.max_tags,
        write=section.write,
        taggers={name: Bounds(one.apply, one.review) for name, one in section.taggers.items()},
        concepts=binding.bounds(configuration),
        stop=frozenset(binding.concepts("policy.stop", section.stop)),
        rules=binding.rules(configuration.rule),
    )


class _Binding:
    def __init__(self, taxonomy: Taxonomy, origin: str) -> None:
        self._taxonomy = taxonomy
        self._origin = origin
        self._names: Names | None = None  # made when first needed: most have no such settings

    def bounds(self, configuration: Configuration) -> dict[str, Bounds]:
        found: dict[str, Bounds] = {}
        for name, one in configuration.policy.concepts.items():
            key = f"policy.concepts.{name!r}"
            (concept,) = self.concepts(key, (name,))
            if concept in found:
                raise self._error(key, "names a concept that has a section already.", "Join them.")
            found[concept] = Bounds(one.apply, one.review, one.max_tags)
        return found

    def concepts(self, key: str, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._concept(key, name) for name in names)

    def _concept(self, key: str, name: str) -> str:
        self._names = self._names or Names(self._taxonomy)
        try:
            return self._names.concept(name)
        except ConfigurationError as exc:
            raise self._error(key, exc.message, exc.cure) from exc

    def rules(self, sections: Iterable[RuleSection]) -> tuple[Rule, ...]:
        found: dict[str, Rule] = {}
        for section in sections:
            if section.name in found:
                what = "is the name of an earlier rule too."
                raise self._error(f"rule {section.name!r}", what, "Name one of them otherwise.")
            key = f"rule {section.name!r}"
            when = self._when(f"{key}: when", section.when)
            found[section.name] = Rule(section.name, when, self._then(f"{key}: then", section.then))
        return tuple(found.values())

    def _when(self, key: str, section: WhenSection) -> When:
        near, box = section.near, section.box
        return When(
            all=self.concepts(f"{key}.all", section.all),
            any=self.concepts(f"{key}.any", section.any),
            none=self.concepts(f"{key}.none", section.none),
            places=section.places,
            near=Near(near.latitude, near.longitude, near.km) if near else None,
            box=Box(box.south, box.west, box.north, box.east) if box else None,
            dates=tuple(self._span(f"{key}.dates", str(days)) for days in section.dates),
            months=section.months,
            weekdays=tuple(_WEEKDAYS.index(day) for day in section.weekdays),
            folders=section.folders,
            cameras=section.cameras,
            taggers=section.taggers,
        )

    def _then(self, key: str, section: ThenSection) -> Then:
        everything = section.review is True
        review = () if section.review is True else section.review
        add = self.concepts(f"{key}.add", section.add)
        for concept in add:
            if self._taxonomy[concept].group:
                what = f"{self._taxonomy.label(concept)!r} is a group, which is never a tag."
                raise self._error(f"{key}.add", what, "Name a concept below it.")
        return Then(
            add=add,
            review=self.concepts(f"{key}.review", review),
            review_all=everything,
            drop=self.concepts(f"{key}.drop", section.drop),
            leave_alone=section.leave_alone,
            caption=section.caption,
            title=section.title,
            rating=section.rating,
            colour_label=section.colour_label,
            albums=section.albums,
        )

    def _span(self, key: str, text: str) -> Span:
        try:
            return Span.parse(text)
        except ConfigurationError as exc:
            raise self._error(key, exc.message, exc.cure) from exc

    def _error(self, key: str, what: str, cure: str | None) -> ConfigurationError:
        return ConfigurationError(f"{self._origin}: {key}: {what}", cure=cure)
