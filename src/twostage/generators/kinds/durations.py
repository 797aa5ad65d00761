"""What a duration or a percent watched is measured by."""

import numpy as np

from twostage.past.log import Floats


def usual(watched: Floats | None) -> float:
    """Median of the positive values, in their unit; 1 where there is none."""
    known = watched[watched > 0] if watched is not None else np.empty(0)
    return float(np.median(known)) if len(known) else 1.0
