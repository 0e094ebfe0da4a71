"""Which tags name people."""

from __future__ import annotations

from tagwright.taxonomy.labels import fold

# What people call the branch of their tags that holds names; better one too many.
_BRANCHES = frozenset(
    fold(word)
    for word in """
    People|Persons|Person|Faces|Names|Family|Families|Friends|Relatives|Personen|Menschen|Leute
    |Gesichter|Namen|Familie|Familien|Freunde|Verwandte|Personnes|Gens|Visages|Noms|Famille|Amis
    |Gente|Personas|Caras|Nombres|Familia|Amigos|Persone|Volti|Nomi|Famiglia|Amici|Mensen|Gezichten
    |Vrienden|Pessoas|Rostos|Nomes|Família|Osoby|Ludzie|Rodzina|Lidé|Rodina|Personer|Människor
    |Familj|Vänner|Mennesker|Venner|Henkilöt|Ihmiset|Perhe|Люди|Лица|Семья|人物|人|家族|사람
    """.replace("\n", "").split("|")
)


def names_people(path: tuple[str, ...]) -> bool:
    """Say whether a tag stands below a branch that holds names, or is that branch."""
    return any(fold(step) in _BRANCHES for step in path)
