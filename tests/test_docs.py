import subprocess
from pathlib import Path

import pytest

from twostage import features, summary
from twostage.base import params
from twostage.sizes import Cut

ROOT = Path(__file__).resolve().parents[1]


def test_the_list_of_features_is_that_of_the_registry():
    assert (ROOT / "docs/FEATURES.md").read_text(encoding="utf-8") == features.document(), "run make docs"


def test_the_report_is_of_the_committed_run():
    own = subprocess.run(["git", "diff", "--quiet", "HEAD", "--", "metrics", "params.yaml"], cwd=ROOT, check=False)
    if own.returncode:
        pytest.skip("this checkout has figures of its own")
    cut = params.load(Cut, ROOT / params.FILE)
    told = "\n".join(summary.report(ROOT / "metrics", cut.k, cut.keep)) + "\n"
    assert (ROOT / "docs/REPORT.md").read_text(encoding="utf-8") == told, "run make docs"
