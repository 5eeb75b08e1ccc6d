import { LIMITS } from "../../protocol/limits.ts";
import { LOST } from "./chunk-rows.ts";
import { NODE_COLUMNS } from "./tree-reads.ts";

/** Folders that one read looks at to tell how deep it goes below others: a few seconds of the 30 that D1 gives a query. */
export const FOLDERS_BELOW = 1_000_000;

/** A space's head; `reaping` where purged folders still have something below them, or purged files versions. */
export const HEAD = `
  SELECT s.seq, s.epoch, s.root_id, EXISTS (
    SELECT 1 FROM nodes n INDEXED BY nodes_reap WHERE n.space_id = ?1 AND n.state = 'purged' AND n.trashed_at IS NOT NULL
  ) AS reaping
  FROM spaces s WHERE s.id = ?1 AND s.owner_id = ?2`;

/** Folders that have members (M1): a row each, and none where there are none. */
export const SHARED = `SELECT folder_id FROM shared_folders WHERE space_id = ?1 ORDER BY folder_id`;

export const ROOT = `SELECT ${NODE_COLUMNS} FROM spaces s CROSS JOIN nodes n ON n.space_id = s.id AND n.id = s.root_id WHERE s.id = ?1`;

// In all that follows CROSS JOIN fixes the order: from the set that was asked for, outward by index.

export const OPERATIONS = `
  SELECT o.id, o.digest, o.result FROM json_each(?2) j CROSS JOIN operations o ON o.space_id = ?1 AND o.id = j.value`;

/** Nodes with all of their ancestors, each once. */
export const CHAINS = `
  WITH RECURSIVE chain(id) AS (
    SELECT value FROM json_each(?2)
    UNION
    SELECT p.parent_id FROM chain CROSS JOIN nodes p ON p.space_id = ?1 AND p.id = chain.id WHERE p.parent_id IS NOT NULL
  )
  SELECT ${NODE_COLUMNS} FROM chain CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = chain.id`;

/** Nodes that stand for folders of others (M5), with all of their ancestors, each once. */
export const MOUNTS = `
  WITH RECURSIVE chain(id) AS (
    SELECT m.id FROM nodes m INDEXED BY nodes_mounts WHERE m.space_id = ?1 AND m.mount IS NOT NULL
    UNION
    SELECT p.parent_id FROM chain CROSS JOIN nodes p ON p.space_id = ?1 AND p.id = chain.id WHERE p.parent_id IS NOT NULL
  )
  SELECT ${NODE_COLUMNS} FROM chain CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = chain.id`;

/** The last nodes to change after a seq, with all of their ancestors, each once. */
export const RECENT = `
  WITH RECURSIVE recent(id) AS MATERIALIZED (
    SELECT n.id FROM nodes n INDEXED BY nodes_seq WHERE n.space_id = ?1 AND n.seq > ?2 ORDER BY n.seq DESC LIMIT ?3
  ),
  chain(id) AS (
    SELECT id FROM recent
    UNION
    SELECT p.parent_id FROM chain CROSS JOIN nodes p ON p.space_id = ?1 AND p.id = chain.id WHERE p.parent_id IS NOT NULL
  )
  SELECT ${NODE_COLUMNS} FROM chain CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = chain.id`;

export const NAMES = `
  SELECT ${NODE_COLUMNS} FROM json_each(?2) j CROSS JOIN nodes n
  ON n.space_id = ?1 AND n.parent_id = j.value ->> 0 AND n.name_key = j.value ->> 1 AND n.state = 'live'`;

export const NAMES_BY_NODE = `
  SELECT coalesce(j.value ->> 1, m.parent_id) AS slot_parent, coalesce(j.value ->> 2, m.name_key) AS slot_key, ${NODE_COLUMNS}
  FROM json_each(?2) j
  CROSS JOIN nodes m ON m.space_id = ?1 AND m.id = j.value ->> 0 AND m.state <> 'purged'
  LEFT JOIN nodes n ON n.space_id = ?1 AND n.parent_id = coalesce(j.value ->> 1, m.parent_id)
    AND n.name_key = coalesce(j.value ->> 2, m.name_key) AND n.state = 'live'`;

export const VERSIONS = `
  SELECT v.node_id, v.version, v.content_id, v.size, v.mtime, v.executable FROM json_each(?2) j CROSS JOIN versions v
  ON v.space_id = ?1 AND v.node_id = j.value ->> 0 AND v.version = j.value ->> 1`;

export const CHUNKS = `
  SELECT j.value AS id, c.size FROM json_each(?2) j
  CROSS JOIN chunks c ON c.owner_id = ?1 AND c.id = unhex(j.value) AND c.pack_id <> '${LOST}'`;

/**
 * How many folders deep it goes below each, as far as the next one that is asked for too (`sub`), so that no folder is
 * walked twice however the set is nested.
 */
export const HEIGHTS = `
  WITH RECURSIVE below(top, id, depth) AS (
    SELECT value, value, 0 FROM json_each(?2)
    UNION ALL
    SELECT below.top, n.id, below.depth + 1 FROM below CROSS JOIN nodes n INDEXED BY nodes_folders
    ON n.space_id = ?1 AND n.parent_id = below.id AND n.state = 'live' AND n.type = 'folder'
    WHERE below.depth < ${LIMITS.depth} AND (below.depth = 0 OR below.id NOT IN (SELECT value FROM json_each(?2)))
    LIMIT ${FOLDERS_BELOW}
  )
  SELECT top, CASE WHEN depth > 0 AND id IN (SELECT value FROM json_each(?2)) THEN id END AS sub,
    max(depth) AS depth, count(*) AS folders
  FROM below GROUP BY 1, 2`;

/** All live nodes below a folder, breadth first, up to a limit. */
export const SUBTREE = `
  WITH RECURSIVE below(id, type) AS (
    SELECT ?2, 'folder'
    UNION ALL
    SELECT n.id, n.type FROM below CROSS JOIN nodes n INDEXED BY nodes_name
    ON n.space_id = ?1 AND n.parent_id = below.id AND n.state = 'live' WHERE below.type = 'folder'
    LIMIT ?3 + 1
  )
  SELECT ${NODE_COLUMNS} FROM below CROSS JOIN nodes n ON n.space_id = ?1 AND n.id = below.id WHERE below.id <> ?2`;
