"""The pipeline in one process, for any cutoff: the stages' own functions, their outputs kept as files by a hash.

A file's name holds a hash of all that it was made from: the rows before the test, the code, the libraries, the
parameters that it depends on. So a call that was broken off goes on where it stopped, and nothing is taken for another
thing.
"""

import json
from collections.abc import Callable, Iterable
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
from tqdm import tqdm

from twostage import candidates, featurise, generators, lists, queries, split
from twostage.backtest.rolling import Cutoff
from twostage.base import params, tables
from twostage.base.errors import InputError
from twostage.base.params import Generators, Run, S
from twostage.base.store import read_json, write_json
from twostage.base.tables import LogTables
from twostage.candidates import Retrieval
from twostage.engine.source import Source
from twostage.evaluate import evaluate
from twostage.generators.kinds.generator import Generator
from twostage.judged import judged
from twostage.past.asof import Queries
from twostage.past.log import Log
from twostage.queries import DAILY, HORIZON, Target
from twostage.ranking import fallback, holdout
from twostage.ranking.ranker import Ranker
from twostage.ranking.training import drawn, joined
from twostage.sizes import Candidates, Cut, Keep
from twostage.split import Fold, Split

T = TypeVar("T")
CODE = Path(__file__).parents[1]
LIBRARIES = ("catboost", "duckdb", "ibis-framework", "implicit", "numpy", "pandas", "scipy", "torch")


class World:
    """The prepared tables without the rows of the test's first day and later: there is no other way to the log."""

    def __init__(self, tables: LogTables, values: Any) -> None:
        interactions = tables.interactions
        test_start = split.day(params.of(Split, values).test_start)
        before = interactions[interactions["day"] < test_start].reset_index(drop=True)
        if before.empty:
            raise InputError("params.yaml: split.test_start: the log has no row before it, expected a later date")
        self.first_day = int(before["day"].min())
        self.tables = tables._replace(interactions=before)
        self._run = params.of(Run, values)
        digests = [pd.util.hash_pandas_object(table).to_numpy() for table in self.tables]
        columns = [list(table.columns) for table in self.tables]
        code = [path.read_bytes() for path in sorted(CODE.rglob("*.py"))]
        code += [f"{name} {version(name)} ".encode() for name in LIBRARIES]
        self.digest = sha256(b"".join([repr(columns).encode(), *(d.tobytes() for d in digests), *code])).hexdigest()

    @cached_property
    def source(self) -> Source:
        return Source(*self.tables, self._run)

    @property
    def log(self) -> Log:
        return self.source.log


