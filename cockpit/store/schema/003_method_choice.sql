-- What the choice of a forecasting method moves each row by; absent in months closed before it was told apart.

ALTER TABLE closed_rows ADD COLUMN method_choice DOUBLE;
