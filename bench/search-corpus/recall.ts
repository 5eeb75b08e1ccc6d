import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { wordsOf } from "../../core/search/words.ts";
import { SearchApi } from "../../client/search.ts";
import type { LedgeAccount } from "../support/ledge-account.ts";
import type { IndexedText, IndexFile } from "./index-file.ts";

/** Between pages: an account may search 1,200 times a minute. */
const PAUSE_MS = 50;

/** What a search for a word as a whole one found, all pages. */
export interface FoundFiles {
  /** Paths of files, with their nodes. */
  readonly files: ReadonlyMap<string, { readonly node: string; readonly byName: boolean }>;
  readonly pages: number;
}

/** Pages through all that a query finds. `folder` is where the corpus is, without a slash at its end. */
export async function findAll({ api }: LedgeAccount, q: string, folder: string): Promise<FoundFiles> {
  const search = new SearchApi(api.http);
  const files = new Map<string, { node: string; byName: boolean }>();
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = await search.search(q, { limit: 100, cursor });
    for (const { node, path, matched } of page.hits) {
      if (node.type !== "file" || !path.startsWith(`${folder}/`)) continue;
      files.set(path.slice(folder.length), { node: node.id, byName: matched === "name" });
    }
    cursor = page.next ?? undefined;
    pages++;
    await sleep(PAUSE_MS);
  } while (cursor !== undefined);
  return { files, pages };
}

const OTHER_NAME = /\.(x?html?|svg|eml|rtf)$/i;
const OTHER_START =
  /^\ufeff?\s*(<\?xml[^>]*>\s*)?<(!doctype html|html|svg)|^(\{\\rtf|PK\x03|%PDF|GIF8|\x89PNG|\xff\xd8)/i;
const MAIL_START = /^(return-path|received|message-id|delivered-to|mime-version):/i;

/** Whether all of a file's bytes are its text, which is what ripgrep searches: no markup, mail, archive or picture. */
export function isPlain(root: string, path: string): boolean {
  if (OTHER_NAME.test(path)) return false;
  const start = readFileSync(join(root, path)).subarray(0, 4_096);
  const text = start.toString("latin1").replace(/^\xef\xbb\xbf/, "");
  return !start.includes(0) && !OTHER_START.test(text) && !MAIL_START.test(text);
}

/** A file that has a word and was not found by it. */
export interface Miss {
  readonly word: string;
  readonly path: string;
}

export interface Explained extends Miss {
  /**
   * `cut`: the file is longer than the text that is kept of it. `unread`: it was not read, `detail` says why. `other word`:
   * what was read does not have it as a word. `lost`: it has it, and was not found all the same.
   */
  readonly reason: "cut" | "unread" | "other word" | "lost";
  readonly detail: string;
}

/** Why files were missed, by what the index has of them. */
export async function explain(
  account: LedgeAccount,
  folder: string,
  index: IndexFile,
  space: string,
  misses: readonly Miss[],
): Promise<Explained[]> {
  const byPath = Map.groupBy(misses, ({ path }) => path);
  const byNode = new Map<string, Miss[]>();
  for (const [path, some] of byPath) byNode.set((await account.api.nodeAt(folder + path)).node.id, some);
  const explained: Explained[] = [];
  for (const entry of index.texts(space)) {
    const some = byNode.get(entry.node);
    if (!some) continue;
    const words = new Set([...wordsOf(entry.text ?? "")].map(({ folded }) => folded));
    for (const miss of some) explained.push({ ...miss, ...reasonOf(entry, words.has(miss.word)) });
    byNode.delete(entry.node);
  }
  const without = [...byNode.values()].flat();
  return [...explained, ...without.map((miss) => ({ ...miss, reason: "lost" as const, detail: "no entry" }))];
}

function reasonOf({ text, parked }: IndexedText, hasWord: boolean): Pick<Explained, "reason" | "detail"> {
  if (hasWord) return { reason: "lost", detail: `of ${text?.length ?? 0} characters, ${parked ?? "all read"}` };
  if (parked?.startsWith("over_")) return { reason: "cut", detail: parked };
  if (text === null) return { reason: "unread", detail: parked ?? "no text" };
  return { reason: "other word", detail: parked ?? "all read" };
}

/**
 * Whether a file's bytes have a word beside other characters than Latin letters, digits and accents: `_` ends words to us, and
 * so does a Korean particle. The Turkish `ı` is an `i`.
 */
export function hasWord(root: string, path: string, word: string): boolean {
  const text = readFileSync(join(root, path))
    .toString("utf8")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/ı/g, "i");
  return new RegExp(`(?<![\\p{sc=Latin}\\p{N}])${word}(?![\\p{sc=Latin}\\p{N}])`, "iu").test(text);
}
