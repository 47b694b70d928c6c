-- What each row of a closed month was forecast by, and what choosing that moved it by; absent in months closed before it
-- was told.

ALTER TABLE closed_rows ADD COLUMN method_choice DOUBLE;

CREATE TABLE closed_row_methods (
    closed DATE NOT NULL,
    position INTEGER NOT NULL,
    level VARCHAR,
    key VARCHAR,
    stretch VARCHAR,
    method VARCHAR
);
