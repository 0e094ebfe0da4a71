"""Words before or after a noun that describe the thing and leave it what it is.

The classes are those of property concepts in Dixon, "Where have all the adjectives gone?" (1982):
dimension, age, value, colour and physical property describe; what says of which kind, for what or
from where a thing is may change it, and is not here. Nationality is not either: a German shepherd
is no shepherd. Of adjectives that deny their noun ("toy car", Kamp's privative ones) the list
holds those that photos show.
"""

from __future__ import annotations

from tagwright.mapping.language import english


def word_set(text: str) -> frozenset[str]:
    """Return words that are written with spaces between."""
    return frozenset(text.split())


_ENGLISH = word_set(
    # determiners and counts
    "a an the some several many few multiple various numerous both one two three four five six "
    "seven eight nine ten eleven twelve "
    # dimension
    "big large huge enormous small little tiny tall long short wide narrow thick thin deep "
    # age
    "old new young ancient antique vintage modern "
    # value
    "beautiful pretty lovely cute nice ugly colorful colourful elegant "
    # physical property
    "wet dry dirty clean empty broken open closed bright dark light pale shiny fluffy furry hairy "
    "round curly fresh ripe"
)
COLOURS = word_set("black white red green yellow blue brown purple pink grey gray")
_OTHER_COLOURS = frozenset({"orange", "beige", "turquoise"})  # also fruit or stone: no sure colour
_MATERIALS = word_set(
    "wooden wood metal metallic steel iron brick stone concrete glass plastic leather marble "
    "ceramic cotton wool woolen woollen silk denim bamboo wicker porcelain copper brass"
)
_POSTURES = word_set(
    "sleeping sitting standing running walking jumping swimming flying smiling laughing playing "
    "eating drinking lying resting crawling barking grazing male female adult"
)
_OF_ANIMALS = word_set("baby juvenile wild domestic stray")
PRIVATIVES = word_set(
    "toy fake false faux mock artificial imitation dummy stuffed plush inflatable replica cartoon "
    "model miniature lego origami knitted crocheted carved painted rubber paper cardboard "
    "gingerbread chocolate"
)
GERMAN = word_set(
    "ein der die das zwei drei vier fünf sechs sieben acht neun zehn viel mehrere einige "
    "groß klein lang kurz breit schmal hoch dick dünn alt neu jung antik modern schön hübsch süß "
    "nass trocken schmutzig sauber leer offen geschlossen hell dunkel rund bunt "
    "schwarz weiß rot grün gelb blau braun lila rosa grau orange"
)
FRENCH = word_set(
    "grand gros petit long court large étroit haut vieux vieil vieille jeune neuf nouveau ancien "
    "moderne beau bel belle joli mouillé sec sale propre vide ouvert fermé rond "
    "noir blanc rouge vert jaune bleu brun violet rose gris marron orange"
)


def is_description(word: str) -> bool:
    """Whether an English word describes whatever follows it."""
    return word in _ENGLISH or word in COLOURS or word in _OTHER_COLOURS or _is_count(word)


def leaves(word: str, noun: str) -> bool:
    """Whether an English word before a noun leaves the thing what the noun says."""
    if is_description(word):
        return True
    category = english.category(noun)
    if category == english.MADE:
        return word in _MATERIALS
    if category == english.ANIMAL:
        return word in _POSTURES or word in _OF_ANIMALS
    return category == english.PERSON and word in _POSTURES


def denies(word: str, noun: str) -> bool:
    """Whether an English word before a noun says that the thing is none: "toy car"."""
    return word in PRIVATIVES or (
        word in _MATERIALS and english.category(noun) in {english.ANIMAL, english.PERSON}
    )


def _is_count(word: str) -> bool:
    return word.isdecimal() and len(word) <= 2
