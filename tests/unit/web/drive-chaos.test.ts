import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { NetworkError } from "../../../client/http-errors.ts";
import { newId } from "../../../protocol/new-id.ts";
import type { OperationInput } from "../../../protocol/tree.ts";
import type { Drive } from "../../../web/src/drive/drive.ts";
import { DriveWorld } from "./support/drive-world.ts";

/** What happens next, with numbers that pick from what there is then. */
const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant("edit" as const),
      tab: fc.nat(2),
      kind: fc.nat(3),
      at: fc.nat(),
      to: fc.nat(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ what: fc.constant("elsewhere" as const), kind: fc.nat(4), at: fc.nat(), to: fc.nat() }),
  },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("hold" as const), tab: fc.nat(2), at: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("network" as const), tab: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("reload" as const), tab: fc.nat(2) }) },
  { weight: 5, arbitrary: fc.record({ what: fc.constant("wait" as const), milliseconds: fc.nat(15) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("roll back" as const) }) },
);

type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

function operationOn(world: DriveWorld, kind: number, at: number, to: number): OperationInput {
  const nodes = [...world.server.space.nodes.values()].filter(({ parent }) => parent !== null);
  const folders = [...world.server.space.nodes.keys()];
  const parent = folders[to % folders.length] ?? world.root;
  const node = nodes[at % Math.max(1, nodes.length)]?.id;
  if (kind === 0 || node === undefined) return { type: "createFolder", id: newId(), parent, name: `n${to % 7}` };
  if (kind === 1) return { type: "move", node, parent, name: `m${to % 7}` };
  if (kind === 2) return { type: "trash", node };
  if (kind === 3) return { type: "restore", node, onConflict: "rename" };
  return { type: "purge", node };
}

/** Tabs of two browsers over a bad network, each step in its time; ends when all is quiet, online, and compared. */
async function live(happenings: readonly Happening[], failures: readonly boolean[]): Promise<void> {
  const world = new DriveWorld();
  let asked = 0;
  let isCalm = false;
  world.weather = () =>
    !isCalm && failures[asked++ % Math.max(1, failures.length)] === true
      ? Promise.reject(new NetworkError("lost"))
      : Promise.resolve();
  const first = world.open();
  const tabs = [first, world.open({ browser: first.browser, network: first.network }), world.open()];
  const held = tabs.map(() => new Set([world.root]));
  const pick = (tab: number): (typeof tabs)[number] => tabs[tab % tabs.length] ?? first;
  for (const { drive } of tabs) drive.hold(world.root);
  world.server.backUp();
  for (const each of happenings) {
    if (each.what === "wait") await new Promise((resolve) => setTimeout(resolve, each.milliseconds));
    if (each.what === "network") pick(each.tab).network.set(!pick(each.tab).network.isOnline());
    if (each.what === "elsewhere") world.server.commit([operationOn(world, each.kind, each.at, each.to)], newId());
    if (each.what === "roll back") {
      world.server.rollBack(0, false);
      world.make(world.root, "after");
    }
    if (each.what === "edit") {
      const operation = operationOn(world, each.kind, each.at, each.to);
      void pick(each.tab).drive.edit({ label: "", operations: [operation] });
    }
    if (each.what === "hold") {
      const folders = [...world.server.space.nodes.keys()];
      const folder = folders[each.at % folders.length] ?? world.root;
      held[each.tab]?.add(folder);
      pick(each.tab).drive.hold(folder);
    }
    if (each.what === "reload") {
      const { drive, ...rest } = pick(each.tab);
      drive.stop();
      tabs[each.tab] = world.open(rest);
      for (const folder of held[each.tab] ?? []) tabs[each.tab]?.drive.hold(folder);
    }
  }
  isCalm = true;
  for (const { network } of tabs) network.set(true);
  await vi.waitFor(
    () => {
      for (const [at, { drive }] of tabs.entries()) {
        expect(drive.status()).toEqual({ connection: "live", waiting: 0 });
        for (const folder of held[at] ?? [])
          expect([folder, ...shown(drive, folder)]).toEqual([folder, ...there(world, folder)]);
      }
    },
    { interval: 20 },
  );
  world.close();
}

/** What a drive shows of a folder. */
function shown(drive: Drive, folder: string): string[] {
  const { state, entries } = drive.folder(folder);
  if (state === "missing") return ["missing"];
  return [state, ...entries.map(({ id, name, seq, pending }) => `${name} ${id} ${seq} ${pending}`).sort()];
}

/** What it should show. */
function there(world: DriveWorld, folder: string): string[] {
  const { nodes } = world.server.space;
  for (let at: string | null = folder; at !== null; at = nodes.get(at)?.parent ?? null) {
    if (nodes.get(at)?.state !== "live") return ["missing"];
  }
  return [
    "complete",
    ...world
      .children(folder)
      .map(({ id, name, seq }) => `${name} ${id} ${seq} false`)
      .sort(),
  ];
}

describe("drives over a bad network", () => {
  it("[B5] end as the server's tree, with nothing waiting, whatever happened on the way", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { minLength: 5, maxLength: 40 }),
        fc.array(fc.boolean(), { maxLength: 12 }),
        live,
      ),
      { numRuns: 25, endOnFailure: true, interruptAfterTimeLimit: 40_000 },
    );
  }, 90_000);
});
