import type { SharedSpace } from "../../../protocol/members.ts";
import type { Node } from "../../../protocol/tree.ts";
import { rootHearsay } from "./hearsay.ts";

export interface MountsOptions {
  /** The account's own space, and its root. */
  readonly home: string;
  readonly root: string;
  /** A node of a listing, as it is to look. */
  readonly look: (id: string) => Node | undefined;
}

/** Which nodes are in shared folders, and what stands for those in the account's own tree. */
export class Mounts {
  readonly #options: MountsOptions;
  #spaces: ReadonlyMap<string, SharedSpace> = new Map();
  /** By shared folder, the node that stood for it last. */
  readonly #mounts = new Map<string, string>();
  /** By node, the shared folder that it was in last. */
  readonly #nodes = new Map<string, string>();

  constructor(options: MountsOptions) {
    this.#options = options;
  }

  setSpaces(spaces: readonly SharedSpace[]): void {
    this.#spaces = new Map(spaces.filter(({ role }) => role !== "owner").map((space) => [space.id, space]));
    for (const { id, mount } of this.#spaces.values()) if (mount !== null) this.#mounts.set(id, mount);
  }

  /** Remembers where a node is that the server told of. */
  note({ id, space, mount }: Node): void {
    if (mount !== undefined) this.#mounts.set(mount, id);
    if (space === this.#options.home) this.#nodes.delete(id);
    else this.#nodes.set(id, space);
  }

  /** False until the role is known. */
  canEdit(space: string): boolean {
    const role = this.#spaces.get(space)?.role;
    return role === "editor" || role === "manager";
  }

  /** Whether it is a shared folder of somebody else's. */
  isOthers(id: string): boolean {
    return this.#spaces.has(id);
  }

  /** Forgets what stood for a shared folder, and which nodes were in it. */
  forgetSpace(space: string): void {
    this.#mounts.delete(space);
    for (const [node, of] of this.#nodes) if (of === space) this.#nodes.delete(node);
  }

  forget(id: string): void {
    this.#nodes.delete(id);
  }

  of(space: string): string | undefined {
    return this.#mounts.get(space);
  }

  spaceOf(id: string): string | undefined {
    return this.#nodes.get(id) ?? (this.#isShared(id) ? id : undefined);
  }

  /** A shared folder itself: its mount, by its own id. One without a mount is in the account's root. */
  root(id: string): Node | undefined {
    if (!this.#isShared(id)) return undefined;
    const { home, root, look } = this.#options;
    const mountId = this.#mounts.get(id);
    const mount = mountId === undefined ? undefined : look(mountId);
    if (mount) {
      const { mount: _folder, ...node } = mount;
      return { ...node, id, space: id };
    }
    const name = this.#spaces.get(id)?.name ?? "";
    const hearsay = { ...rootHearsay(home, id), space: id, parent: root, name };
    return mountId === undefined ? { ...hearsay, seq: 0 } : hearsay;
  }

  #isShared(id: string): boolean {
    return this.#spaces.has(id) || this.#mounts.has(id);
  }
}
