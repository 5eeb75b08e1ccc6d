import { contentId, type ChunkRef } from "../../protocol/content.ts";
import type { NewContent, TreeDraft } from "./draft.ts";
import { fail, type Failure } from "./failure.ts";

/** Chunk ids that one failure names at most. */
const MOST_MISSING = 1_000;

/** Contents of chunk lists already hashed: a plan that is made again need not hash them again. */
const hashed = new WeakMap<readonly ChunkRef[], NewContent>();

/** The content of a chunk list; its id and size are computed here and never taken from a client. */
export function contentOf(chunks: readonly ChunkRef[]): NewContent {
  let content = hashed.get(chunks);
  if (!content) {
    content = { id: contentId(chunks), size: chunks.reduce((sum, chunk) => sum + chunk.size, 0), chunks };
    hashed.set(chunks, content);
  }
  return content;
}

/** The content of a chunk list that the owner holds, and the author may name, every chunk of, each of the announced size (T10). */
export function heldContent(draft: TreeDraft, chunks: readonly ChunkRef[]): NewContent | Failure {
  const missing = new Set<string>();
  for (const chunk of chunks) {
    const size = draft.unsent.has(chunk.id) ? null : draft.chunkSize(chunk.id);
    if (size === null) missing.add(chunk.id);
    else if (size !== chunk.size) {
      return fail("chunk_size_mismatch", `chunk ${chunk.id} has ${size} bytes, not ${chunk.size}`);
    }
  }
  if (missing.size === 0) return contentOf(chunks);
  const named = [...missing].slice(0, Math.min(MOST_MISSING, draft.missingBudget));
  draft.missingBudget -= named.length;
  return fail("chunks_missing", `${missing.size} chunks are not held: upload them, then commit again`, {
    missing: named,
  });
}
