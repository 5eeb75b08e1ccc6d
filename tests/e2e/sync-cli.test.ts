import { randomBytes } from "node:crypto";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { ReplicaReport } from "../../cli/sync/replica-report.ts";
import { folderTree, treeDifferences } from "./support/folder-tree.ts";
import { ledge, SyncProcess, until, type Outcome } from "./support/ledge-process.ts";
import { startServer, type TestServer } from "./support/server.ts";

const PASSWORD = "correct horse battery staple";

let server: TestServer;
let work: string;
let env: NodeJS.ProcessEnv;
let email: string;
let accounts = 0;
let started: SyncProcess[] = [];
/** Folders of this test's devices. */
let a: string;
let b: string;

beforeAll(async () => {
  server = await startServer();
});

afterAll(async () => {
  await server?.stop();
});

/** Each test has an account and two folders of its own. */
beforeEach(async () => {
  work = mkdtempSync(join(tmpdir(), "ledge-sync-cli-"));
  a = join(work, "a");
  b = join(work, "b");
  env = { LEDGE_URL: server.url, LEDGE_CONFIG_DIR: join(work, "config"), LEDGE_TOKEN: "" };
  email = await signUp(env);
});

afterEach(async () => {
  for (const process of started) await process.kill9();
  started = [];
  rmSync(work, { recursive: true, force: true });
});

async function signUp(as: NodeJS.ProcessEnv): Promise<string> {
  const address = `user${++accounts}@example.com`;
  const args = ["signup", "--email", address, "--name", "x", "--password-stdin"];
  expect(await ledge(as, args, PASSWORD)).toMatchObject({ code: 0 });
  return address;
}

async function ok(...args: string[]): Promise<Outcome> {
  const outcome = await ledge(env, args, PASSWORD);
  expect(outcome, `${args.join(" ")}\n${outcome.stderr}`).toMatchObject({ code: 0 });
  return outcome;
}

/** Starts a sync that goes on; resolves when it is idle. */
async function begin(...args: string[]): Promise<SyncProcess> {
  const process = new SyncProcess(env, args);
  started.push(process);
  await process.said(/^(idle|\{"type":"state","state":"idle"\})$/m);
  return process;
}

function write(path: string, text: string): void {
  writeFileSync(path, text);
}

