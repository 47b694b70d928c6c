-- Loads and what they covered. Rows are kept once per content: a scope (a booking period, a budget year and type, a
-- population year, the whole snapshot of interventions) points at a chunk, and equal scopes of later loads point at
-- the same chunk. No primary keys or indexes: the file is written once, verified and only read.

CREATE TABLE identity (token VARCHAR NOT NULL);
INSERT INTO identity VALUES ('');

CREATE TABLE load (
    load_no INTEGER NOT NULL,
    as_of DATE NOT NULL,                -- first day of the as-of month
    loaded_at TIMESTAMP NOT NULL,       -- UTC
    loaded_by VARCHAR NOT NULL,
    command VARCHAR NOT NULL
);

CREATE TABLE batch (
    batch INTEGER NOT NULL,
    load_no INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    file_name VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    profile VARCHAR,
    rows_read BIGINT NOT NULL,
    rows_stored BIGINT NOT NULL,
    rows_rejected BIGINT NOT NULL
);

CREATE TABLE chunk (
    chunk INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    content VARCHAR NOT NULL,           -- SHA-256 of the rows, whatever their order
    row_count BIGINT NOT NULL,
    control BIGINT NOT NULL             -- sum of the kind's measure in its smallest unit (oere)
);

CREATE TABLE scope (
    load_no INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    year INTEGER NOT NULL,              -- 0 for interventions
    part VARCHAR NOT NULL,              -- period, budget type, or empty
    chunk INTEGER NOT NULL
);

-- `batch` and `line` say in which file and on which physical line a row was first seen.

CREATE TABLE interventions (
    chunk INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    line BIGINT NOT NULL,
    spell_id VARCHAR,
    citizen VARCHAR,
    birth_month DATE,
    type_key VARCHAR,
    law VARCHAR,
    provider VARCHAR,
    district VARCHAR,
    start DATE,
    stop DATE,
    expected_stop DATE,
    status VARCHAR,
    rate DECIMAL(18, 4),
    unit VARCHAR,
    quantity DECIMAL(18, 4),
    account VARCHAR,
    function VARCHAR,
    registered DATE
);

CREATE TABLE postings (
    chunk INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    line BIGINT NOT NULL,
    year INTEGER,
    period INTEGER,
    booked DATE,
    account VARCHAR,
    function VARCHAR,
    dranst INTEGER,
    type_key VARCHAR,
    service_month DATE,
    provider VARCHAR,
    spell_id VARCHAR,
    voucher VARCHAR,
    text VARCHAR,
    amount DECIMAL(18, 2)
);

CREATE TABLE budget (
    chunk INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    line BIGINT NOT NULL,
    year INTEGER,
    account VARCHAR,
    function VARCHAR,
    budget_type VARCHAR,
    amount DECIMAL(18, 2),
    type_key VARCHAR,
    person_years DECIMAL(18, 4),
    unit_price DECIMAL(18, 4),
    month DECIMAL(18, 4),
    adopted DATE,
    text VARCHAR
);

CREATE TABLE population (
    chunk INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    line BIGINT NOT NULL,
    year INTEGER,
    age INTEGER,
    count DECIMAL(18, 4)
);
