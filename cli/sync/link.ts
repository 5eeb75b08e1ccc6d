import { keepRecordedLink, recordedLink } from "../../client/ports/replica-link.ts";
import type { TreeStore } from "../../client/ports/tree-store.ts";

/** What a folder is kept in sync with, and as which device: kept in the replica's own state, and beside it. */
export interface Link {
  /** The server, as it was last reached. */
  readonly url: string;
  /** The account's id, which no two servers share. */
  readonly account: string;
  /** The remote folder's path when it was linked; what counts is its id. */
  readonly remote: string;
  readonly rootId: string;
  readonly device: { readonly id: string; readonly name: string };
  /** A hash of the credential that last proved to be the account's: with it the server need not be asked again. */
  readonly proof: string;
}

const META_KEY = "link";

/** Null where there is none, or it cannot be understood. */
export function readLink(meta: Iterable<readonly [string, string]>): Link | null {
  const kept = new Map(meta).get(META_KEY);
  if (kept === undefined) return null;
  try {
    return asLink(JSON.parse(kept));
  } catch {
    return null;
  }
}

/** A link that was kept, as `keepLinkBeside` does, where the state that it was in was lost. */
export function readLinkBeside(root: string): Link | null {
  const link = asLink(recordedLink(root));
  return link && { ...link, proof: "" };
}

/** Keeps a link also outside of the replica's state, which may get lost: without what proves an account. */
export function keepLinkBeside(root: string, { proof: _proof, ...link }: Link): Promise<void> {
  return keepRecordedLink(root, link);
}

function asLink(value: unknown): Link | null {
  const link = value as Partial<Link> | null | undefined;
  if (typeof link?.account !== "string" || typeof link.rootId !== "string" || typeof link.device?.id !== "string")
    return null;
  return link as Link;
}

export function keepLink(store: TreeStore, link: Link): void {
  store.save([], [[META_KEY, JSON.stringify(link)]]);
}
