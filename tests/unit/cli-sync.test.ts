import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { answerDeletions } from "../../cli/sync/answer-deletions.ts";
import { leaveAnswer, takeAnswer } from "../../cli/sync/answer.ts";
import { partsOf } from "../../cli/sync/conflict-copies.ts";
import { EventLines } from "../../cli/sync/event-lines.ts";
import { keepLink, keepLinkBeside, readLink, readLinkBeside, type Link } from "../../cli/sync/link.ts";
import { openLinkedFolder } from "../../cli/sync/linked-folder.ts";
import { statusLine } from "../../cli/sync/live-line.ts";
import { findFolder, requireSyncable } from "../../cli/sync/local-folder.ts";
import { parseRate } from "../../cli/sync/rate.ts";
import { register, registeredReplicas } from "../../cli/sync/registry.ts";
import { reportLines } from "../../cli/sync/report-lines.ts";
import { openReplica, relinkReplica } from "../../client/ports/replica-link.ts";
import { readMeta, sqliteTreeStore } from "../../client/ports/sqlite-tree-store.ts";
import { conflictName } from "../../client/sync/conflict-name.ts";
import type { SyncEvent } from "../../client/sync/events.ts";
import type { SyncStatus } from "../../client/sync/status.ts";
import { LedgeError } from "../../protocol/errors.ts";

let work: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "ledge-cli-sync-"));
  env = { LEDGE_CONFIG_DIR: join(work, "config") };
});

afterEach(() => rmSync(work, { recursive: true }));

const STATUS: SyncStatus = {
  state: "idle",
  at: 0,
  nodes: 3,
  pending: 0,
  seq: 7,
  offline: null,
  waiting: [],
  waitingCount: 0,
  transfers: [],
  brake: null,
  problems: [],
};

it("reads rates as people write them", () => {
  const rates = ["500", "500kB", "2MB", "1.5MiB/s", "1 g", "10Kib"].map((text) => parseRate(text));
  expect(rates).toEqual([500, 500_000, 2_000_000, 1_572_864, 1_000_000_000, 10_240]);
  for (const text of ["", "fast", "0", "-1", "2TB", "1e9", "2 MB MB", "0.1"]) expect(() => parseRate(text)).toThrow();
});

describe("the lines of events", () => {
  const step = (type: "begun" | "done", name: "trashLocal" | "fetch" | "moveLocal" | "hash", path: string): SyncEvent =>
    ({ type, step: name, id: "n", path }) as const;
  const lines = (...events: SyncEvent[]): string[] => {
    const made = new EventLines();
    return events.map((event) => made.line(event)).filter((line) => line !== null);
  };

  it("names what was done, with the path that it had", () => {
    expect(lines(step("begun", "fetch", "a"), step("done", "fetch", "a"))).toEqual(["down a"]);
    expect(lines(step("begun", "trashLocal", "d/a"), step("done", "trashLocal", ""))).toEqual(["delete down d/a"]);
    expect(lines(step("begun", "moveLocal", "a"), step("done", "moveLocal", "b"))).toEqual(["move down a → b"]);
    expect(lines(step("begun", "hash", "a"), step("done", "hash", "a"))).toEqual([]);
  });

  it("[Y21] tells a failure once, and again when its reason is another or it went well meanwhile", () => {
    const failed = (reason: string): SyncEvent => ({ type: "failed", step: "fetch", id: "n", path: "a", reason });
    expect(lines(failed("x"), failed("x"), failed("y"))).toEqual(["failed a: x", "failed a: y"]);
    expect(lines(failed("x"), step("done", "fetch", "a"), failed("x"))).toHaveLength(3);
  });

  it("says idle once for a time of rest", () => {
    const idle: SyncEvent = { type: "state", state: "idle" };
    const syncing: SyncEvent = { type: "state", state: "syncing" };
    expect(lines(idle, syncing, idle, step("done", "fetch", "a"), idle)).toEqual(["idle", "down a", "idle"]);
  });
});

it("[Y4] what a conflict copy is of, and whose, is read out of any name that is made for one", () => {
  const names = fc.stringMatching(/^[a-z .()]{1,30}(\.[a-z]{1,3})?$/);
  fc.assert(
    fc.property(names, fc.constantFrom("conflict", "case"), fc.constantFrom("my mac", "x"), (name, why, device) => {
      const copy = conflictName(name, "file", why, device, Date.UTC(2026, 1, 3, 4));
      expect(partsOf(copy, `in/${copy}`)).toEqual({ original: `in/${name}`, device, at: Date.UTC(2026, 1, 3) });
    }),
  );
  expect(partsOf("a (conflict 2026-02-03 2).txt", "a (conflict 2026-02-03 2).txt")).toEqual({
    original: "a.txt",
    device: null,
    at: Date.UTC(2026, 1, 3),
  });
});

