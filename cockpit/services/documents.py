"""The JSON documents of the command line: stable shapes that other programs rely on."""

from dataclasses import asdict
from typing import Any

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.findings import Finding
from cockpit.domain.hit_rate import POINTS, RIVALS, HitRate, by_months_to_go
from cockpit.domain.prognosis import LEVELS, Prognosis
from cockpit.domain.scenario_result import PARTS, ScenarioResult
from cockpit.domain.scenario_result import POINTS as SCENARIO_POINTS
from cockpit.intake import FileReport
from cockpit.intake.reading import MUNICIPALITY
from cockpit.services.load_month import LoadReport

FORECAST_POINTS = ("mean", "p2_5", "p10", "p50", "p90", "p97_5")
ROW_FIELDS_BEFORE = (
    "level", "key", "label", "budget_original", "budget_revised", "actual_ytd", "committed", "expected_inflow",
    "expected_changes", "corrections",
)  # fmt: skip
BASIS_FIELDS = ("year", "index", "price_level", "children")
ROW_FIELDS_AFTER = ("deviation", "overrun_probability", "person_years", "unit_price")


def load_document(report: LoadReport) -> dict:
    """The document of `import --json`: its files are the extracts, and the municipality's where it is at fault."""
    return {
        "as_of": None if report.as_of is None else str(report.as_of),
        "files": [_file(one, report) for one in report.files if one.kind != MUNICIPALITY or one.findings],
        "stored": report.stored,
    }


def _file(one: FileReport, report: LoadReport) -> dict:
    return {
        "path": one.path,
        "kind": one.kind,
        "rows_read": one.rows_read,
        "rows_stored": one.rows_stored if report.intake.ok else 0,
        "rows_rejected": one.rows_rejected,
        "findings": [_finding(finding) for finding in (*one.findings, *report.findings_of(one))],
    }


def _finding(finding: Finding) -> dict:
    fields = asdict(finding)
    return {name: fields[name] for name in ("severity", "row", "column", "value", "message")}


def prognosis_document(prognosis: Prognosis, level: str | None = None) -> dict:
    """The document of `forecast --json`: all levels, or the total and one level."""
    levels = LEVELS if level is None else ("total", level)
    chosen = {
        name: frame[frame["level"].isin(levels)]
        for name, frame in {
            "rows": prognosis.rows,
            "months": prognosis.months,
            "outline_years": prognosis.outline_years,
            "years": prognosis.years,
        }.items()
    }
    return {
        "as_of": str(prognosis.as_of),
        "year": prognosis.year,
        "data_id": prognosis.data_id,
        "seed": prognosis.seed,
        "rows": [_row(record) for record in _records(chosen["rows"])],
        "months": _records(chosen["months"]),
        "outline_years": _records(chosen["outline_years"]),
        "bridge": _records(prognosis.bridge),
        "years": _records(chosen["years"]),
        "basis": _records(prognosis.basis[list(BASIS_FIELDS)]),
        "movements": [_movement(record) for record in _records(prognosis.movements)],
        "drivers": _records(prognosis.drivers),
    }


def _movement(record: dict[str, Any]) -> dict:
    """Counts are whole; in a frame with absent ones they are not."""
    return {**record, "count": None if record["count"] is None else int(record["count"])}


def _row(record: dict[str, Any]) -> dict:
    before = {name: record[name] for name in ROW_FIELDS_BEFORE}
    after = {name: record[name] for name in ROW_FIELDS_AFTER}
    return {**before, "forecast": {name: record[name] for name in FORECAST_POINTS}, **after}


def hit_rate_document(found: HitRate) -> dict:
    """The document of `backtest --json`."""
    return {
        "as_of": str(found.as_of),
        "years": found.years,
        "n_paths": found.n_paths,
        "seed": found.seed,
        "summary": [_summary(record) for record in _records(by_months_to_go(found.total))],
        "origins": [_origin(record) for record in _records(found.origins)],
    }


def _summary(record: dict[str, Any]) -> dict:
    own = {name: value for name, value in record.items() if name not in RIVALS}
    return {**own, "rivals": {name: record[name] for name in RIVALS}}


def _origin(record: dict[str, Any]) -> dict:
    own = {name: value for name, value in record.items() if name not in (*RIVALS, *POINTS)}
    forecast, rivals = ({name: record[name] for name in names} for names in (POINTS, RIVALS))
    return {**own, "forecast": forecast, "rivals": rivals}


def scenario_document(found: ScenarioResult) -> dict:
    """The document of `scenario --json`."""
    return {
        "name": found.scenario.name,
        "as_of": str(found.as_of),
        "years": [_scenario_year(record) for record in _records(found.years)],
        "volumes": [
            {name: record[name] for name in ("type", "year", "baseline_person_years", "scenario_person_years")}
            for record in _records(found.volumes)
        ],
        "break_even_month": None if found.break_even_month is None else str(found.break_even_month),
        "break_even_success_rate": found.break_even_success_rate,
        "warnings": list(found.warnings),
    }


def _scenario_year(record: dict[str, Any]) -> dict:
    groups = {
        group: {point: record[f"{group}_{point}"] for point in SCENARIO_POINTS}
        for group in ("baseline", "scenario", "difference")
    }
    return {"year": record["year"], **groups, **{name: record[name] for name in PARTS}}


def _records(frame: pd.DataFrame) -> list[dict]:
    return [{str(name): _plain(value) for name, value in record.items()} for record in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    """Absent values are null: NaN is not JSON."""
    return None if fmt.is_absent(value) else value