function read(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

async function equal(): Promise<void> {
  let differences: string[] = [];
  await until(() => {
    differences = treeDifferences(folderTree(a), folderTree(b));
    return differences.length === 0;
  }, "the folders are equal").catch((error: unknown) => {
    throw new Error(differences.join("\n"), { cause: error });
  });
}

async function statusOf(root: string): Promise<ReplicaReport> {
  return JSON.parse((await ok("status", root, "--json")).stdout) as ReplicaReport;
}

async function untilState(root: string, state: string): Promise<ReplicaReport> {
  let report = await statusOf(root);
  await until(async () => (report = await statusOf(root)).status?.state === state, `${root} is ${state}`, 60_000, 200);
  return report;
}

it("[Y2] [Y8] [Y11] [Y18] what is made, edited, moved, renamed and deleted on one of two folders comes to the other", async () => {
  mkdirSync(join(a, "docs", "empty"), { recursive: true });
  write(join(a, "docs", "one.txt"), "one");
  write(join(a, "run.sh"), "#!/bin/sh");
  chmodSync(join(a, "run.sh"), 0o755);
  utimesSync(join(a, "docs", "one.txt"), 1_000_000_000.123, 1_000_000_000.123);
  await begin(a, "/shared");
  await begin(b, "/shared");
  await equal();
  expect(statSync(join(b, "docs", "one.txt")).mtimeMs).toBeCloseTo(1_000_000_000_123, 0);
  expect(statSync(join(b, "run.sh")).mode & 0o111).not.toBe(0);

  write(join(b, "docs", "one.txt"), "one, edited");
  await until(() => read(join(a, "docs", "one.txt")) === "one, edited", "the edit is there");
  const { ino } = statSync(join(b, "docs", "one.txt"));
  renameSync(join(a, "docs"), join(a, "papers"));
  await until(() => existsSync(join(b, "papers")), "the folder is moved");
  expect(statSync(join(b, "papers", "one.txt")).ino).toBe(ino);
  renameSync(join(a, "papers", "one.txt"), join(a, "papers", "ONE.txt"));
  await until(() => readdirSync(join(b, "papers")).includes("ONE.txt"), "the case is changed");
  chmodSync(join(a, "run.sh"), 0o644);
  await until(() => (statSync(join(b, "run.sh")).mode & 0o111) === 0, "it is not executable");
  rmSync(join(b, "run.sh"));
  await until(() => !existsSync(join(a, "run.sh")), "it is deleted");
  await equal();
  const trashed = readdirSync(join(a, ".ledge", "trash"), { recursive: true, encoding: "utf8" });
  expect(trashed.some((path) => path.endsWith("run.sh"))).toBe(true);
  expect((await ok("ls", "/shared")).stdout).toBe("papers/\n");
});

it("[Y4] two edits of one text are merged where they do not overlap; else both are kept, and listed by `conflicts`", async () => {
  mkdirSync(a);
  write(join(a, "text.md"), "1\n2\n3\n4\n5\n");
  write(join(a, "same.md"), "base\n");
  await ok("sync", a, "--once", "--name", "desk");
  await ok("sync", b, "--once", "--name", "lap/top");
  write(join(a, "text.md"), "one\n2\n3\n4\n5\n");
  write(join(b, "text.md"), "1\n2\n3\n4\nfive\n");
  write(join(a, "same.md"), "of a\n");
  write(join(b, "same.md"), "of b\n");
  await ok("sync", a, "--once");
  const { stdout } = await ok("sync", b, "--once");
  expect(read(join(b, "text.md"))).toBe("one\n2\n3\n4\nfive\n");
  expect(read(join(b, "same.md"))).toBe("of a\n");
  const [copy = ""] = readdirSync(b).filter((name) => name.startsWith("same (conflict"));
  expect(copy).toMatch(/^same \(conflict lap-top \d{4}-\d\d-\d\d\)\.md$/);
  expect(read(join(b, copy))).toBe("of b\n");
  expect(stdout).toContain(`conflict same.md: kept as ${copy}\n`);
  await ok("sync", a, "--once");
  await equal();
  const conflicts = async (root: string): Promise<unknown[]> =>
    (await ok("conflicts", root, "--json")).stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown);
  expect(await conflicts(b)).toMatchObject([{ root: b, path: copy, original: "same.md", device: "lap/top" }]);
  expect(await conflicts(a)).toMatchObject([{ root: a, path: copy, original: "same.md", device: "lap-top" }]);
  rmSync(join(a, copy));
  expect(await conflicts(a)).toEqual([]);
});

it("[Y15] [Y16] what is ignored, no file, or left out on a device stays where it is", async () => {
  mkdirSync(join(a, "build"), { recursive: true });
  mkdirSync(join(a, "photos"));
  write(join(a, ".ledgeignore"), "build/\n*.tmp\n");
  write(join(a, "build", "out.o"), "x");
  write(join(a, "x.tmp"), "x");
  write(join(a, "photos", "p.jpg"), "p");
  write(join(a, "kept"), "k");
  symlinkSync("kept", join(a, "link"));
  const { stderr } = await ok("sync", a, "/top", "--once");
  expect(stderr).toContain("left alone link: ");
  expect((await ok("ls", "/top")).stdout.split("\n").sort()).toEqual(["", ".ledgeignore", "kept", "photos/"]);
  await ok("sync", b, "/top", "--once", "--exclude", "/top/photos");
  expect(readdirSync(b).sort()).toEqual([".ledge", ".ledgeignore", "kept"]);
  expect((await statusOf(b)).excluded).toEqual(["photos"]);
  await ok("sync", b, "--once");
  expect(readdirSync(b)).not.toContain("photos");
  await ok("sync", b, "--once", "--include", "top/photos");
  expect(read(join(b, "photos", "p.jpg"))).toBe("p");
  expect(await ledge(env, ["sync", b, "--once", "--include", "/top/photos"])).toMatchObject({ code: 2 });
  expect(await ledge(env, ["sync", b, "--once", "--exclude", "/"])).toMatchObject({ code: 2 });
  expect(await ledge(env, ["sync", b, "--once", "--exclude", "/top/nothing"])).toMatchObject({ code: 4 });
});

async function makeMany(root: string): Promise<void> {
  mkdirSync(join(root, "many"), { recursive: true });
  for (let n = 0; n < 20; n++) write(join(root, "many", `${n}`), `file ${n}`);
}

