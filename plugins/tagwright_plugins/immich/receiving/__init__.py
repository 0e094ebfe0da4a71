"""Takes what Immich's workflows announce. Only :mod:`hooks` does without the extra packages."""
