-- What a closed month's forecast was made from besides the loads: known cases, events and assumptions; absent in months
-- closed before it was told.

ALTER TABLE closed_month ADD COLUMN input_id VARCHAR;
