import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { ReplicaReport } from "../../cli/sync/replica-report.ts";
import type { Node } from "../../protocol/tree.ts";
import { folderTree, treeDifferences } from "./support/folder-tree.ts";
import { ledge, SyncProcess, until, type Outcome } from "./support/ledge-process.ts";
import { startServer, type TestServer } from "./support/server.ts";

const PASSWORD = "correct horse battery staple";

let server: TestServer;
let work: string;
const running = new Map<string, SyncProcess>();

beforeAll(async () => {
  // Two shards: accounts are placed on either.
  server = await startServer({ config: "tests/wrangler.toml" });
  work = mkdtempSync(join(tmpdir(), "ledge-sync-shared-"));
  for (const name of ["ada", "bob"])
    await run(name, ["signup", "--email", emailOf(name), "--name", name, "--password-stdin"], PASSWORD);
}, 300_000);

afterAll(async () => {
  for (const process of running.values()) await process.kill9();
  await server?.stop();
  if (work) rmSync(work, { recursive: true, force: true });
});

const emailOf = (name: string): string => `${name}@example.org`;
const diskOf = (name: string, path = ""): string => join(work, name, "disk", path);

function envOf(name: string): NodeJS.ProcessEnv {
  return { LEDGE_URL: server.url, LEDGE_CONFIG_DIR: join(work, name, "config"), LEDGE_TOKEN: "" };
}

async function run(name: string, args: readonly string[], input = ""): Promise<Outcome> {
  const outcome = await ledge(envOf(name), args, input);
  if (outcome.code !== 0) throw new Error(`ledge ${args.join(" ")}: ${outcome.stderr}`);
  return outcome;
}

function sync(name: string): SyncProcess {
  const process = new SyncProcess(envOf(name), [diskOf(name), "--json"], join(work, `${name}.log`));
  running.set(name, process);
  return process;
}

const taken = new Set<string>();

