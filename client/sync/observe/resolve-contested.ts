import type { ReplicaPath, Stamp } from "../../ports/replica-files.ts";
import { sameName, slotKey, STAGE, type Entry } from "../entry.ts";
import { joinPath, localPath } from "../local-path.ts";
import type { Knowledge, Sighting } from "./knowledge.ts";
import { isInPlace } from "./read-folder.ts";
import { systemCode } from "./system-code.ts";
import type { Contested, Work } from "./work.ts";

/**
 * Decides what the contested places hold (Y8): the entry of that identity, when its own place does not hold it any more;
 * else, for a folder, the entry of that name; else something new. Everything is looked at again, for this comes after
 * the looks that found the places.
 */
export async function resolveContested(knowledge: Knowledge, places: readonly Contested[], work: Work): Promise<void> {
  const inPlace = new Map<string, boolean>();
  for (const place of places) {
    const path = localPath(knowledge.trees, place.parent);
    if (path === null) continue;
    let isThere = inPlace.get(place.parent);
    if (isThere === undefined) {
      isThere = (await ask(() => isInPlace(knowledge, place.parent, path))) ?? false;
      inPlace.set(place.parent, isThere);
    }
    if (!isThere) continue;
    if (!place.names && knowledge.trees.localAt(slotKey(place)).some(({ local }) => local?.name !== place.name)) {
      // Another spelling may be what answers to this one: a listing tells.
      work.addFolder(place.parent, { isDeep: false, isScan: place.isScan });
      continue;
    }
    const stamp = await ask(() => knowledge.files.stat(joinPath(path, place.name)));
    if (!stamp || stamp.type === "other") continue;
    const sighting = { parent: place.parent, name: place.name, stamp, isScan: place.isScan };
    const moved = await findMoved(knowledge, place, stamp);
    if (moved || stamp.type !== "folder") assign(knowledge, place, sighting, moved, work);
    else if (place.isLast) assign(knowledge, place, sighting, await findNamesake(knowledge, sighting, place), work);
    else work.addLastly(place);
  }
}

/** What the system answers; null where it refuses. */
async function ask<T>(look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return null;
  }
}

/** The entry of that identity which is not at its own place any more. */
async function findMoved(knowledge: Knowledge, place: Contested, stamp: Stamp): Promise<Entry | null> {
  const { trees } = knowledge;
  for (const entry of trees.localByIdentity(stamp.identity)) {
    const { local } = entry;
    if (!local || local.type !== stamp.type || entry.id === trees.rootId) continue;
    if (local.parent === place.parent && local.name === place.name) return entry;
    if (stamp.type === "folder" && isBelow(knowledge, place.parent, entry.id)) continue;
    if (!(await holdsItsPlace(knowledge, entry, place))) return entry;
  }
  return null;
}

async function holdsItsPlace(knowledge: Knowledge, { id, local }: Entry, place: Contested): Promise<boolean> {
  if (!local) return false;
  // Another spelling may answer for a name that the listing does not have.
  if (local.parent === place.parent && place.names && !place.names.has(local.name)) return false;
  const path: ReplicaPath | null = localPath(knowledge.trees, id);
  if (path === null) return false;
  let stamp: Stamp | null;
  try {
    stamp = await knowledge.files.stat(path);
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return true;
  }
  if (stamp?.type !== local.type) return false;
  // A file that another replaced there is an edit of that place.
  return local.type === "file" || stamp.identity === local.stamp.identity;
}

function isBelow({ trees }: Knowledge, folder: string, ancestor: string): boolean {
  let at = folder;
  for (let depth = 0; depth < 1_000 && at !== ""; depth++) {
    if (at === ancestor) return true;
    at = trees.get(at)?.local?.parent ?? "";
  }
  return at !== "";
}

/**
 * The folder that this one took the name of, neither being found elsewhere: the same to its user, but where it was put
 * into a new one of its name.
 */
async function findNamesake(knowledge: Knowledge, sighting: Sighting, { names }: Contested): Promise<Entry | null> {
  const { trees, files } = knowledge;
  const { parent, name } = sighting;
  const path = localPath(trees, parent);
  if (path === null) return null;
  const inside = (await ask(() => files.list(joinPath(path, name)))) ?? [];
  const identities = new Set(inside.map(({ stamp }) => stamp?.identity));
  const namesakes = trees.localAt(slotKey(sighting)).filter(({ local }) => {
    if (local?.type !== "folder" || !sameName(local.name, name) || identities.has(local.stamp.identity)) return false;
    // Another spelling is the same name where nothing has that one.
    return local.name === name || (names !== null && !names.has(local.name));
  });
  return namesakes.find(({ local }) => local?.name === name) ?? namesakes[0] ?? null;
}

function assign(
  knowledge: Knowledge,
  { parent, name }: Contested,
  sighting: Sighting,
  found: Entry | null,
  work: Work,
): void {
  const { trees, missing, clock } = knowledge;
  const { stamp } = sighting;
  const namesakes = trees
    .localAt(slotKey({ parent, name }))
    .filter(({ local }) => local?.type === stamp.type && local.name === name);
  const staged = parent === STAGE ? trees.get(name) : undefined;
  const there =
    found ??
    namesakes.find(({ local }) => local?.stamp.identity === stamp.identity) ??
    (staged?.local?.type === stamp.type && missing.has(staged.id) ? staged : null);
  if (!there) knowledge.takeNew(sighting, work);
  else if (there.local?.parent !== parent || there.local.name !== name || there.local.stamp.identity !== stamp.identity)
    knowledge.takeMoved(there, sighting, work);
  else if (stamp.type === "file") knowledge.seeFile(there, sighting);
  else knowledge.seeFolder(there, sighting, work, true);
  const now = clock.now();
  // Those that had the name are not there: one thing has one name.
  for (const { id } of namesakes) if (id !== there?.id) missing.add(id, now);
}
