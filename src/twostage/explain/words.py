"""An explanation as lines of text."""

import math

import pandas as pd

from twostage.base.tables import GROUPS
from twostage.explain.case import Absent, Case, Reason
from twostage.lists import RANKER
from twostage.ranking.fallback import COLD, WARM, Leads
from twostage.split import date_of


def title(items: pd.DataFrame, item: int) -> str:
    """The log's own id, and the title where it is known and the id doesn't begin with it."""
    row = items.iloc[item]
    names = [row[name] for name in ("title", "title_orig") if name in items and pd.notna(row[name])]
    own = str(row["item_id"])
    return f"{own} {names[0]}" if names and not own.startswith(names[0]) else own


def number(value: float) -> str:
    """Three digits, whole numbers whole."""
    if math.isnan(value):
        return "unknown"
    return f"{value:.0f}" if math.isfinite(value) and value == round(value) else f"{value:.3g}"


def person(users: pd.DataFrame, user: int) -> list[str]:
    """What users.csv tells: of the same are those whom the reasons below call the segment."""
    row = users.iloc[user]
    told = [f"{name} {row[name]}" for name in GROUPS if name in users and pd.notna(row[name])]
    return [f"By users.csv: {', '.join(told)}"] if told else []


def history(rows: pd.DataFrame, items: pd.DataFrame) -> list[str]:
    """rows: item, day (since 1970-01-01), the last one at the bottom."""
    if rows.empty:
        return ["Nothing watched so far."]
    return [
        "Watched last:",
        *(f"    {date_of(then)}  {title(items, item)}" for item, then in zip(rows["item"], rows["day"], strict=True)),
    ]


def leading(leads: Leads, cold: bool) -> list[str]:
    """Which order the list has, where it isn't the ranker's (see `fallback`)."""
    system = leads.get(COLD if cold else WARM, RANKER)
    if system == RANKER:
        return []
    return [
        f"Ordered by {system}: on the holdout the ranker was worse for such users, or it learned from none of them; "
        "what is told below is the ranker's."
    ]


def case(found: Case, items: pd.DataFrame) -> list[str]:
    proposed = ", ".join(f"{name} at {place}" for name, place in found.proposed.items())
    lines = [
        f"{found.rank:>3}. {title(items, found.item)}  (score {found.score:.4f})",
        f"     proposed by {proposed}" if proposed else "     proposed by nobody: it fills the list up",
    ]
    for reason in found.reasons:
        way = "up  " if reason.effect > 0 else "down"
        about = f"{reason.feature} = {number(reason.value)}{beside(reason)}: {reason.words}"
        lines.append(f"     {way} {reason.effect:+.3f}  {about}")
    return lines


def beside(reason: Reason) -> str:
    """How the value stands to those of the other candidates; nothing where nearly all have it, or it is unknown."""
    way, share = ("more", reason.lower) if reason.lower >= reason.higher else ("less", reason.higher)
    percent = int(100 * share + 1e-9)  # never rounded up to all
    return f", {way} than {percent}% of the candidates" if percent else ""


def absent(found: Absent, items: pd.DataFrame, seen: int | None) -> list[str]:
    """seen: the day on which the user watched the item, None if never."""
    lines = [f"     {title(items, found.item)}: nobody proposed it"]
    if seen is not None:
        lines[0] += f"; watched on {date_of(seen)}"
    for name, (score, lowest) in found.scores.items():
        own = "can't score it" if math.isnan(score) else f"scores it {score:.4g}"
        end = "it proposed nothing" if math.isnan(lowest) else f"the last that it proposed {lowest:.4g}"
        lines.append(f"     {name} {own}; {end}")
    return lines
