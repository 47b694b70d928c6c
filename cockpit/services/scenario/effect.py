"""The effect of a scenario against the baseline, in all and by each of its assumptions."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cockpit.domain.corrections import Correction, corrections_by_year
from cockpit.domain.levers import Lever
from cockpit.domain.reference import Reference
from cockpit.domain.scenario import Scenario, check_data
from cockpit.domain.scenario_result import (
    PARTS,
    SENSITIVITY_COLUMNS,
    Baseline,
    LeverEffect,
    Papers,
    ScenarioResult,
    build_result,
)
from cockpit.domain.scenario_words import lever_label
from cockpit.domain.spells import days_in_months, days_in_year
from cockpit.services.corrections import corrections_at
from cockpit.services.prognosis import Progress, silent
from cockpit.services.scenario.baseline import known_for
from cockpit.services.versions import versions
from cockpit.services.workspace import Workspace

if TYPE_CHECKING:
    from models.scenario import ScenarioBase, ScenarioEngine


def compare(
    workspace: Workspace,
    scenario: Scenario,
    as_of: pd.Period | None = None,
    *,
    progress: Progress = silent,
) -> ScenarioResult:
    """Return a scenario's effect at a month (by default the newest).

    The first call on new data simulates the baseline; from then on a change of a lever takes a fraction of a second.

    Raises:
        UserFault: the store is empty or has nothing at that month, or a lever needs what the data does not have.
    """
    known = known_for(workspace, scenario, as_of, progress=progress)
    corrections = corrections_at(workspace, known.engine.base.as_of)
    return result_of(known.engine, scenario, workspace.reference, data_id=known.data_id, corrections=corrections)


def result_of(
    engine: "ScenarioEngine",
    scenario: Scenario,
    reference: Reference,
    *,
    data_id: str,
    corrections: tuple[Correction, ...] = (),
) -> ScenarioResult:
    """Return a scenario's effect on a baseline that is ready; see `compare`.

    Raises:
        UserFault: a lever needs what the data does not have.
    """
    base = engine.base
    check_data(scenario, base.priced_types, reference)
    return build_result(
        scenario,
        _baseline(base, corrections),
        engine.effect(scenario),
        [LeverEffect(lever, _own_parts(engine, scenario, lever)) for lever in scenario.levers],
        engine.averted_net_price(scenario),
        reference,
        Papers(data_id, base.seed, base.n_paths, versions()),
    )


def sensitivity(workspace: Workspace, scenario: Scenario, as_of: pd.Period | None = None) -> pd.DataFrame:
    """Net over all years with each assumption at its low and its high, the others as they are; SENSITIVITY_COLUMNS.

    The assumption that matters most stands first; levers without a range are left out.
    """
    engine = known_for(workspace, scenario, as_of).engine
    net = _net(engine, scenario)
    lines = []
    for number, lever in enumerate(scenario.levers, start=1):
        low, high = lever.range
        if low == high:
            continue
        ends = [_net(engine, scenario.only(_with(scenario, number - 1, lever.at(end)))) for end in (low, high)]
        label = lever_label(lever, workspace.reference)
        lines.append((number, label, low, lever.value, high, ends[0], net, ends[1]))
    table = pd.DataFrame(lines, columns=list(SENSITIVITY_COLUMNS))
    return table.loc[(table["net_high"] - table["net_low"]).abs().sort_values(ascending=False, kind="stable").index]


def _net(engine: "ScenarioEngine", scenario: Scenario) -> float:
    return float(engine.effect(scenario).net.mean(axis=0).sum())


def _with(scenario: Scenario, at: int, lever: Lever) -> list[Lever]:
    return [lever if number == at else one for number, one in enumerate(scenario.levers)]


def _own_parts(engine: "ScenarioEngine", scenario: Scenario, lever: Lever) -> dict[str, np.ndarray]:
    own, without = engine.own_effect(scenario, lever)
    parts = own.parts()
    return parts if without is None else {name: parts[name] - without.parts()[name] for name in PARTS}


def _baseline(base: "ScenarioBase", corrections: tuple[Correction, ...]) -> Baseline:
    known = corrections_by_year(corrections, base.as_of, base.years, base.n_paths, base.seed)
    return Baseline(
        as_of=base.as_of,
        months=base.months,
        types=base.types,
        kroner=base.kroner.baseline + known,
        person_years=base.person_years,
        to_years=days_in_months(base.months) / days_in_year(base.months),
        per_krone=base.kroner.per_krone,
        booked=base.kroner.booked,
        refund_booked=base.kroner.refund_booked,
    )
