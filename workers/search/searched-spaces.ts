import { passesOwners } from "../../core/search/filters.ts";
import type { Query } from "../../core/search/query.ts";
import type { Caller, Home } from "../api/context.ts";
import { listSpaces } from "../storage/directory-members.ts";
import { readIndexedSpaces } from "./indexed-spaces.ts";

/** What of a space somebody may search. */
export interface SearchedSpace {
  /** Of the rows: an owner's home space. */
  readonly spaceId: string;
  readonly shard: string;
  /** In the index. */
  readonly number: number;
  /** Shared folders in it; null where all of it is the asker's own. */
  readonly folders: readonly SearchedFolder[] | null;
}

/** A shared folder of another's. */
export interface SearchedFolder {
  readonly id: string;
  readonly name: string;
  /** Name of whose it is. */
  readonly owner: string;
}

/**
 * The asker's home and the shared folders that they have at this moment (F1), as far as `owner:` lets them pass and they
 * were ever indexed; the home first, the others always in the same order. A folder that changes hands is left out while it does.
 */
export async function listSearched(
  databases: { readonly directory: D1Database; readonly search: D1Database },
  query: Query,
  home: Home,
  caller: Caller,
): Promise<SearchedSpace[]> {
  const rows = await listSpaces(databases.directory, caller.userId);
  const found: Omit<SearchedSpace, "number">[] = [];
  if (passesOwners(query, { name: caller.name, email: caller.email, isAsker: true })) {
    found.push({ spaceId: home.spaceId, shard: home.shard.name, folders: null });
  }
  const others = rows.filter(
    ({ role, is_moving, owner_name: name, owner_email: email }) =>
      role !== "owner" && is_moving === 0 && passesOwners(query, { name, email, isAsker: false }),
  );
  const bySpace = [...Map.groupBy(others, ({ space_id }) => space_id)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [spaceId, folders] of bySpace) {
    const [first] = folders;
    if (!first || spaceId === home.spaceId) continue;
    found.push({
      spaceId,
      shard: first.shard,
      folders: folders.map(({ folder_id: id, name, owner_name: owner }) => ({ id, name, owner })),
    });
  }
  const indexed = await readIndexedSpaces(
    databases.search,
    found.map(({ spaceId }) => spaceId),
  );
  return found.flatMap((space) => {
    const number = indexed.get(space.spaceId)?.number;
    return number === undefined ? [] : [{ ...space, number }];
  });
}
