import json
import os
import subprocess
import sys

import numpy as np
import pytest

from twostage.base import processor

needs_avx2 = pytest.mark.skipif(not processor.suited(), reason="no processor with AVX2")
SAYS = """
import json, stages
import numpy, torch, scipy.linalg, threadpoolctl
blas = {pool["architecture"] for pool in threadpoolctl.threadpool_info() if pool["internal_api"] == "openblas"}
found = numpy.show_config(mode="dicts")["SIMD Extensions"]["found"]
print(json.dumps({"blas": sorted(blas), "numpy": found, "torch": torch.backends.cpu.get_cpu_capability()}))
"""


def said(code: str, **environment: str) -> str:
    """What Python prints, told nothing of how to round but this."""
    given = {name: value for name, value in os.environ.items() if name not in processor.ALIKE} | environment
    return subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, text=True, check=True).stdout


@needs_avx2
def test_a_stage_runs_without_wider_instructions_than_avx2():
    assert json.loads(said(SAYS)) == {"blas": ["Haswell"], "numpy": ["X86_V3"], "torch": "AVX2"}


@needs_avx2
def test_numpy_has_no_other_way_to_go_on_some_other_processor():
    every = np.show_config(mode="dicts")["SIMD Extensions"]
    ways = {*every.get("found", []), *every.get("not found", [])}
    assert ways == {"X86_V3", *processor.ALIKE["NPY_DISABLE_CPU_FEATURES"].split()}


@needs_avx2
@pytest.mark.parametrize("module", ["twostage.base", "twostage.__main__", "bench", "tests"])
def test_it_is_settled_before_numpy_is_loaded(module):
    code = "import sys, os, builtins; sys.path[:0] = ['src', '.']; load = builtins.__import__\n"
    code += "def watched(name, *args, **kwargs):\n"
    code += "    if name == 'numpy' and 'numpy' not in sys.modules: print(os.environ.get('MKL_CBWR'))\n"
    code += "    return load(name, *args, **kwargs)\n"
    code += f"builtins.__import__ = watched\nimport {module}, numpy"
    assert said(code) == "COMPATIBLE\n"


def test_what_a_user_has_set_stays(monkeypatch, tmp_path):
    monkeypatch.setattr(processor, "CPUINFO", tmp_path / "cpuinfo")
    processor.CPUINFO.write_text("flags : fpu avx avx2 fma\n")
    monkeypatch.setattr(os, "environ", {"MKL_CBWR": "AVX2"})
    processor.be_alike()
    assert os.environ == processor.ALIKE | {"MKL_CBWR": "AVX2"}


def test_numpy_is_told_one_of_two_things_alone(monkeypatch, tmp_path):
    monkeypatch.setattr(processor, "CPUINFO", tmp_path / "cpuinfo")
    processor.CPUINFO.write_text("flags : fpu avx avx2 fma\n")
    monkeypatch.setattr(os, "environ", {"NPY_ENABLE_CPU_FEATURES": "X86_V3"})
    processor.be_alike()
    assert "NPY_DISABLE_CPU_FEATURES" not in os.environ
    assert os.environ["OPENBLAS_CORETYPE"] == "Haswell"


@pytest.mark.parametrize("flags", ["flags : fpu avx fma", "flags : fpu avx avx2", None])
def test_nothing_is_set_for_a_processor_that_may_lack_avx2(monkeypatch, tmp_path, flags):
    monkeypatch.setattr(processor, "CPUINFO", tmp_path / "cpuinfo")
    if flags:
        processor.CPUINFO.write_text(flags)
    monkeypatch.setattr(os, "environ", {})
    processor.be_alike()
    assert os.environ == {}
