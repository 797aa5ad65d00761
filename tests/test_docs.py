import re
import subprocess
from pathlib import Path

import pytest

from twostage import summary
from twostage.base import params
from twostage.base.store import read_json
from twostage.sizes import Cut

ROOT = Path(__file__).resolve().parents[1]


def test_the_list_of_features_is_that_of_the_registry():
    assert (ROOT / "docs/FEATURES.md").read_text(encoding="utf-8") == summary.features_table(), "run make docs"


def anchors(page: Path) -> set[str]:
    """Of the page's headings, as a forge that shows Markdown names them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda page: page.name
)
def test_every_link_of_a_page_leads_somewhere(page: Path):
    for file, anchor in re.findall(r"\]\((?!http)([^)#]*)#?([^)]*)\)", page.read_text(encoding="utf-8")):
        target = page.parent / file if file else page
        assert target.exists(), file
        assert not anchor or anchor in anchors(target), f"{file}#{anchor}"


@pytest.fixture
def committed() -> None:
    """Skips where the figures aren't those of the commit."""
    own = subprocess.run(["git", "diff", "--quiet", "HEAD", "--", "metrics", "params.yaml"], cwd=ROOT, check=False)
    if own.returncode:
        pytest.skip("this checkout has figures of its own")


@pytest.mark.usefixtures("committed")
def test_the_report_is_of_the_committed_run():
    cut = params.load(Cut, ROOT / params.FILE)
    told = "\n".join(summary.report(ROOT / "metrics", cut.k, cut.keep)) + "\n"
    assert (ROOT / "docs/REPORT.md").read_text(encoding="utf-8") == told, "run make docs"


@pytest.mark.usefixtures("committed")
def test_the_readmes_table_is_of_the_committed_run():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    head = "| system | NDCG@10 warm | 95 % interval | MAP@10 warm | NDCG@10 cold | NDCG@10 daily, warm |\n"
    _, *lines = text.split(head)[1].split("\n\n")[0].splitlines()
    told = {row[0]: row[1:] for row in ([cell.strip(" *") for cell in line.strip("|").split("|")] for line in lines)}

    def short(value: float, digits: int = 3) -> str:
        return f"{value:.{digits}f}".removeprefix("0")

    expected = {}
    for system, said in read_json(ROOT / "metrics/ranking.json").items():
        warm, daily = said["horizon"]["warm"], said["daily"]["warm"]
        low, high = map(short, warm["ndcg_interval"])
        of_map, cold = short(warm["map"], 4), said["horizon"]["cold"]["ndcg"]
        expected[system] = [short(warm["ndcg"]), f"{low} to {high}", of_map, short(cold), short(daily["ndcg"])]
    assert told == expected
    assert list(told) == sorted(told, key=lambda name: told[name][0], reverse=True)
