"""Formulas over the columns of pairs, row by row in numpy: the database takes many times as long for them."""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import ibis.expr.operations as ops
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# As the database has it: NaN is the greatest number. What has no value there, a logarithm of no positive number too, is
# NaN here, and so `isnan` of it is true.
KNOWN: dict[type[ops.Node], Callable[..., Any]] = {
    ops.Literal: lambda value, dtype: value,
    ops.Cast: lambda arg, to: arg.astype(to.to_numpy()),
    ops.Add: np.add,
    ops.Subtract: np.subtract,
    ops.Multiply: np.multiply,
    ops.Divide: np.divide,
    ops.IsNan: np.isnan,
    ops.Not: np.logical_not,
    ops.IfElse: np.where,
    ops.NullIf: lambda arg, null_if_expr: np.where(arg == null_if_expr, np.nan, arg),
    ops.Least: lambda arg: reduce(np.fmin, arg),
    ops.Log2: lambda arg: np.log2(np.where(arg > 0, arg, np.nan)),
}


def check(name: str, formula: ops.Value) -> None:
    """Raises TypeError at an operation of the feature that isn't KNOWN, or a cast of what is no boolean; name: its."""
    for node in formula.find(ops.Value):
        if not isinstance(node, (ops.Field, *KNOWN)) or (
            isinstance(node, ops.Cast) and not node.arg.dtype.is_boolean()
        ):
            known = ", ".join(sorted(operation.__name__ for operation in KNOWN))
            raise TypeError(
                f"{name}: {type(node).__name__} isn't among the operations of formulas over pairs ({known}); do it in "
                "a table that is laid beside them, or add it to engine/formula.py"
            )


def values(formula: ops.Value, columns: Mapping[str, Floats]) -> npt.NDArray[Any]:
    """Of each row; `columns` are those of the formula's table. Equal parts of it are worked out once."""

    def step(node: ops.Node, _: Any, **parts: Any) -> Any:
        if isinstance(node, ops.Field):
            return columns[node.name]
        # In their order: numpy has no other names for what Ibis calls `left` and `true_expr`.
        return KNOWN[type(node)](*parts.values()) if isinstance(node, ops.Value) else None

    with np.errstate(all="ignore"):  # the database says nothing of infinities either
        found: npt.NDArray[Any] = formula.map(step)[formula]
    return found
