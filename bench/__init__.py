"""Measurements. Run from the repository root: ``python -m bench.NAME``."""

import stages  # noqa: F401  # importing it puts this checkout's src/ on the path, for every module here
