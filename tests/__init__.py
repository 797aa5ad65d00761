import stages  # noqa: F401  # before numpy, whose arithmetic it settles