it("[Y14] a mass deletion waits; another process confirms it or takes it back", async () => {
  await makeMany(a);
  const process = await begin(a);
  rmSync(join(a, "many"), { recursive: true });
  const braked = await untilState(a, "braked");
  expect(braked).toMatchObject({ running: true, pid: process.pid, status: { brake: { remote: 21, local: 0 } } });
  expect(process.output).toContain("braked: 21 things that went away here would be deleted on the server\n");
  expect((await ok("status", a)).stdout).toContain("a mass deletion is held back: 21 on the server, 0 here");
  expect((await ok("ls", "/")).stdout).toBe("many/\n");

  await ok("status", a, "--undo-deletions");
  await until(() => existsSync(join(a, "many")) && readdirSync(join(a, "many")).length === 20, "all is back");
  await untilState(a, "idle");
  expect(await ledge(env, ["status", a, "--confirm-deletions"])).toMatchObject({ code: 2 });

  rmSync(join(a, "many"), { recursive: true });
  await untilState(a, "braked");
  await ok("status", a, "--confirm-deletions");
  await until(async () => (await ok("ls", "/")).stdout === "", "it is deleted on the server", 60_000, 200);
  await untilState(a, "idle");
});

it("[Y14] `sync --once` ends with 1 while a mass deletion waits, and takes the answer beforehand", async () => {
  await makeMany(a);
  await ok("sync", a, "--once");
  rmSync(join(a, "many"), { recursive: true });
  const held = await ledge(env, ["sync", a, "--once"]);
  expect(held).toMatchObject({ code: 1 });
  expect(held.stderr).toContain("--deletions confirm carries it out");
  expect(await ledge(env, ["status", a, "--confirm-deletions"])).toMatchObject({ code: 2 });
  await ok("sync", a, "--once", "--deletions", "undo");
  expect(readdirSync(join(a, "many"))).toHaveLength(20);
  rmSync(join(a, "many"), { recursive: true });
  await ok("sync", a, "--once", "--deletions", "confirm");
  expect((await ok("ls", "/")).stdout).toBe("");
});

it("[Y14] a folder that was linked and has lost its .ledge is refused; --relink merges and deletes nothing", async () => {
  mkdirSync(a);
  write(join(a, "x"), "x");
  await ok("sync", a, "--once");
  renameSync(a, join(work, "unmounted"));
  const absent = await ledge(env, ["sync", a, "--once"]);
  expect(absent).toMatchObject({ code: 2 });
  expect(absent.stderr).toContain("is a disk not mounted?");
  expect(existsSync(a)).toBe(false);
  mkdirSync(a);
  expect(await ledge(env, ["sync", a, "--once"])).toMatchObject({ code: 2 });
  expect(readdirSync(a)).toEqual([]);
  expect(JSON.parse((await ok("status", "--json")).stdout)).toMatchObject({ root: a, isLost: true });
  write(join(a, "y"), "y");
  await ok("sync", a, "--once", "--relink");
  expect(readdirSync(a).sort()).toEqual([".ledge", "x", "y"]);
  expect((await ok("ls", "/")).stdout).toBe("x\ny\n");
});

it("[Y19] an unlinked folder keeps its files and its trash, and can be linked again", async () => {
  mkdirSync(a);
  for (const name of ["kept", "gone"]) write(join(a, name), name);
  await ok("sync", a, "--once");
  await ok("rm", "/gone");
  await ok("sync", a, "--once");
  const { stdout } = await ok("unlink", a);
  expect(stdout).toContain(join(a, ".ledge", "trash"));
  expect(readdirSync(join(a, ".ledge"))).toEqual(["trash"]);
  expect(await ledge(env, ["status", a])).toMatchObject({ code: 2 });
  expect(await ledge(env, ["unlink", a])).toMatchObject({ code: 2 });
  expect(read(join(a, "kept"))).toBe("kept");
  write(join(a, "new"), "new");
  await ok("sync", a, "--once");
  await ok("sync", b, "--once");
  await equal();
  expect(read(join(b, "new"))).toBe("new");
});

