from pathlib import Path

from twostage import features

ROOT = Path(__file__).resolve().parents[1]


def test_the_list_of_features_is_that_of_the_registry():
    assert (ROOT / "docs/FEATURES.md").read_text(encoding="utf-8") == features.document(), "run make docs"