describe("status", () => {
  const report = { root: "/r", url: "https://x", remote: "/", isLost: false, running: true, pid: 4, excluded: ["old"] };
  const device = { id: "d", name: "desk" };

  it("[Y21] tells what waits and why, and what is left alone", () => {
    const waiting = { id: "n", path: "a", reason: "error", detail: "the disk is full", since: 0 } as const;
    const status = { ...STATUS, waiting: [waiting], waitingCount: 1, problems: [["p", "is a pipe"]] as const };
    const text = reportLines({ ...report, device, status }, { isWhole: true }).join("\n");
    expect(text).toContain("idle (process 4)");
    expect(text).toMatch(/waiting a: failed, and will be tried again \(the disk is full\), since \d/);
    expect(text).toContain("left alone p: is a pipe");
    expect(text).toContain("left out old");
    const short = reportLines({ ...report, device, status }, { isWhole: false }).join("\n");
    expect(short).toContain("1 waiting: ledge status /r");
    expect(short).not.toContain("disk is full");
  });

  it("tells a process that has ended, or has only begun, from one that is idle", () => {
    const line = (changes: object): string =>
      reportLines({ ...report, device, status: STATUS, ...changes }, { isWhole: false })[1] ?? "";
    expect(line({ running: false })).toContain("not running since");
    expect(line({ status: { ...STATUS, state: "stopped" } })).toContain("starting");
    expect(line({ status: null, running: false })).toContain("not running");
    expect(line({ isLost: true, status: null })).toContain("is a disk not mounted?");
    expect(line({ status: { ...STATUS, state: "offline", offline: "no route" } })).toContain("offline: no route");
  });

  it("fits what goes on into a line that cannot steer the terminal", () => {
    const transfer = { id: "n", path: "a\u001b[2J", direction: "up", size: 2048, bytes: 1024 } as const;
    expect(statusLine({ ...STATUS, state: "syncing", pending: 2, transfers: [transfer] })).toBe(
      "syncing  2 to look at  up a\\x1b[2J 1.0 KiB of 2.0 KiB",
    );
  });
});

it("keeps a link in the replica's state, and reads none out of what is no link", () => {
  const path = join(work, "state.db");
  expect(readMeta(path)).toBeNull();
  const store = sqliteTreeStore(path);
  const device = { id: "d", name: "desk" };
  const link: Link = { url: "https://x", account: "a", remote: "/", rootId: "r", device, proof: "p" };
  keepLink(store, link);
  expect(readLink(readMeta(path) ?? [])).toEqual(link);
  store.close();
  for (const kept of ["", "{", "null", "[]", '{"account":"a"}']) expect(readLink([["link", kept]])).toBeNull();
});

it("[Y19] keeps a link also beside the state, and takes a folder whose state was lost for what it was", async () => {
  mkdirSync(join(work, "r"));
  const { root, id } = await openReplica(join(work, "r"));
  expect(readLinkBeside(root)).toBeNull();
  const device = { id: "d", name: "desk" };
  const link: Link = { url: "https://x", account: "a", remote: "/docs", rootId: "r", device, proof: "p" };
  await keepLinkBeside(root, link);
  expect(readLinkBeside(root)).toEqual({ ...link, proof: "" });
  expect(await openReplica(root)).toMatchObject({ id, isNew: false, isCopy: false });
  await relinkReplica(root);
  expect(readLinkBeside(root)).toBeNull();
});

it("[Y19] links a folder whose state and registry were lost with the remote folder that it was in sync with", async () => {
  mkdirSync(join(work, "r"));
  const { root } = await openReplica(join(work, "r"));
  const device = { id: "d", name: "desk" };
  await keepLinkBeside(root, { url: "https://x", account: "a", remote: "/docs", rootId: "f", device, proof: "p" });
  mkdirSync(join(root, ".ledge/stage/n1"));
  writeFileSync(join(root, ".ledge/stage/n1/mine"), "mine");
  writeFileSync(join(root, ".ledge/stage/n2"), "mine");
  writeFileSync(join(root, "recovered n2"), "another");
  writeFileSync(join(root, ".ledge/state.db"), "damaged");
  const account = vi.fn(async () => ({ id: "a", email: "e", home: { space: "s", root: "home" } }));
  const access = { url: "https://x", token: "t" };
  const context = { env, api: async () => ({ account }), access: async () => access, note: () => undefined };
  const request = { folder: root, remote: undefined, name: undefined, relink: false };
  const linked = await openLinkedFolder(context as never, request);
  linked.close();
  expect(linked.link).toMatchObject({ account: "a", remote: "/docs", rootId: "f", device });
  expect(account).toHaveBeenCalledOnce();
  expect(readdirSync(root).sort()).toEqual([".ledge", "recovered n1", "recovered n2", "recovered n2 (2)"]);
  expect(readdirSync(join(root, "recovered n1"))).toEqual(["mine"]);
  account.mockResolvedValue({ id: "b", email: "e", home: { space: "s", root: "home" } });
  writeFileSync(join(root, ".ledge/state.db"), "damaged");
  await expect(openLinkedFolder(context as never, request)).rejects.toThrow("another account");
});

