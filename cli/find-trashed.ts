import type { Api } from "../client/api.ts";
import { ID_PATTERN } from "../protocol/ids.ts";
import { LedgeError } from "../protocol/errors.ts";
import type { Node } from "../protocol/tree.ts";
import { UsageError } from "./exit-codes.ts";

/** The one thing in the trash with this id or name; a name that several have is a usage error that lists their ids. */
export async function findTrashed(api: Api, idOrName: string): Promise<Node> {
  const byId = ID_PATTERN.test(idOrName);
  const found: Node[] = [];
  for await (const node of api.trash()) {
    if (byId && node.id === idOrName) return node;
    if (node.name === idOrName) found.push(node);
  }
  const [first, ...others] = found;
  if (!first) throw new LedgeError("not_found", `${idOrName}: nothing in the trash has this name or id`);
  if (others.length > 0) {
    throw new UsageError(
      `several things in the trash are named ${idOrName}: say which id of ${found.map(({ id }) => id).join(", ")}`,
    );
  }
  return first;
}
