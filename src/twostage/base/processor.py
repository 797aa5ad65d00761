"""The same bytes from one x86 processor as from another: no library uses wider instructions than AVX2.

Each of them picks the widest that a processor has, and adds up, or takes logarithms, in another order or by another
formula with each. Every processor that can run torch fast has AVX2 (Intel since 2013, AMD since 2015).
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
CPUINFO = Path("/proc/cpuinfo")


def be_alike() -> None:
    """For this process and those that it starts, before any of them loads numpy. What is set already stays.

    Nothing is set where the processor has no AVX2, or where the system isn't Linux: other builds, other libraries.
    """
    if CPUINFO.is_file() and " avx2 " in CPUINFO.read_text():
        for name, value in ALIKE.items():
            os.environ.setdefault(name, value)