it("[Y14] a sync whose folder goes away stops and deletes nothing", async () => {
  mkdirSync(a);
  write(join(a, "x"), "x");
  const process = await begin(a);
  renameSync(a, join(work, "unmounted"));
  mkdirSync(a);
  expect(await process.ended).toBe(1);
  expect(process.output).toContain("Nothing was deleted");
  expect((await ok("ls", "/")).stdout).toBe("x\n");
});

it("[Y19] a copied folder goes on as a device of its own", async () => {
  mkdirSync(a);
  write(join(a, "x"), "x");
  await ok("sync", a, "/of-a", "--once");
  cpSync(a, b, { recursive: true });
  const { stderr } = await ok("sync", b, "--once");
  expect(stderr).toContain("is a copy of a folder that is in sync");
  expect((await ok("ls", "/of-a")).stdout).toBe("x\n");
  const [first, second] = [await statusOf(a), await statusOf(b)];
  expect(second.device?.id).not.toBe(first.device?.id);
  expect(second.remote).toBe("/of-a");
  expect((await ok("sync", b, "--once")).stderr).not.toContain("is a copy");
});

it("[Y22] one process syncs a folder; `--once` beside it is refused", async () => {
  const process = await begin(a);
  const second = await ledge(env, ["sync", a, "--once", "--json"]);
  expect(second).toMatchObject({ code: 5 });
  expect(second.stderr).toContain(`another process (${process.pid}) syncs this folder already`);
  expect(JSON.parse(second.stdout)).toMatchObject({ error: { code: "busy" } });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const [last] = started.slice(-1);
    const began = Date.now();
    expect(await last?.stop(signal)).toBe(0);
    expect(Date.now() - began).toBeLessThan(8_000);
    expect(await statusOf(a)).toMatchObject({ running: false, pid: null, status: { state: "stopped" } });
    await begin(a);
  }
});

it("refuses another remote folder, another account, and folders in one another", async () => {
  await ok("sync", a, "/one", "--once");
  await ok("sync", a, "one/", "--once");
  const elsewhere = await ledge(env, ["sync", a, "/two", "--once"]);
  expect(elsewhere).toMatchObject({ code: 2 });
  expect(elsewhere.stderr).toContain("is in sync with /one, not with /two");
  const other = { ...env, LEDGE_CONFIG_DIR: join(work, "other") };
  await signUp(other);
  const stranger = await ledge(other, ["sync", a, "--once"]);
  expect(stranger).toMatchObject({ code: 2 });
  expect(stranger.stderr).toContain("sign in to another account there");
  for (const nested of [join(a, "in", "it"), work]) {
    const refused = await ledge(env, ["sync", nested, "--once"]);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain("which is in sync by itself");
    expect(existsSync(join(nested, ".ledge"))).toBe(false);
  }
  await ok("sync", a, "/two", "--once", "--relink");
  expect(await statusOf(a)).toMatchObject({ remote: "/two" });
});

it("--dry-run says what would be done and does nothing, linked or not", async () => {
  mkdirSync(join(a, "d"), { recursive: true });
  write(join(a, "d", "x"), "x");
  write(join(a, "gone"), "g");
  const fresh = await ok("sync", a, "/new", "--dry-run");
  expect(fresh.stdout.split("\n")).toEqual(expect.arrayContaining(["mkdir up d: new here", "up gone: new here"]));
  expect(readdirSync(a).sort()).toEqual(["d", "gone"]);
  expect((await ok("ls", "/")).stdout).toBe("");
  await ok("sync", a, "/new", "--once");
  await ok("sync", b, "/new", "--once");
  rmSync(join(a, "gone"));
  write(join(a, "d", "x"), "edited");
  renameSync(join(a, "d"), join(a, "e"));
  write(join(a, "y"), "another size");
  const planned = (await ok("sync", a, "--dry-run")).stdout.split("\n").filter(Boolean);
  expect(planned.sort()).toEqual([
    "delete up gone: gone here",
    "move up e: moved here",
    "up e/x: changed here",
    "up y: new here",
  ]);
  await ok("sync", a, "--once");
  const down = (await ok("sync", b, "--dry-run")).stdout.split("\n").filter(Boolean);
  expect(down.sort()).toEqual([
    "delete down gone: gone on the server",
    "down d/x: changed on the server",
    "down y: new on the server",
    "move down d: becomes e, moved on the server",
  ]);
  const absent = await ok("sync", join(work, "c"), "/new", "--dry-run", "--json");
  const steps = absent.stdout.split("\n").filter(Boolean);
  expect(steps.map((line) => (JSON.parse(line) as { path: string }).path).sort()).toEqual(["e", "e/x", "y"]);
  expect(existsSync(join(work, "c"))).toBe(false);
});

