-- Closed months: each a frozen prognosis, bit for bit (DOUBLE, not DECIMAL), with its papers. `position` keeps the
-- order of the rows.

CREATE TABLE closed_month (
    month DATE NOT NULL,
    closed_at TIMESTAMP NOT NULL,
    closed_by VARCHAR NOT NULL,
    comment VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    data_id VARCHAR NOT NULL,
    seed BIGINT NOT NULL,
    n_paths INTEGER NOT NULL,
    versions VARCHAR NOT NULL,          -- JSON object
    notes VARCHAR NOT NULL              -- JSON list
);

CREATE TABLE closed_rows (
    closed DATE NOT NULL,
    position INTEGER NOT NULL,
    level VARCHAR,
    key VARCHAR,
    label VARCHAR,
    budget_original DOUBLE,
    budget_revised DOUBLE,
    actual_ytd DOUBLE,
    committed DOUBLE,
    expected_inflow DOUBLE,
    expected_changes DOUBLE,
    corrections DOUBLE,
    mean DOUBLE,
    p2_5 DOUBLE,
    p10 DOUBLE,
    p25 DOUBLE,
    p50 DOUBLE,
    p75 DOUBLE,
    p90 DOUBLE,
    p97_5 DOUBLE,
    deviation DOUBLE,
    overrun_probability DOUBLE,
    person_years DOUBLE,
    unit_price DOUBLE
);

CREATE TABLE closed_months (
    closed DATE NOT NULL,
    position INTEGER NOT NULL,
    level VARCHAR,
    key VARCHAR,
    month VARCHAR,
    kind VARCHAR,
    budget DOUBLE,
    mean DOUBLE,
    p10 DOUBLE,
    p90 DOUBLE
);

CREATE TABLE closed_fan (
    closed DATE NOT NULL,
    position INTEGER NOT NULL,
    month VARCHAR,
    kind VARCHAR,
    budget DOUBLE,
    mean DOUBLE,
    p2_5 DOUBLE,
    p10 DOUBLE,
    p25 DOUBLE,
    p50 DOUBLE,
    p75 DOUBLE,
    p90 DOUBLE,
    p97_5 DOUBLE
);

CREATE TABLE closed_outline_years (
    closed DATE NOT NULL,
    position INTEGER NOT NULL,
    level VARCHAR,
    key VARCHAR,
    year BIGINT,
    mean DOUBLE,
    p10 DOUBLE,
    p90 DOUBLE
);

CREATE TABLE closed_bridge (
    closed DATE NOT NULL,
    position INTEGER NOT NULL,
    name VARCHAR,
    from_key VARCHAR,
    to_key VARCHAR,
    part VARCHAR,
    amount DOUBLE
);
