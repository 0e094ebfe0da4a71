"""What a concept is called when a model of pictures and captions is asked for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tagwright.model import Kind
from tagwright.taxonomy import Concept, Taxonomy

PROMPTS_VERSION = 1
"""Raised with every change of a prompt, so that photos are looked at again."""

_ALTERNATIVES = 2
_LONGEST_NOTE = 60  # characters; a model reads some 70 words at most, and prefers captions
_NEGATION = re.compile(r"(not|no|without|nicht|kein\w*|ohne|pas|non|sans)\b", re.IGNORECASE)
_CLAUSES = re.compile(r"[,;:().]")

_Form = Mapping[str, tuple[str, ...]]
_PLAIN: _Form = {"thing": ("{label}",)}
_TEMPLATES: Mapping[str, _Form] = {
    "en": {
        "thing": ("a photo of {label}", "a photo of a {label}"),
        "scene": ("a photo of {label}", "a scene: {label}"),
        "doing": ("a photo of {label}", "a photo of people, {label}"),
        "look": ("a {label} photo", "a photo with {label}"),
        "within": ("a photo of {label}, {broader}",),
    },
    "de": {
        "thing": ("ein Foto von {label}", "ein Bild, auf dem {label} zu sehen ist"),
        "scene": ("ein Foto von {label}", "eine Szene: {label}"),
        "doing": ("ein Foto von {label}", "ein Foto von Menschen, {label}"),
        "look": ("ein Foto: {label}", "ein Foto mit {label}"),
        "within": ("ein Foto von {label}, {broader}",),
    },
    "fr": {
        "thing": ("une photo de {label}", "une image où l'on voit {label}"),
        "scene": ("une photo de {label}", "une scène : {label}"),
        "doing": ("une photo de {label}", "une photo de personnes, {label}"),
        "look": ("une photo : {label}", "une photo avec {label}"),
        "within": ("une photo de {label}, {broader}",),
    },
}
_BACKGROUND: Mapping[str, tuple[str, ...]] = {
    "en": ("a photo", "a photo of something", "a picture of something else", "a blurry photo"),
    "de": ("ein Foto", "ein Foto von etwas", "ein Bild von etwas anderem", "ein unscharfes Foto"),
    "fr": ("une photo", "une photo de quelque chose", "une image d'autre chose", "une photo floue"),
}
_FORMS = (
    ("look", frozenset({Kind.COLOUR, Kind.LIGHT, Kind.STYLE, Kind.TECHNICAL, Kind.MOOD})),
    ("doing", frozenset({Kind.ACTIVITY, Kind.EVENT})),
    ("scene", frozenset({Kind.SCENE, Kind.PLACE, Kind.TIME})),
)
_READS_MANY = ("nllb", "xlm-roberta", "labse", "i18n", "siglip2")


def prompt_language(model: str, language: str) -> str:
    """Return the language to ask a model in: the user's where it reads many, else English."""
    name = model.lower()
    return language if any(part in name for part in _READS_MANY) else "en"


def concept_prompts(taxonomy: Taxonomy, concept: Concept, language: str) -> tuple[str, ...]:
    """Return the texts whose mean stands for a concept.

    They are made of its preferred label, of what is above it, of its note as far as that does not
    say what it is *not* (which such models do not understand), and of its first alternatives, in
    ``language`` where it has a label there, else in the taxonomy's.
    """
    language, label = _label(taxonomy, concept, language)
    templates = _TEMPLATES.get(language.partition("-")[0], _PLAIN)
    form = templates.get(_form(taxonomy, concept), templates["thing"])
    texts = [one.format(label=label) for one in form]
    if concept.broader:
        _, broader = _label(taxonomy, taxonomy[concept.broader[0]], language)
        texts += [one.format(label=label, broader=broader) for one in templates.get("within", ())]
    if note := _note(concept, language):
        texts.append(f"{form[0].format(label=label)}, {note}")
    for other in concept.alternatives.get(language, ())[:_ALTERNATIVES]:
        texts.append(form[0].format(label=_one_line(other)))
    return tuple(dict.fromkeys(texts))


def has_label(concept: Concept, language: str) -> bool:
    """Say whether a concept can be asked for in a language."""
    return not concept.labels.keys().isdisjoint((language, language.partition("-")[0]))


def background_prompts(language: str) -> tuple[str, ...]:
    """Return texts that fit any photo: what a concept must be nearer to a photo than."""
    return _BACKGROUND.get(language.partition("-")[0], _BACKGROUND["en"])


def _label(taxonomy: Taxonomy, concept: Concept, language: str) -> tuple[str, str]:
    for one in (language, language.partition("-")[0], taxonomy.language, *concept.labels):
        if label := concept.labels.get(one):
            return one, _one_line(label)
    raise AssertionError(concept.id)  # a taxonomy has no concept without a label


def _form(taxonomy: Taxonomy, concept: Concept) -> str:
    """Return the form that has most of the kinds that a concept takes."""
    kinds = taxonomy.kinds(concept.id) - {Kind.OTHER}
    if not kinds or Kind.OBJECT in kinds:
        return "thing"
    return max(_FORMS, key=lambda form: len(form[1] & kinds))[0]


def _note(concept: Concept, language: str) -> str:
    said = " ".join(_clauses(concept.notes.get(language, "")))
    return said if len(said) <= _LONGEST_NOTE else ""


def _clauses(note: str) -> Iterator[str]:
    for clause in map(_one_line, _CLAUSES.split(note)):
        if _NEGATION.match(clause):
            return
        if clause:
            yield clause


def _one_line(text: str) -> str:
    return " ".join(text.split())