class Replay:
    """One World under one set of parameters (`values`, the document of params.yaml)."""

    def __init__(self, world: World, values: dict[str, Any], folder: Path) -> None:
        self.world, self.folder, self._values = world, folder, values
        self.split, self.run, self.ranker = self._of(Split), self._of(Run), self._of(Ranker)
        self.listed = self._of(Generators).generators
        self.keep, self.n, self.k = self._of(Keep), self._of(Candidates).n, self._of(Cut).k
        self._target = self._of(Target)

    def result(self, cutoff: Cutoff) -> dict[str, Any]:
        """What `evaluate` says of every system on the cutoff's test."""
        path = self._path("result", "json", self._about_ranker(cutoff), self.k)
        return _kept(path, lambda: write_json(self._evaluated(cutoff), path), read_json)

    def of_generator(self, name: str, cutoff: Cutoff, protocol: str) -> dict[str, Any]:
        """What `evaluate` says at N of the generator's own list, for queries of one protocol of the cutoff's test."""
        asked, labels = self._asked(cutoff.test)
        union = self._union(asked, protocol, {name: self._model(name, cutoff.test.start)})
        found = lists.best(union, lists.simple_order(union, name), self.n).assign(system=name)
        said: dict[str, Any] = self._judged(found, [name], asked, labels, cutoff, self.n)[name]
        return said

    def _evaluated(self, cutoff: Cutoff) -> dict[str, Any]:
        every = joined(self._rows(fold, self.ranker.queries) for fold in cutoff.valid)
        first = holdout.start(cutoff.split, self.ranker)
        sides = holdout.taken(every, first, self.ranker, self.run)
        learned = drawn(every, self.ranker, self.run)
        *_, model = holdout.fitted(learned, sides, self.listed, self.ranker, self.run)
        rows = self._rows(cutoff.test, [DAILY, HORIZON])
        score = fallback.scores(model, rows, self.run)
        ranked = lists.of_systems(rows, score, self.listed, self.keep.keep)
        asked, labels = self._asked(cutoff.test)
        return self._judged(ranked, lists.systems(self.listed), asked, labels, cutoff, self.k)

    def _judged(
        self,
        ranked: pd.DataFrame,
        systems: list[str],
        asked: pd.DataFrame,
        labels: pd.DataFrame,
        cutoff: Cutoff,
        k: int,
    ) -> dict[str, Any]:
        whole, start = self.world.log, cutoff.test.start
        test = judged(ranked, systems, asked, labels, whole, start, k, self.run.seed)
        return evaluate(test, ranked, whole.before(start), k)

    def _rows(self, fold: Fold, protocols: Iterable[str]) -> pd.DataFrame:
        """Labelled feature rows of the fold's queries of these protocols, in the order of a fold's own table."""
        asked, _ = self._asked(fold)
        wanted = [protocol for protocol in sorted(protocols) if (asked["protocol"] == protocol).any()]
        if not wanted:
            raise InputError(f"params.yaml: ranker.queries: no {' or '.join(protocols)} query in {fold}")
        return pd.concat([self._rows_of(fold, protocol) for protocol in wanted], ignore_index=True)

    def _rows_of(self, fold: Fold, protocol: str) -> pd.DataFrame:
        # Folds of two cutoffs that start on one day have the same daily queries: their names stay out of the key. But
        # capped users are drawn from the whole period of the labels.
        cap = self.split.cap(fold.name)
        stop = fold.stop if protocol == HORIZON or cap.daily is not None else None
        about = [self._about_rows(), cap]
        path = self._path("rows", "parquet", about, fold.start, fold.daily_stop, stop, protocol)

        def make() -> None:
            asked, labels = self._asked(fold)
            models = {name: self._model(name, fold.start) for name in self.listed}
            union = self._union(asked, protocol, models)
            some, source = asked[asked["protocol"] == protocol], self.world.source
            parts = featurise.parts(some, source.n_items, featurise.PART)
            about = f"features: {len(union)} candidates of {len(some)} queries"
            rows = (
                featurise.featurise(
                    source, part.queries, union[union["query"].between(*part.span)], self.listed, part.days
                )
                for part in tqdm(parts, desc=about, unit="part")
            )
            tables.write_parts((queries.labelled(part, asked, labels) for part in rows), path)

        return _kept(path, make, pd.read_parquet)

    def _union(self, asked: pd.DataFrame, protocol: str, models: dict[str, Generator]) -> pd.DataFrame:
        some = asked[asked["protocol"] == protocol]
        first = int(some["query"].iloc[0])
        retrieval = Retrieval(models, self.n, self.keep)
        return candidates.union(Queries.of(some, self.world.log), retrieval, first)

    def _model(self, name: str, start: int) -> Generator:
        model_class = generators.find(name)
        path = self._path("model", "npz", self._about_generator(name), start)

        def fit() -> None:
            model = model_class(self._of(model_class.Params), self.run)
            model.fit(self.world.log.before(start))
            model.save(path)

        return _kept(path, fit, lambda path: model_class.load(path, self.run))

    def _asked(self, fold: Fold) -> tuple[pd.DataFrame, pd.DataFrame]:
        interactions = self.world.tables.interactions
        asked = queries.queries(interactions, fold, self.split.cap(fold.name), self.run.seed)
        return asked, queries.labels(interactions, fold, asked, self._target)

    def _of(self, cls: type[S]) -> S:
        return params.of(cls, self._values)

    def _about_generator(self, name: str) -> list[str]:
        return [name, self._of(generators.find(name).Params).model_dump_json(), str((self.run.seed, self.run.threads))]

    def _about_rows(self) -> list[Any]:
        sections = [section.model_dump_json() for section in (self.keep, self._target)]
        return [self.n, *sections, *map(self._about_generator, self.listed)]

    def _about_ranker(self, cutoff: Cutoff) -> list[Any]:
        return [self._about_rows(), self.ranker.model_dump_json(), cutoff.split.model_dump_json()]

    def _path(self, name: str, ending: str, *about: Any) -> Path:
        text = json.dumps([self.world.digest, name, *about])
        return self.folder / f"{name}-{sha256(text.encode()).hexdigest()[:20]}.{ending}"


def _kept(path: Path, make: Callable[[], None], read: Callable[[Path], T]) -> T:
    """What `path` holds, made first where there is no such file yet; it is written whole or not at all."""
    if not path.exists():
        make()
    return read(path)
