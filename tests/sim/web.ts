import type { Node, OperationInput } from "../../protocol/tree.ts";
import type { ServerAction } from "./history.ts";
import { Prng } from "./prng.ts";
import type { SimServer } from "./sim-server.ts";

const NAMES = ["a", "b", "web", "f.txt", "D", "A"];

/** Carries out what somebody does on the server in a browser, or what happens to the server. */
export function actOnServer(server: SimServer, action: ServerAction, salt: number, newId: () => string): void {
  const random = new Prng(salt, 3);
  if (action === "backUp") server.backUp();
  else if (action === "rollBack") server.rollBack(random.next(), random.chance(0.5));
  else if (action === "collect") server.space.collect();
  else {
    const operation = choose(server, action, random);
    if (operation) server.commit([operation], newId());
  }
}

function choose(server: SimServer, action: ServerAction, random: Prng): OperationInput | null {
  const { space } = server;
  const live = [...space.tree().values()];
  const folders = [space.rootId, ...live.filter((node) => node.type === "folder").map((node) => node.id)];
  const trashed = [...space.nodes.values()].filter((node) => node.state === "trashed");
  const one = (nodes: readonly Node[]): string | null => (nodes.length === 0 ? null : random.pick(nodes).id);
  switch (action) {
    case "move": {
      const node = one(live);
      return node === null ? null : { type: "move", node, parent: random.pick(folders), onConflict: "rename" };
    }
    case "rename": {
      const node = one(live);
      return node === null ? null : { type: "move", node, name: random.pick(NAMES), onConflict: "rename" };
    }
    case "trash": {
      const node = one(live);
      return node === null ? null : { type: "trash", node };
    }
    case "restore": {
      const node = one(trashed);
      return node === null ? null : { type: "restore", node, onConflict: "rename" };
    }
    case "restoreVersion": {
      const node = one(live.filter((each) => each.version > 1));
      return node === null ? null : { type: "restoreVersion", node, version: 1 };
    }
    case "purge": {
      const node = one(trashed);
      return node === null ? null : { type: "purge", node };
    }
    case "copyFolder": {
      const node = one(live.filter((each) => each.type === "folder"));
      return node === null ? null : { type: "copy", node, parent: space.rootId, onConflict: "rename" };
    }
    default:
      return null;
  }
}
