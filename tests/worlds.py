"""Small worlds for scenarios: children whose stays and prices are known, so that effects can be worked by hand."""

import pandas as pd

from cockpit.domain.levers import KINDS
from cockpit.domain.scenario import Scenario
from cockpit.services.scenario import result_of
from models.scenario import ScenarioEngine, build_base
from tests.tables import dataset


def engine(as_of, rows, reference, *, n_paths=60, seed=1, **tables):
    """Record the baseline of some interventions."""
    data = dataset(as_of, interventions=rows, **tables)
    return ScenarioEngine(build_base(data, reference, n_paths=n_paths, seed=seed))


def scenario(start, *levers, name="Prøve"):
    """A scenario from levers, each `(kind, fields)`."""
    own = tuple(KINDS[kind](**{"source": "prøve", **fields}) for kind, fields in levers)
    return Scenario(name, pd.Period(start, "M"), own)


def compared(made, chosen, reference):
    """The result of a scenario on an engine."""
    return result_of(made, chosen, reference, data_id="test")


def steady(count, price, *, as_of="2021-12", type_key="residential_home", **own):
    """Children in one type for years to come, at the same price of a month now and from January on."""
    january = pd.Period(as_of, "M") + 1
    for number in range(count):
        child = {"spell_id": f"{type_key}{number}", "citizen": f"{type_key}{number}", "type_key": type_key,
                 "birth_month": "2014-05-01", "unit": "month", "rate": price, **own}  # fmt: skip
        yield {**child, "start": "2019-01-01", "stop": str(january.start_time.date())}
        yield {**child, "start": str(january.start_time.date()), "stop": "2031-01-01"}


def coming(count, price, *, stop="2031-01-01", type_key="residential_home", **own):
    """Children who are granted a stay from January 2022 on and of whose type nobody has started: no others come."""
    for number in range(count):
        own_id = f"{type_key}{number}"
        yield {
            "spell_id": own_id, "citizen": own_id, "type_key": type_key, "birth_month": "2014-05-01", "unit": "month",
            "rate": price, "start": "2022-01-01", "stop": stop, **own,
        }  # fmt: skip


def flow(rng, *, as_of, types, per_month, months=36, stay=14.0, price=(900, 4200), born=(2009, 2018)):
    """Starts month by month with exponential stays; running ones are open."""
    end = (pd.Period(as_of, "M") + 1).start_time
    for type_key in types:
        for _ in range(int(per_month * months)):
            start = (end - pd.Timedelta(days=float(rng.uniform(1, months * 30)))).normalize()
            stop = (start + pd.Timedelta(days=float(rng.exponential(stay * 30)) + 1)).normalize()
            yield {
                "type_key": type_key,
                "start": start,
                "stop": stop if stop <= end else pd.NaT,
                "rate": float(rng.uniform(*price)),
                "birth_month": f"{int(rng.integers(*born))}-{int(rng.integers(1, 13)):02d}-01",
            }
