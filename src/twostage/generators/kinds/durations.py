"""What a duration is measured by."""

import numpy as np

from twostage.log import Floats


def usual(durations: Floats | None) -> float:
    """Median of the positive durations, seconds; 1 where there is none."""
    known = durations[durations > 0] if durations is not None else np.empty(0)
    return float(np.median(known)) if len(known) else 1.0