it("[W1] goes on as a new device where the folder's device stays with another credential, else as the same", async () => {
  mkdirSync(join(work, "r"));
  const { root } = await openReplica(join(work, "r"));
  const account = async () => ({ id: "a", email: "e", home: { space: "s", root: "home" } });
  const subscribe = vi.fn(async () => ({}));
  const open = async (token: string) => {
    const access = { url: "https://x", token };
    const api = { account, subscribe };
    const context = { env, api: async () => api, access: async () => access, note: () => undefined };
    const request = { folder: root, remote: undefined, name: undefined, relink: false };
    const linked = await openLinkedFolder(context as never, request);
    linked.close();
    return linked.link.device.id;
  };
  const first = await open("session");
  expect(await open("session")).toBe(first);
  expect(subscribe).not.toHaveBeenCalled();
  expect(await open("signed in again")).toBe(first);
  subscribe.mockRejectedValueOnce(new LedgeError("device_revoked"));
  expect(await open("another")).toBe(first);
  subscribe.mockRejectedValueOnce(new LedgeError("forbidden"));
  const second = await open("token");
  expect(second).not.toBe(first);
  expect(await open("token")).toBe(second);
  expect(subscribe).toHaveBeenCalledTimes(3);
});

describe("folders that may be synced", () => {
  const link = async (name: string): Promise<string> => {
    mkdirSync(join(work, name), { recursive: true });
    const { root, id } = await openReplica(join(work, name));
    await register(env, { id, root, url: "https://x", remote: "/" });
    return root;
  };
  const require = async (root: string, isMeant = false): Promise<void> =>
    requireSyncable(env, await findFolder(root), isMeant);

  it("[Y14] one that was linked and has no .ledge any more is refused, unless it is meant", async () => {
    const root = await link("r");
    await require(root);
    rmSync(join(root, ".ledge"), { recursive: true });
    await expect(require(root)).rejects.toThrow("is a disk not mounted?");
    rmSync(root, { recursive: true });
    await expect(require(root)).rejects.toThrow("is a disk not mounted?");
    await require(root, true);
  });

  it("none in another one, or around it", async () => {
    const root = await link("x/r");
    await expect(require(join(root, "deep", "in"), true)).rejects.toThrow(`lies in ${root}`);
    await expect(require(join(work, "x"), true)).rejects.toThrow(`holds ${root}`);
    await require(join(work, "x", "rr"));
    rmSync(root, { recursive: true });
    await require(join(work, "x"));
  });

  it("are remembered once each, whatever is in the registry's way", async () => {
    const root = await link("r");
    await register(env, { id: "another", root, url: "https://y", remote: "/docs" });
    writeFileSync(join(work, "config", "replicas", "broken.json"), "{");
    writeFileSync(join(work, "config", "replicas", "list.json"), "[]");
    expect(await registeredReplicas(env)).toEqual([{ id: "another", root, url: "https://y", remote: "/docs" }]);
  });
});

describe("[Y14] the answer to a held-back deletion", () => {
  let root: string;
  const engine = { confirmDeletions: vi.fn(), undoDeletions: vi.fn(), status: () => ({ ...STATUS, brake: held }) };
  let held: { remote: number; local: number } | null = { remote: 20, local: 0 };
  const braked: SyncEvent = { type: "braked", remote: 20, local: 0 };

  beforeEach(async () => {
    vi.clearAllMocks();
    held = { remote: 20, local: 0 };
    mkdirSync(join(work, "r"));
    ({ root } = await openReplica(join(work, "r")));
  });

  it("is taken once, and what is no answer is none", async () => {
    await leaveAnswer(root, { deletions: "undo", brake: { remote: 1, local: 2 } });
    expect(await takeAnswer(root)).toEqual({ deletions: "undo", brake: { remote: 1, local: 2 } });
    expect(await takeAnswer(root)).toBeNull();
    for (const text of ["{", "null", '{"deletions":"confirm","brake":{}}', '{"deletions":"yes","brake":{}}']) {
      writeFileSync(join(root, ".ledge", "answer"), text);
      expect(await takeAnswer(root)).toBeNull();
    }
    expect(readdirSync(join(root, ".ledge"))).not.toContain("answer");
  });

  it("is given at once where it was given beforehand", () => {
    const { hear } = answerDeletions(engine, root, "undo", () => undefined);
    hear({ type: "state", state: "idle" });
    expect(engine.undoDeletions).not.toHaveBeenCalled();
    hear(braked);
    expect(engine.undoDeletions).toHaveBeenCalledOnce();
    expect(engine.confirmDeletions).not.toHaveBeenCalled();
  });

  it("counts for what was held back when it was left, not for more", async () => {
    const said: string[] = [];
    const { hear, stop } = answerDeletions(engine, root, undefined, (text) => said.push(text));
    await leaveAnswer(root, { deletions: "confirm", brake: { remote: 19, local: 0 } });
    hear(braked);
    await vi.waitFor(() => expect(said).toHaveLength(1));
    expect(engine.confirmDeletions).not.toHaveBeenCalled();
    await leaveAnswer(root, { deletions: "confirm", brake: { remote: 20, local: 0 } });
    await vi.waitFor(() => expect(engine.confirmDeletions).toHaveBeenCalledOnce());
    stop();
  });
});
