import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { sqliteTreeStore } from "../../client/ports/sqlite-tree-store.ts";
import type { Entry } from "../../client/sync/entry.ts";
import { plan, type PlanContext } from "../../client/sync/plan.ts";
import { DEFAULT_SETTINGS } from "../../client/sync/settings.ts";
import { Trees } from "../../client/sync/trees.ts";
import { newId } from "../../protocol/new-id.ts";
import { signUp } from "../support/ledge-account.ts";
import { ledgeEnvironment, runLedge } from "../support/ledge-process.ts";
import { withTemporaryFolder, writeTree } from "../support/local-files.ts";
import type { Figure, Measure } from "../support/measure.ts";
import { alternate, median, seconds } from "../support/timing.ts";

const FILES = 100_000;
const FOLDERS = 1_000;
const ROUNDS = 5;

/** A folder of 100,000 files in which nothing, or little, happens. */
export const syncScale: Measure = {
  name: "sync-scale",
  title: "100,000 files in sync",
  run: (servers) =>
    withTemporaryFolder(async (temporary) => {
      const { url } = await servers.ledge();
      return [...(await planning(temporary)), ...(await processes(temporary, url))];
    }),
};

/** `plan` itself, and reading the trees from the store. */
async function planning(temporary: string): Promise<Figure[]> {
  const path = join(temporary, "state.db");
  const store = sqliteTreeStore(path);
  store.save(entries(), [["root", "root"]]);
  let trees: Trees | null = null;
  const load = await seconds(async () => void (trees = new Trees(store)));
  const loaded = trees as Trees | null;
  if (!loaded) throw new Error("nothing was loaded");
  const figures: Figure[] = [{ name: "trees read from the store", value: 1_000 * load, unit: "ms" }];
  const time = async (name: string, dirty: number): Promise<void> => {
    const once = async (round: number): Promise<number> => {
      touch(loaded, dirty, round);
      let steps = 0;
      const milliseconds = 1_000 * (await seconds(async () => void (steps = settle(loaded))));
      if (steps !== Math.min(dirty, DEFAULT_SETTINGS.planLimit)) throw new Error(`${steps} steps for ${dirty} edits`);
      return milliseconds;
    };
    const { a } = await alternate(ROUNDS, once, () => Promise.resolve(0));
    figures.push({ name, value: median(a), unit: "ms", rounds: a });
  };
  figures.push({
    name: "first plan, everything looked at, nothing to do",
    value: 1_000 * (await seconds(async () => void settle(loaded))),
    unit: "ms",
  });
  await time("plan, one file edited", 1);
  await time("plan, 5,000 files edited (it has 2,000 steps at most)", 5_000);
  store.close();
  return figures;
}

/** Plans, and takes the answer as the engine does; says how many steps it has. */
function settle(trees: Trees): number {
  const { bookkeeping, local, upward, settled } = plan(trees, CONTEXT);
  for (const id of settled) trees.markClean(id);
  return bookkeeping.length + local.length + upward.length;
}

/** Gives so many files bytes that are not the server's, and all others those that are. */
function touch(trees: Trees, dirty: number, round: number): void {
  trees.transaction(() => {
    for (let i = 0; i < 5_000; i++) {
      const id = `file${i}`;
      const local = trees.get(id)?.local;
      const content = i < dirty ? `edit ${round}` : `content ${i}`;
      if (local && local.content !== content) trees.setLocal(id, { ...local, content });
    }
  });
}

const CONTEXT: PlanContext = {
  seqIn: () => FILES,
  isReadOnly: () => false,
  moving: new Map(),
  canMoveAcross: () => false,
  unlisted: new Set(),
  inFlight: new Set(),
  resting: new Map(),
  exclusion: () => null,
  nameProblem: () => null,
  obstacle: () => null,
  isUnreadable: () => false,
  isOwnVersion: () => true,
  wasBrought: () => false,
  conflictName: (name) => `${name} (conflict)`,
  newId,
  limit: DEFAULT_SETTINGS.planLimit,
};

/** A root, its folders and their files, all in sync. */
function entries(): Entry[] {
  const made = [entry("root", "", "", "folder", null)];
  for (let i = 0; i < FOLDERS; i++) made.push(entry(`folder${i}`, "root", `folder ${i}`, "folder", null));
  for (let i = 0; i < FILES; i++) {
    made.push(entry(`file${i}`, `folder${i % FOLDERS}`, `file ${i}.txt`, "file", `content ${i}`));
  }
  return made;
}

function entry(id: string, parent: string, name: string, type: "file" | "folder", content: string | null): Entry {
  const version = type === "file" ? 1 : 0;
  const common = { parent, name, type, content };
  const stamp = { type, size: 100, mtime: 0, executable: false, identity: id, modified: "0", changed: "0" };
  return {
    id,
    remote: { ...common, state: "live", version, size: 100, mtime: 0, executable: false, seq: 1 },
    local: { ...common, stamp },
    synced: { ...common, version, executable: false },
  };
}

/** Whole processes: the first link, then a run that finds nothing to do. */
async function processes(temporary: string, url: string): Promise<Figure[]> {
  const env = ledgeEnvironment(url, (await signUp(url)).token, join(temporary, "config"));
  const folder = join(temporary, "replica");
  await mkdir(folder);
  await writeTree(folder, "sync scale", { count: FILES, folders: FOLDERS, smallest: 100, largest: 100 });
  const first = await runLedge(["sync", "--once", folder], env);
  const again = await runLedge(["sync", "--once", folder], env);
  return [
    { name: "ledge sync --once, first link: all goes up", value: FILES / first.seconds, unit: "files/s" },
    { name: "its largest memory", value: first.peak / 1e6, unit: "MB" },
    { name: "ledge sync --once again: all is looked at, nothing to do", value: again.seconds, unit: "s" },
    { name: "its largest memory, again", value: again.peak / 1e6, unit: "MB" },
  ];
}
