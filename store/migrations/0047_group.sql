-- A group where words run high can ask for a pause between two messages.
ALTER TABLE group_groups ADD COLUMN pause INTEGER NOT NULL DEFAULT 0 CHECK (pause BETWEEN 0 AND 1440); -- minutes between two of one person; 0: none
