import type { LinkPermission } from "../protocol/share.ts";

/** What of a link decides who may do what with it. */
export interface ShareTerms {
  readonly permission: LinkPermission;
  /** Milliseconds; null: never. */
  readonly expiresAt: number | null;
  readonly hasPassword: boolean;
}

/** What an open link lets its guest do (L1). */
export interface ShareCapability {
  /** See names and bytes, in place. */
  readonly see: boolean;
  /** Save them. */
  readonly save: boolean;
  /** Send files. */
  readonly send: boolean;
}

/** `gone`: as if it had never been (L6). `locked`: it waits for its password, and tells nothing (L3). */
export type ShareDecision =
  { readonly kind: "gone" } | { readonly kind: "locked" } | ({ readonly kind: "open" } & ShareCapability);

/** Whether a guest gets in. `isUnlocked`: they proved that they know the password that the link has now. */
export function authorizeShare(link: ShareTerms, now: number, isUnlocked: boolean): ShareDecision {
  if (link.expiresAt !== null && link.expiresAt <= now) return { kind: "gone" };
  if (link.hasPassword && !isUnlocked) return { kind: "locked" };
  const { permission } = link;
  return {
    kind: "open",
    see: permission !== "upload",
    save: permission === "download",
    send: permission === "upload",
  };
}

/** A node as its row says, for a walk upwards. */
export interface ChainNode {
  readonly id: string;
  /** Null for a space's root. */
  readonly parent: string | null;
  readonly state: "live" | "trashed" | "purged";
}

/**
 * The way from a link's node down to `id`, both included: all that is above `id` and that a guest may know of.
 *
 * @param nodes - `id` and all of its ancestors, by id, as they are at the moment of the read.
 * @returns null where the link does not reach `id`: it is not below the link's node, or it, or anything above it up to the
 *   space's root, is in the trash or purged (L1, L6).
 */
export function wayFromShare<N extends ChainNode>(
  nodes: ReadonlyMap<string, N>,
  shareRoot: string,
  id: string,
): readonly N[] | null {
  const way: N[] = [];
  let isBelow = false;
  let at: string | null = id;
  for (let steps = 0; at !== null; steps++) {
    const node: N | undefined = nodes.get(at);
    if (node === undefined || node.state !== "live" || steps > nodes.size) return null;
    if (!isBelow) way.push(node);
    isBelow ||= node.id === shareRoot;
    at = node.parent;
  }
  return isBelow ? way.reverse() : null;
}
