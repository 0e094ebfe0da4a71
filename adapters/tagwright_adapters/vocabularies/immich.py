"""The tags of an Immich account as a taxonomy."""

from __future__ import annotations

from collections.abc import Callable

from tagwright.errors import TaxonomyError
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.vocabularies.tag_tree import TagTree
from tagwright_adapters.vocabularies.vocabulary import Vocabulary


async def from_immich(
    client: ImmichClient,
    *,
    language: str = "en",
    without: Callable[[tuple[str, ...]], bool] = lambda _: False,
) -> Vocabulary:
    """Return the tags of the account that the client's key belongs to.

    A concept's identifier is made of its path: Immich cannot rename or move a tag, and one that
    was deleted comes back with its path under another number of Immich's.

    Args:
        client: A connection to the server; stays open.
        language: Of the labels; Immich does not know it.
        without: Says of a tag's path whether it is none of the user's.

    Raises:
        ImmichError: the server does not answer, or not as it should.
        TaxonomyError: the account has no tags.
    """
    # It needs no key: a wrong address shows here, and is not taken for a wrong key.
    await client.account.version()
    tree = TagTree("Immich")
    for tag in await client.tags.all():
        if not without(tag.path):
            tree.add(tag.path)
    imported = tree.build("Immich", language)
    if not len(imported.taxonomy):
        message = "the Immich account has no tags yet."
        cure = "Make some there, or begin with the sample taxonomy 'family'."
        raise TaxonomyError(message, cure=cure)
    return imported
