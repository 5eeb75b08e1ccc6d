import type { RealmMove } from "../ports/sync-remote.ts";
import type { Trees } from "./trees.ts";

/** Begins the keys under which it is kept what is on its way to another realm: the node's id follows. */
const PREFIX = "moving/";

/** A node on its way to another realm. */
export interface Moving {
  readonly move: RealmMove;
  /** The node that it is there; null until it is known to be there, with all that is below it. */
  readonly arrived: string | null;
}

/**
 * What is on its way to another realm, by its node. Kept before it is asked for: whoever is killed asks for the same move again.
 */
export class MovingNodes {
  readonly #trees: Pick<Trees, "getMeta" | "setMeta" | "metaUnder">;

  constructor(trees: Pick<Trees, "getMeta" | "setMeta" | "metaUnder">) {
    this.#trees = trees;
  }

  all(): ReadonlyMap<string, Moving> {
    const found = this.#trees.metaUnder(PREFIX);
    return new Map(found.map(([key, value]) => [key.slice(PREFIX.length), JSON.parse(value) as Moving]));
  }

  get(node: string): Moving | null {
    const kept = this.#trees.getMeta(PREFIX + node);
    return kept === undefined ? null : (JSON.parse(kept) as Moving);
  }

  set(node: string, moving: Moving): void {
    this.#trees.setMeta(PREFIX + node, JSON.stringify(moving));
  }

  remove(node: string): void {
    this.#trees.setMeta(PREFIX + node, null);
  }
}
