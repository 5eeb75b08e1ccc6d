-- Purged folders whose descendants are still to be purged: their tombstones keep trashed_at until then.
CREATE INDEX nodes_reap ON nodes (space_id) WHERE state = 'purged' AND trashed_at IS NOT NULL;
