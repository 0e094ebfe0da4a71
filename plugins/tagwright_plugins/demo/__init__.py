"""A first look: tags copies of photos and shows what happened. ``make try`` runs it."""
