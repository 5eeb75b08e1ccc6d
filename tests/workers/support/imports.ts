import type { AnyOperation } from "../../../core/commit/any-operation.ts";
import type { ImportedVersion, ImportOperation } from "../../../core/commit/import.ts";
import { newId } from "../../../protocol/new-id.ts";
import type { CommitResponse } from "../../../protocol/tree.ts";
import { commitGroup } from "../../../workers/sync-do/commit-group.ts";
import type { CommitInput } from "../../../workers/sync-do/commit-queue.ts";
import { chunk, META_0, type TestSpace } from "./commit-space.ts";

export function importedFolder(
  id: string,
  parent: string | null,
  more: Partial<ImportOperation> = {},
): ImportOperation {
  const node = { id, parent, name: id, of: "folder", mtime: 3, createdAt: 4, trashedAt: null } as const;
  return { type: "import", ...node, versions: [], after: 0, ...more };
}

export function importedFile(id: string, parent: string | null, more: Partial<ImportOperation> = {}): ImportOperation {
  return importedFolder(id, parent, { of: "file", versions: [importedVersion(1)], ...more });
}

/** Of the chunk of that number. */
export function importedVersion(number: number): ImportedVersion {
  const by = { createdAt: 1_000 + number, author: `author-${number}` };
  return { chunks: [chunk(number)], mtime: 100 + number, executable: number % 2 === 0, ...by };
}

export function appearance(node: string, parent: string, name = node): AnyOperation {
  return { type: "appear", node, parent, name, onConflict: "fail" };
}

/** A commit that only the server itself makes. */
export function internalInput(space: TestSpace, operations: readonly AnyOperation[]): CommitInput {
  const operationId = newId();
  return {
    shard: "META_0",
    ...space,
    scope: null,
    authorId: "runner",
    origin: null,
    digest: operationId,
    request: { operationId, operations, closeUpload: false },
  };
}

export async function commitInternally(space: TestSpace, operations: readonly AnyOperation[]): Promise<CommitResponse> {
  const { outcomes } = await commitGroup(META_0, [internalInput(space, operations)], Date.now());
  const [outcome] = outcomes;
  if (!outcome?.ok) throw new Error(outcome?.code ?? "no outcome");
  return outcome.response;
}
