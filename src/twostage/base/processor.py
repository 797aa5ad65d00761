"""The same bytes from one x86 processor as from another: no sum or logarithm uses wider instructions than AVX2.

numpy, scipy and torch each take the widest that a processor has, and add up, or take logarithms, in another order or by
another formula with each (docs/PIPELINE.md, "One arithmetic").
"""

import os
from pathlib import Path

# A library reads its own once, when it is loaded.
ALIKE = {
    "OPENBLAS_CORETYPE": "Haswell",  # products of matrices by numpy and scipy
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",  # logarithms and powers by numpy
    "ATEN_CPU_CAPABILITY": "avx2",  # torch, and the two libraries that it multiplies by
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "MKL_CBWR": "COMPATIBLE",  # its AVX2 isn't the same on Intel's and AMD's
}
# Either of the two that is set already leaves the other unset: numpy refuses both.
INSTEAD = {"NPY_DISABLE_CPU_FEATURES": "NPY_ENABLE_CPU_FEATURES"}
NEEDED = {"avx2", "fma"}
CPUINFO = Path("/proc/cpuinfo")


def suited() -> bool:
    """Whether this is Linux on a processor with all that is NEEDED."""
    return CPUINFO.is_file() and NEEDED.issubset(CPUINFO.read_text().split())


def be_alike() -> None:
    """For this process and those that it starts, before any of them loads numpy. What is set already stays.

    Nothing is set where it isn't `suited`: other systems have other builds, and other libraries in them.
    """
    if suited():
        for name, value in ALIKE.items():
            if INSTEAD.get(name, name) not in os.environ:
                os.environ.setdefault(name, value)
