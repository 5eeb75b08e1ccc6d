import type { Api } from "../client/api.ts";
import { ID_PATTERN } from "../protocol/new-id.ts";
import { LedgeError } from "../protocol/errors.ts";
import type { Node } from "../protocol/tree.ts";
import { UsageError } from "./exit-codes.ts";
import { TrashPaths } from "./trash-paths.ts";

/**
 * The one thing in the trash with this id, name or old path, as the trash lists them; where several fit, a usage error
 * that lists their ids.
 */
export async function findTrashed(api: Pick<Api, "trash" | "node">, text: string): Promise<Node> {
  const byId = ID_PATTERN.test(text);
  const trimmed = text.replace(/\/+$/, "");
  const name = trimmed.slice(trimmed.lastIndexOf("/") + 1);
  const path = trimmed.includes("/") ? `/${trimmed.replace(/^\/+/, "")}` : null;
  const paths = new TrashPaths(api);
  const found: Node[] = [];
  for await (const node of api.trash()) {
    if (byId && node.id === text) return node;
    if (node.name !== name) continue;
    if (path === null || (await paths.of(node)) === path) found.push(node);
  }
  const [first, ...others] = found;
  if (!first) throw new LedgeError("not_found", `${text}: nothing in the trash has this name, path or id`);
  if (others.length > 0) {
    throw new UsageError(
      `several things in the trash are named ${text}: say which id of ${found.map(({ id }) => id).join(", ")}`,
    );
  }
  return first;
}