/** The address in a mail that invites somebody and was not taken yet: the newest mail may still be an earlier one. */
async function invitationOf(email: string): Promise<string> {
  return vi.waitFor(
    async () => {
      const answer = await fetch(`${server.url}/dev/mail`, { headers: { accept: "application/json" } });
      const { messages } = (await answer.json()) as { messages: { to: string; kind: string; text: string }[] };
      const addresses = messages
        .filter(({ to, kind }) => to === email && kind === "invitation")
        .flatMap(({ text }) => /\S+\/invitations#[\w-]{24}/.exec(text)?.[0] ?? []);
      const address = addresses.find((each) => !taken.has(each));
      if (address === undefined) throw new Error(`no invitation came to ${email}`);
      taken.add(address);
      return address;
    },
    { timeout: 30_000 },
  );
}

async function versionsOf(name: string, path: string): Promise<number> {
  return (await run(name, ["versions", path, "--json"])).stdout.trim().split("\n").length;
}

async function equal(what: string, folder = "Team"): Promise<void> {
  const differences = (): string[] => {
    if (!existsSync(diskOf("ada", folder)) || !existsSync(diskOf("bob", folder))) return ["a folder is missing"];
    return treeDifferences(folderTree(diskOf("ada", folder)), folderTree(diskOf("bob", folder)));
  };
  await until(() => differences().length === 0, what, 60_000).catch((error: unknown) => {
    throw new Error(`${what}: ${differences().join("; ")}`, { cause: error });
  });
}

it("[M5] [M8] [M9] [M11] two disks of two people have a shared folder in common, through edits, renames, deletions and kills, until one is removed", async () => {
  mkdirSync(diskOf("ada", "Team/plans"), { recursive: true });
  writeFileSync(diskOf("ada", "Team/plans/one.txt"), "one\n");
  sync("ada");
  await until(async () => (await ledge(envOf("ada"), ["stat", "/Team/plans/one.txt"])).code === 0, "it went up");
  await run("ada", ["invite", "/Team", emailOf("bob")]);
  await run("bob", ["accept", await invitationOf(emailOf("bob"))]);
  sync("bob");
  await equal("what was there came");

  writeFileSync(diskOf("bob", "Team/from bob.txt"), "from bob\n");
  writeFileSync(diskOf("bob", "Team/plans/one.txt"), "one, edited by bob\n");
  await until(() => existsSync(diskOf("ada", "Team/from bob.txt")), "ada has bob's file");
  await equal("bob's edits came");
  renameSync(diskOf("ada", "Team/plans"), diskOf("ada", "Team/done"));
  rmSync(diskOf("ada", "Team/from bob.txt"));
  await until(() => existsSync(diskOf("bob", "Team/done/one.txt")), "bob has the new name");
  await until(() => !existsSync(diskOf("bob", "Team/from bob.txt")), "bob's copy went");

  // Killed in the midst of many files, in both directions, and what was moved across goes on.
  for (let i = 0; i < 60; i++) writeFileSync(diskOf("bob", `Team/done/${i}.txt`), `number ${i}\n`.repeat(i + 1));
  mkdirSync(diskOf("bob", "own"));
  writeFileSync(diskOf("bob", "own/mine.txt"), "mine\n");
  await until(async () => (await ledge(envOf("bob"), ["stat", "/own/mine.txt"])).code === 0, "it went up");
  writeFileSync(diskOf("bob", "own/mine.txt"), "mine, edited\n");
  await until(async () => (await versionsOf("bob", "/own/mine.txt")) === 2, "its edit went up");
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await running.get("bob")?.kill9();
  renameSync(diskOf("bob", "own"), diskOf("bob", "Team/own"));
  for (let i = 0; i < 20; i++) writeFileSync(diskOf("ada", `Team/done/ada ${i}.txt`), `ada's ${i}\n`);
  sync("bob");
  await running.get("ada")?.kill9();
  sync("ada");
  await until(() => existsSync(diskOf("ada", "Team/own/mine.txt")), "what was bob's own came to ada", 60_000);
  await equal("all of it came");
  await until(
    async () => (await run("bob", ["ls", "/"])).stdout.trim() === "Team/",
    "the original of what was moved is in bob's trash",
  );
  expect((await run("bob", ["ls", "/Team/own"])).stdout.trim()).toBe("mine.txt");
  expect(await versionsOf("ada", "/Team/own/mine.txt")).toBe(2);

  const before = folderTree(diskOf("bob", "Team"));
  await run("ada", ["members", "/Team", "--remove", emailOf("bob")]);
  const kept = diskOf("bob", "Team (no longer shared)");
  await until(() => existsSync(kept), "bob's copy says so", 60_000);
  expect(treeDifferences(before, folderTree(kept))).toEqual([]);
  expect(existsSync(diskOf("bob", "Team"))).toBe(false);
  writeFileSync(join(kept, "later.txt"), "later\n");
  writeFileSync(diskOf("ada", "Team/after.txt"), "after\n");
  await until(async () => (await ledge(envOf("ada"), ["stat", "/Team/after.txt"])).code === 0, "it went up");
  await running.get("bob")?.kill9();
  await run("bob", ["sync", diskOf("bob"), "--once"]);
  expect((await run("bob", ["ls", "/"])).stdout).toBe("");
  expect(existsSync(join(kept, "after.txt"))).toBe(false);
  expect(readFileSync(join(kept, "later.txt"), "utf8")).toBe("later\n");
  const report = JSON.parse((await run("bob", ["status", diskOf("bob"), "--json"])).stdout) as ReplicaReport;
  expect(report.status?.problems).toContainEqual([
    "Team (no longer shared)",
    "is no longer shared with you: it stays as it is, and is not synced",
  ]);
}, 300_000);

it("[M2] [M5] [M11] the command line shares, accepts, lists, changes roles, and reads and writes through a mount", async () => {
  await run("ada", ["mkdir", "-p", "/Docs/sub"]);
  await run("ada", ["invite", "/Docs", emailOf("bob"), "--role", "viewer", "--message", "have a look"]);
  expect((await run("ada", ["members", "/Docs"])).stdout).toContain("(invited)");
  await run("bob", ["mkdir", "/shared"]);
  await run("bob", ["accept", await invitationOf(emailOf("bob")), "--to", "/shared"]);
  expect((await run("bob", ["ls", "/shared/Docs"])).stdout.trim()).toBe("sub/");

  const file = join(work, "note.txt");
  writeFileSync(file, "a note\n");
  const refused = await ledge(envOf("bob"), ["put", file, "/shared/Docs/sub/"]);
  expect(refused.code).not.toBe(0);
  await run("ada", ["members", "/Docs", "--role", emailOf("bob"), "editor"]);
  await run("bob", ["put", file, "/shared/Docs/sub/"]);
  await run("bob", ["mv", "/shared/Docs/sub/note.txt", "/shared/Docs/moved.txt"]);
  expect((await run("ada", ["ls", "/Docs"])).stdout.trim().split("\n").sort()).toEqual(["moved.txt", "sub/"]);
  await run("bob", ["get", "/shared/Docs/moved.txt", join(work, "got.txt")]);
  expect(readFileSync(join(work, "got.txt"), "utf8")).toBe("a note\n");
  await run("bob", ["rm", "/shared/Docs/moved.txt"]);
  expect((await run("ada", ["ls", "/Docs"])).stdout.trim()).toBe("sub/");

  await run("bob", ["put", file, "/shared/Docs/sub/"]);
  await run("bob", ["put", "--checksum", join(work, "got.txt"), "/shared/Docs/sub/note.txt"]);
  const moved = JSON.parse((await run("bob", ["mv", "/shared/Docs/sub", "/mine", "--json"])).stdout) as Node;
  expect(moved).toMatchObject({ name: "mine", type: "folder", state: "live" });
  expect((await run("bob", ["ls", "/mine"])).stdout.trim()).toBe("note.txt");
  expect((await run("ada", ["ls", "/Docs"])).stdout).toBe("");
  expect((await run("ada", ["trash"])).stdout).toContain("sub");
  expect(await ledge(envOf("bob"), ["cp", "/mine", "/shared/Docs"])).toMatchObject({ code: 2 });
  await run("bob", ["mkdir", "/shared/Docs/mine"]);
  expect(await ledge(envOf("bob"), ["mv", "/mine", "/shared/Docs"])).toMatchObject({ code: 5 });
  await run("bob", ["mv", "--rename", "/mine", "/shared/Docs"]);
  expect((await run("ada", ["ls", "/Docs"])).stdout.trim().split("\n").sort()).toEqual(["mine (2)/", "mine/"]);
  await run("bob", ["leave", "/shared/Docs"]);
  expect((await run("bob", ["ls", "/shared"])).stdout).toBe("");
  await run("ada", ["unshare", "/Docs"]);
  expect((await run("ada", ["ls", "/"])).stdout).toContain("Docs/");
});

it("[M13] [Y2] a folder that gets a new owner stays on both disks as it is, and in sync", async () => {
  mkdirSync(diskOf("ada", "Joint/deep"), { recursive: true });
  for (let i = 0; i < 20; i++) writeFileSync(diskOf("ada", `Joint/deep/${i}.txt`), `number ${i}\n`.repeat(i + 1));
  writeFileSync(diskOf("ada", "Joint/a.txt"), "a\n");
  await running.get("ada")?.kill9();
  await running.get("bob")?.kill9();
  sync("ada");
  await until(async () => (await ledge(envOf("ada"), ["stat", "/Joint/deep/19.txt"])).code === 0, "it went up");
  await run("ada", ["invite", "/Joint", emailOf("bob")]);
  await run("bob", ["accept", await invitationOf(emailOf("bob"))]);
  sync("bob");
  await equal("all of it came to bob", "Joint");
  writeFileSync(diskOf("bob", "Joint/a.txt"), "a, edited by bob\n");
  await until(async () => (await versionsOf("ada", "/Joint/a.txt")) === 2, "bob's edit went up");
  await until(() => readFileSync(diskOf("ada", "Joint/a.txt"), "utf8") === "a, edited by bob\n", "it came to ada");

  const before = [identities("ada"), identities("bob")];
  await run("ada", ["owner", "/Joint", emailOf("bob")]);
  expect((await run("bob", ["owner", "/Joint"])).stdout).toContain("offered to you");
  await run("bob", ["owner", "/Joint", "--accept"]);
  expect((await run("ada", ["owner", "/Joint"])).stdout).toContain(emailOf("bob"));
  expect(await versionsOf("bob", "/Joint/a.txt")).toBe(2);

  writeFileSync(diskOf("ada", "Joint/from ada.txt"), "a manager by now\n");
  writeFileSync(diskOf("bob", "Joint/deep/3.txt"), "edited by its new owner\n");
  await until(() => existsSync(diskOf("bob", "Joint/from ada.txt")), "ada's file came to bob", 60_000);
  await until(
    () => readFileSync(diskOf("ada", "Joint/deep/3.txt"), "utf8") === "edited by its new owner\n",
    "bob's edit came to ada",
    60_000,
  );
  rmSync(diskOf("ada", "Joint/from ada.txt"));
  await until(() => !existsSync(diskOf("bob", "Joint/from ada.txt")), "it went from bob's disk", 60_000);
  expect(treeDifferences(folderTree(diskOf("ada", "Joint")), folderTree(diskOf("bob", "Joint")))).toEqual([]);
  // What nobody changed was neither fetched again nor removed.
  const after = [identities("ada"), identities("bob")];
  for (const [i, files] of before.entries()) {
    for (const [path, identity] of files)
      if (path !== "deep/3.txt") expect([path, after[i]?.get(path)]).toEqual([path, identity]);
  }
}, 300_000);

function identities(name: string): Map<string, number> {
  const paths = ["a.txt", ...Array.from({ length: 20 }, (_, i) => `deep/${i}.txt`)];
  return new Map(paths.map((path) => [path, statSync(diskOf(name, `Joint/${path}`)).ino]));
}
