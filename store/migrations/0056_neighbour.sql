-- 0056_neighbour: what is held of an origin is leased (PROTOCOL.md §8).

-- How long this box had run, in seconds and over all its starts, when a newer
-- head of the origin last came; what became of the lease since.
ALTER TABLE neighbour_logs ADD COLUMN leased_ran INTEGER NOT NULL DEFAULT 0;
ALTER TABLE neighbour_logs ADD COLUMN lease TEXT NOT NULL DEFAULT '' CHECK (lease IN ('', 'stale', 'lapsed')); -- lapsed: the head is kept, nothing else

-- Its cards are shown as not confirmed any more.
ALTER TABLE listing_origins ADD COLUMN stale INTEGER NOT NULL DEFAULT 0 CHECK (stale IN (0, 1));
