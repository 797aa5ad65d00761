"""Attributes of users and items as numbers, for the feature engine: text joins slowly."""

import numpy as np
import pandas as pd

from twostage.past.attributes import UNKNOWN, Attributes


def item_numbers(items: pd.DataFrame, about: Attributes) -> pd.DataFrame:
    """item, its attributes that are numbers, and the code of its content type."""
    found = items.select_dtypes("number").drop(columns="item_id", errors="ignore")
    types = about.item_values("content_type")
    if types is not None:
        known = np.diff(types.indptr) > 0
        code = np.where(known, types.argmax(axis=1).A1, UNKNOWN) if known.any() else np.full(len(items), UNKNOWN)
        found = found.assign(content_type=pd.Series(code, dtype="Int32").mask(code == UNKNOWN).to_numpy())
    return found.assign(item=np.arange(len(items), dtype="int32"))


def user_codes(about: Attributes) -> pd.DataFrame:
    """Codes of the groups, missing where the log doesn't say, and of their combinations: `segment`."""
    groups = about.groups
    codes = pd.DataFrame({name: about.user_codes(name) for name in groups}, index=range(about.n_users))
    known = codes.where(codes >= 0).astype("Int16")
    return known if about.user_segment is None else known.assign(segment=about.user_segment)
