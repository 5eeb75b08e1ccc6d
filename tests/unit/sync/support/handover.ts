import type { ImportOperation } from "../../../../core/commit/import.ts";
import type { Node } from "../../../../protocol/tree.ts";
import type { SimServer } from "../../../sim/sim-server.ts";
import type { SharedWorld } from "./shared-world.ts";

/** A shared folder's way to a new owner, step by step as the server has it (SPEC M13). */
export class Handover {
  readonly #world: SharedWorld;

  constructor(world: SharedWorld) {
    this.#world = world;
  }

  /** All of it, with what time passes between two steps. */
  async to(owner: SimServer, pause: number): Promise<void> {
    const world = this.#world;
    this.copy(owner);
    await world.pass(pause);
    world.isBusy = true;
    await world.pass(pause);
    this.give();
    await world.pass(pause);
    this.take(owner);
    await world.pass(pause);
    this.finish(owner);
  }

  /** Out of sight, under the same ids. */
  copy(to: SimServer): void {
    const { owner, folder } = this.#world;
    const top = owner.space.nodes.get(folder) as Node;
    to.change(...this.#imports(owner, to, top, null));
  }

  /** Where it was, a mount stands in its place. */
  give(): void {
    const { owner, server, folder, newId } = this.#world;
    const { parent, name } = owner.space.nodes.get(folder) as Node;
    const mount = { type: "mount", id: newId(), parent: parent ?? "", name, folder, onConflict: "fail" } as const;
    owner.change({ type: "trash", node: folder }, ...(owner === server ? [mount] : []));
  }

  /** What failed is as it was. */
  putBack(): void {
    const { owner, folder } = this.#world;
    const [mount] = [...owner.space.nodes.values()].filter((node) => node.mount === folder && node.state === "live");
    const unmount = mount
      ? ([
          { type: "trash", node: mount.id },
          { type: "purge", node: mount.id },
        ] as const)
      : [];
    owner.change(...unmount, { type: "restore", node: folder, onConflict: "rename" });
  }

  /** It appears in the place of the new owner's mount. */
  take(to: SimServer): void {
    const { owner, folder } = this.#world;
    const name = owner.space.nodes.get(folder)?.name ?? "";
    const [mount] = [...to.space.nodes.values()].filter((node) => node.mount === folder && node.state === "live");
    const unmount = mount
      ? ([
          { type: "trash", node: mount.id },
          { type: "purge", node: mount.id },
        ] as const)
      : [];
    const place = { parent: mount?.parent ?? to.space.rootId, name: mount?.name ?? name };
    to.change(...unmount, { type: "appear", node: folder, ...place, onConflict: "rename" });
  }

  finish(to: SimServer): void {
    const world = this.#world;
    world.isBusy = false;
    world.ownedBy(to, to === world.server ? null : world.owner === world.server ? "manager" : "editor");
  }

  #imports(from: SimServer, to: SimServer, node: Node, parent: string | null): ImportOperation[] {
    const { id, name, type: of, mtime, createdAt } = node;
    const versions = [...from.space.versions]
      .filter(([key]) => key.startsWith(`${id}/`))
      .sort(([a], [b]) => Number(a.split("/")[1]) - Number(b.split("/")[1]))
      .map(([, version]) => {
        const chunks = (from.space.contents.get(version.content) ?? []).map((chunk) => {
          const bytes = from.space.chunks.get(chunk) as Uint8Array;
          to.space.hold(chunk, bytes);
          return { id: chunk, size: bytes.length };
        });
        return { chunks, mtime: version.mtime, executable: version.executable, createdAt, author: "owner" };
      });
    const own = {
      type: "import",
      id,
      parent,
      name,
      of,
      mtime,
      createdAt,
      trashedAt: null,
      versions,
      after: 0,
    } as const;
    return [own, ...from.space.children(id).flatMap((child) => this.#imports(from, to, child, id))];
  }
}
