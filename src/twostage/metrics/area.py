"""Area under the ROC curve."""

import numpy as np
import numpy.typing as npt
import pandas as pd


def auc(values: npt.NDArray[np.float64], label: npt.NDArray[np.bool_]) -> float:
    """Share of (positive, negative) pairs that the values put in the right order, ties half; NaN lies below all.

    .5 where one side is empty. Mann, Whitney 1947.
    """
    positives = int(label.sum())
    negatives = len(label) - positives
    if not positives or not negatives:
        return 0.5
    ranks = pd.Series(np.nan_to_num(values, nan=-np.inf, neginf=-np.inf)).rank().to_numpy()
    return float((ranks[label].sum() - positives * (positives + 1) / 2) / (positives * negatives))