it("[W5] [W7] devices are listed, named and revoked; a revoked one stops and says what to do", async () => {
  const { stdout: token } = await ok("token", "create", "for b");
  const first = await begin(a, "--name", "desk");
  const second = new SyncProcess({ ...env, LEDGE_TOKEN: token.trim() }, [b, "--name", "laptop"]);
  started.push(second);
  await second.said("idle\n");
  const list = async (): Promise<Record<string, unknown>[]> =>
    (await ok("devices", "--json")).stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  // The socket opens beside the first scan.
  const connected = async (): Promise<number> => (await list()).filter(({ connected }) => connected).length;
  await until(async () => (await connected()) === 2, "both devices are connected");
  const devices = await list();
  expect(devices).toHaveLength(2);
  const laptop = devices.find(({ name }) => name === "laptop");
  expect(laptop).toMatchObject({ platform: process.platform, connected: true, current: false, folder: b });
  expect(devices.find(({ name }) => name === "desk")).toMatchObject({ connected: true, current: true, folder: a });
  await ok("devices", "rename", String(laptop?.["id"]), "Old laptop");
  expect((await ok("devices")).stdout).toContain(`Old laptop (${process.platform})`);
  await ok("devices", "revoke", String(laptop?.["id"]));
  expect(await second.ended).toBe(3);
  expect(second.output).toContain("revoked");
  expect(second.output).toContain(`ledge sync ${b} --relink`);
  const again = await ledge({ ...env, LEDGE_TOKEN: token.trim() }, ["sync", b, "--once"]);
  expect(again).toMatchObject({ code: 3 });
  expect(await list()).toHaveLength(1);
  expect(first.endedByItself).toBe(false);
  expect(await ledge(env, ["devices", "revoke", "laptop"])).toMatchObject({ code: 2 });
  await ok("logout");
  expect(await first.ended).toBe(3);
  expect(first.output).toContain('Sign in again with "ledge login"');
  expect(await ledge(env, ["sync", a, "--once"])).toMatchObject({ code: 3 });
  await ok("login", "--email", email, "--password-stdin");
  await ok("sync", a, "--once");
});

it("--once without a server ends with 7, and a linked folder syncs when it is back", async () => {
  mkdirSync(a);
  write(join(a, "x"), "x");
  await ok("sync", a, "--once");
  const process = await begin(a);
  await server.kill9();
  write(join(a, "y"), "y");
  const [once, offline] = await Promise.all([
    ledge(env, ["sync", b, "--once"]),
    untilState(a, "offline").then(({ status }) => status),
  ]);
  expect(once).toMatchObject({ code: 7 });
  expect(offline?.offline).not.toBeNull();
  await server.restart();
  await process.said("up y\n", 60_000);
});

it("--json writes each event as one line of JSON; a pipe gets one line an event, a limit holds", async () => {
  mkdirSync(a);
  writeFileSync(join(a, "large.bin"), Buffer.alloc(3_000_000, 7).fill("some random text\n", 5, 2_000_000));
  const { stdout } = await ok("sync", a, "--once", "--json");
  const events = stdout.split("\n").filter(Boolean);
  expect(events.map((line) => JSON.parse(line) as unknown)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ type: "done", step: "createFile", path: "large.bin" }),
      expect.objectContaining({ type: "ended", ended: "done" }),
    ]),
  );
  expect((await ok("sync", b, "--once")).stdout).toBe("down large.bin\nidle\n");
  // What went ahead is paid for by what comes after it.
  writeFileSync(join(a, "second.bin"), randomBytes(3_000_000));
  await ok("sync", a, "--once");
  const c = join(work, "c");
  const began = Date.now();
  await ok("sync", c, "--once", "--limit-down", "1MB");
  expect(Date.now() - began).toBeGreaterThan(1_000);
  expect(await ledge(env, ["sync", c, "--once", "--limit-up", "fast"])).toMatchObject({ code: 2 });
  expect(spawnSync("cmp", [join(a, "large.bin"), join(c, "large.bin")]).status).toBe(0);
});
