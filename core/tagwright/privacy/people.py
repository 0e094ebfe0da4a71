"""Which tags name people."""

from __future__ import annotations

from functools import lru_cache

# What people call the branch of their tags that holds names; better one too many.
_WORDS = """
    People|Persons|Person|Faces|Names|Family|Families|Friends|Relatives|Personen|Menschen|Leute
    |Gesichter|Namen|Familie|Familien|Freunde|Verwandte|Personnes|Gens|Visages|Noms|Famille|Amis
    |Gente|Personas|Caras|Nombres|Familia|Amigos|Persone|Volti|Nomi|Famiglia|Amici|Mensen|Gezichten
    |Vrienden|Pessoas|Rostos|Nomes|Família|Osoby|Ludzie|Rodzina|Lidé|Rodina|Personer|Människor
    |Familj|Vänner|Mennesker|Venner|Henkilöt|Ihmiset|Perhe|Люди|Лица|Семья|人物|人|家族|사람
    """


def names_people(path: tuple[str, ...]) -> bool:
    """Say whether a tag stands below a branch that holds names, or is that branch."""
    return any(map(_is_branch, path))


@lru_cache(maxsize=10_000)
def _is_branch(step: str) -> bool:
    # The taxonomy's package takes long to import, and the configuration imports this one.
    from tagwright.taxonomy.labels import fold  # noqa: PLC0415

    return fold(step) in {fold(word) for word in _WORDS.replace("\n", "").split("|")}
