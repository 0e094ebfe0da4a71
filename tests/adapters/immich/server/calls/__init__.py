"""What each call of the API does, by method and path."""

from tests.adapters.immich.server.calls import account, albums, assets, tags, workflows
from tests.adapters.immich.server.calls.call import Handler

HANDLERS: dict[tuple[str, str], Handler] = {
    **account.HANDLERS,
    **albums.HANDLERS,
    **assets.HANDLERS,
    **tags.HANDLERS,
    **workflows.HANDLERS,
}
