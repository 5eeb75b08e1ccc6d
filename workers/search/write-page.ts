import { termsOf } from "../../core/search/terms.ts";
import type { Node } from "../../protocol/tree.ts";
import { guardStatement, type IndexedSpace } from "./indexed-spaces.ts";
import { keepTextStatements, slicesOf, type ReadText } from "./kept-texts.ts";

/** Bytes of one JSON parameter: D1 takes 2 MB, and the longest row has 1.4. */
const PARAMETER_BYTES = 1_000_000;

/** An entry as it is in the index. */
export interface IndexedEntry {
  readonly nodeId: string;
  readonly generation: number;
  readonly type: Node["type"];
  readonly name: string;
  readonly contentId: string | null;
  readonly size: number;
  readonly mtime: number;
}

/** A node's entry that is to be, with the text that it is found by. */
export interface EntryToWrite {
  readonly node: Node;
  readonly text: string | null;
}

/** Changes of a space, in the order of its seqs, as the index takes them. */
export interface IndexPage {
  /** How far the space is after it. */
  readonly seq: number;
  /** Nodes whose entries are taken out, or made anew. */
  readonly gone: readonly string[];
  readonly entries: readonly EntryToWrite[];
  readonly texts: readonly ReadText[];
  /** Contents that the entries of `gone` had: no longer kept where no other entry has them. */
  readonly formerContents: readonly string[];
}

/** The entries of some nodes of a space, by node. */
export async function readEntries(
  search: D1Database,
  space: number,
  nodes: readonly string[],
): Promise<ReadonlyMap<string, IndexedEntry>> {
  const { results } = await search
    .prepare(
      `SELECT e.node_id AS nodeId, e.generation, e.type, e.name, e.content_id AS contentId, e.size, e.mtime
       FROM json_each(?2) j CROSS JOIN entries e ON e.space = ?1 AND e.node_id = j.value`,
    )
    .bind(space, JSON.stringify(nodes))
    .all<IndexedEntry>();
  return new Map(results.map((entry) => [entry.nodeId, entry]));
}

/**
 * Writes a page of changes and the watermark, in one batch.
 *
 * @returns the space as it is then.
 * @throws where another writer was first (`isOvertaken`); then nothing was written.
 */
export async function writePage(
  search: D1Database,
  before: IndexedSpace,
  page: IndexPage,
  now: number,
): Promise<IndexedSpace> {
  const statements = [
    guardStatement(search, before, page.seq, now),
    ...keepTextStatements(search, before, page.texts, now),
    ...removeStatements(search, before.number, page.gone),
    ...insertStatements(search, before, page.entries),
  ];
  if (page.formerContents.length > 0) {
    statements.push(search.prepare(FORGET).bind(before.number, JSON.stringify(page.formerContents)));
  }
  await search.batch(statements);
  return { ...before, seq: page.seq };
}

const FORGET = `
  DELETE FROM texts WHERE rowid IN (
    SELECT t.rowid FROM json_each(?2) j CROSS JOIN texts t ON t.space = ?1 AND t.content_id = j.value
    WHERE NOT EXISTS (SELECT 1 FROM entries e INDEXED BY entries_content WHERE e.space = ?1 AND e.content_id = j.value))`;

/** Takes entries and their terms out. */
export function removeStatements(search: D1Database, space: number, nodes: readonly string[]): D1PreparedStatement[] {
  if (nodes.length === 0) return [];
  const ids = JSON.stringify(nodes);
  const found = "SELECT e.id FROM json_each(?2) j CROSS JOIN entries e ON e.space = ?1 AND e.node_id = j.value";
  return [
    search.prepare(`DELETE FROM terms WHERE rowid IN (${found})`).bind(space, ids),
    search.prepare(`DELETE FROM entries WHERE id IN (${found})`).bind(space, ids),
  ];
}

function insertStatements(
  search: D1Database,
  { number, generation }: IndexedSpace,
  entries: readonly EntryToWrite[],
): D1PreparedStatement[] {
  const rows = entries.map(({ node }) =>
    JSON.stringify([node.id, node.type, node.name, node.content, node.size, node.mtime]),
  );
  const terms = entries.map(({ node, text }) => {
    const { name, inside, text: words, compounds, facets } = termsOf(number, { ...node, text });
    return JSON.stringify([node.id, name, inside, words, compounds, facets]);
  });
  return [
    ...slicesOf(rows, PARAMETER_BYTES).map((slice) =>
      search.prepare(INSERT_ENTRIES).bind(number, generation, `[${slice.join(",")}]`),
    ),
    ...slicesOf(terms, PARAMETER_BYTES).map((slice) =>
      search.prepare(INSERT_TERMS).bind(number, `[${slice.join(",")}]`),
    ),
  ];
}

const INSERT_ENTRIES = `
  INSERT INTO entries (space, generation, node_id, type, name, content_id, size, mtime)
  SELECT ?1, ?2, j.value ->> 0, j.value ->> 1, j.value ->> 2, j.value ->> 3, j.value ->> 4, j.value ->> 5
  FROM json_each(?3) j ORDER BY j.key`;

const INSERT_TERMS = `
  INSERT INTO terms (rowid, name, inside, text, compounds, facets)
  SELECT e.id, j.value ->> 1, j.value ->> 2, j.value ->> 3, j.value ->> 4, j.value ->> 5
  FROM json_each(?2) j CROSS JOIN entries e ON e.space = ?1 AND e.node_id = j.value ->> 0 ORDER BY j.key`;
