import type { Api } from "../../client/api.ts";
import type { Scope } from "../../client/sync/scope.ts";
import { UsageError } from "../exit-codes.ts";
import { parseRemotePath, requireOwn } from "../remote-path.ts";
import type { Link } from "./link.ts";

/** Remote folders that are to be left out on this device, and such that are to be taken in again (Y16). */
export interface FolderChoice {
  readonly exclude: readonly string[];
  readonly include: readonly string[];
}

export async function chooseFolders(api: Api, scope: Scope, link: Link, choice: FolderChoice): Promise<void> {
  for (const path of choice.exclude) scope.exclude(await idOf(api, link, path));
  for (const path of choice.include) {
    const id = await idOf(api, link, path);
    if (!scope.excluded.has(id)) throw new UsageError(`--include ${path}: it is not left out by itself`);
    scope.include(id);
  }
}

async function idOf(api: Api, link: Link, text: string): Promise<string> {
  const remote = parseRemotePath(text);
  const { id } = await requireOwn(api, { ...remote, wantsFolder: true });
  const [linked, chosen] = await Promise.all([api.node(link.rootId), api.node(id)]);
  if (!chosen.path.startsWith(linked.path === "/" ? "/" : `${linked.path}/`) || id === link.rootId)
    throw new UsageError(`${remote.path} does not lie in ${linked.path}, which is the folder in sync`);
  return id;
}
