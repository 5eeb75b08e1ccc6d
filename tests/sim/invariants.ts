import { nameKey } from "../../core/names.ts";
import type { Entry } from "../../client/sync/entry.ts";
import type { WaitingNode } from "../../client/sync/status.ts";
import type { Node } from "../../protocol/tree.ts";
import { cut } from "./content.ts";
import { joinPath, type SimDisk } from "./disk.ts";
import type { SimServer } from "./sim-server.ts";
import { isIgnorable } from "./user.ts";

export interface Replica {
  readonly label: string;
  readonly disk: SimDisk;
  readonly entries: ReadonlyMap<string, Entry>;
  /** What its client says waits. */
  readonly waiting: readonly WaitingNode[];
}

/** Where a replica is not the server's tree (Y2), as sentences; what it may leave out is left out. */
export function differences(
  server: SimServer,
  replica: Replica,
  { hasIgnoreRules, mayLeavePartials }: { hasIgnoreRules: boolean; mayLeavePartials: boolean },
): string[] {
  const { disk, label, entries } = replica;
  const problems: string[] = [];
  const isLeftOut = (path: string, type: string): boolean => hasIgnoreRules && isIgnorable(path, type);
  const expected = new Map<string, Node>();
  const misnamed: string[] = [];
  const { blocked, unsaid } = hasIgnoreRules ? blockedNodes(server, replica) : NONE_BLOCKED;
  problems.push(...unsaid);
  for (const [path, node] of server.space.tree()) {
    const isUnnameable = path.split("/").some((name) => disk.nameProblem(name) !== null);
    // What was here before it got a name that cannot be here keeps one that can (Y11).
    // So does what was here before it got a place that something ignored has (Y26).
    const isHeldUp = isUnnameable || blocked.has(node.id);
    if (isHeldUp) misnamed.push(...localPath(entries, node.id));
    if (isHeldUp || isLeftOut(path, node.type)) continue;
    expected.set(path.normalize("NFC"), node);
  }
  for (const path of disk.paths()) {
    const inode = disk.get(path);
    if (isLeftOut(path, inode.type)) continue;
    const node = expected.get(path.normalize("NFC"));
    if (!node) {
      const isMisnamed = misnamed.some((above) => `${path}/`.startsWith(`${above}/`));
      if (!isMisnamed) problems.push(`${label}: ${path} is not on the server`);
    } else if (node.type !== inode.type)
      problems.push(`${label}: ${path} is a ${inode.type}, on the server a ${node.type}`);
    else if (node.content !== null && cut(inode.bytes).content !== node.content)
      problems.push(`${label}: ${path} has other bytes than the server's version ${node.version}`);
    else if (disk.kind !== "ntfs" && node.executable !== inode.executable)
      problems.push(`${label}: ${path} has another executable bit`);
    else problems.push(...unsettled(label, path, node, entries.get(node.id)));
    expected.delete(path.normalize("NFC"));
  }
  for (const path of expected.keys()) problems.push(`${label}: ${path} is missing`);
  for (const place of mayLeavePartials ? ["stage"] : ["stage", "partial"])
    for (const { name } of disk.isUnmounted ? [] : (disk.find(`.ledge/${place}`)?.children.values() ?? [])) {
      // What was fetched when the place was taken waits there for it.
      if (!blocked.has(name.split("-", 1)[0] ?? "")) problems.push(`${label}: ${name} was left in ${place}`);
    }
  return problems;
}

const NONE_BLOCKED = { blocked: new Set<string>(), unsaid: [] };

/** What cannot come to this disk because something ignored has its place, with all below it; and of what the status is silent. */
function blockedNodes(
  server: SimServer,
  { disk, label, waiting }: Replica,
): { blocked: ReadonlySet<string>; unsaid: readonly string[] } {
  const blocked = new Set<string>();
  const unsaid: string[] = [];
  for (const [path, { id, parent, type }] of server.space.tree()) {
    if (blocked.has(parent ?? "")) blocked.add(id);
    else if (!isIgnorable(path, type) && isTaken(disk, path)) {
      blocked.add(id);
      const isSaid = waiting.some((each) => each.id === id && each.reason === "name");
      if (!isSaid) unsaid.push(`${label}: something ignored is in the place of ${path}, and the status is silent`);
    }
  }
  return { blocked, unsaid };
}

/** Whether something that the users' rules match, and nothing beside it, has the name of what the server has at that path. */
function isTaken(disk: SimDisk, path: string): boolean {
  const [names, last] = [path.split("/"), path.slice(path.lastIndexOf("/") + 1)];
  let folder = "";
  for (const name of names.slice(0, -1)) {
    const found = childrenOf(disk, folder).find((child) => child.normalize("NFC") === name.normalize("NFC"));
    if (found === undefined) return false;
    folder = joinPath(folder, found);
  }
  const isIgnored = (child: string): boolean => isIgnorable(child, disk.get(joinPath(folder, child)).type);
  const there = childrenOf(disk, folder).filter((child) => nameKey(child) === nameKey(last));
  return (
    there.some(isIgnored) &&
    there.every((child) => isIgnored(child) || child.normalize("NFC") !== last.normalize("NFC"))
  );
}

function childrenOf(disk: SimDisk, folder: string): string[] {
  const inode = disk.find(folder);
  return inode?.type === "folder" ? [...inode.children.values()].map(({ name }) => name) : [];
}

/** Where an entry is on the disk, if it is. */
function localPath(entries: Replica["entries"], id: string): string[] {
  const names: string[] = [];
  for (let at = entries.get(id); at?.local; at = entries.get(at.local.parent))
    if (at.local.name !== "") names.unshift(at.local.name);
  return names.length > 0 ? [names.join("/")] : [];
}

/** Where a replica's three trees do not say that the node is in sync. */
function unsettled(label: string, path: string, node: Node, entry: Entry | undefined): string[] {
  if (!entry?.synced || !entry.local || !entry.remote) return [`${label}: ${path} is not in all three trees`];
  const { synced, remote } = entry;
  if (remote.seq !== node.seq) return [`${label}: ${path} is known at seq ${remote.seq}, not ${node.seq}`];
  const isSame =
    synced.version === node.version &&
    synced.content === node.content &&
    synced.parent === node.parent &&
    synced.name === node.name;
  return isSame ? [] : [`${label}: ${path} was synced as version ${synced.version} "${synced.name}"`];
}

/** Where the server's own rows do not fit together (I7, I9, no cycles). */
export function serverProblems(server: SimServer): string[] {
  const { space } = server;
  const problems: string[] = [];
  const slots = new Set<string>();
  for (const node of space.nodes.values()) {
    const seen = new Set<string>();
    for (let at: Node | undefined = node; at; at = at.parent === null ? undefined : space.nodes.get(at.parent)) {
      if (seen.has(at.id)) {
        problems.push(`${node.id} is in a cycle`);
        break;
      }
      seen.add(at.id);
    }
    if (node.state !== "live" || node.parent === null) continue;
    const slot = `${node.parent}/${nameKey(node.name)}`;
    if (slots.has(slot)) problems.push(`two live nodes have the slot ${slot}`);
    slots.add(slot);
  }
  let used = 0;
  for (const bytes of space.chunks.values()) used += bytes.length;
  if (used !== space.used) problems.push(`${space.used} bytes are counted, ${used} are held`);
  return problems;
}
