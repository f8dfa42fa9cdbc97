-- 0060_account: the public half of the backups' key, and that the box was restored.

-- X25519, of the recovery sheet; NULL on a box set up before this, until
-- somebody types the words.
ALTER TABLE account_boxes ADD COLUMN backup_key BLOB CHECK (length(backup_key) = 32);

-- When the box was last restored, and when the backup was made.
ALTER TABLE account_boxes ADD COLUMN restored_at INTEGER;
ALTER TABLE account_boxes ADD COLUMN restored_from INTEGER;
