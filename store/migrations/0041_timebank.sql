-- An organisation's account goes below 0 once an operator has said so: whoever
-- adds organisations to the directory makes no hours that way. Accounts opened
-- before keep what they had.
ALTER TABLE timebank_accounts ADD COLUMN debt INTEGER NOT NULL DEFAULT 1 CHECK (debt IN (0, 1)); -- may go below 0
