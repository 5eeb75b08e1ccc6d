import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { ReplicaReport } from "../../cli/sync/replica-report.ts";
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
});

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

/** The address in the newest mail that invites somebody. */
async function invitationOf(email: string): Promise<string> {
  return vi.waitFor(
    async () => {
      const answer = await fetch(`${server.url}/dev/mail`, { headers: { accept: "application/json" } });
      const { messages } = (await answer.json()) as { messages: { to: string; kind: string; text: string }[] };
      const mail = messages.find(({ to, kind }) => to === email && kind === "invitation");
      const address = /\S+\/invitations#[\w-]{24}/.exec(mail?.text ?? "")?.[0];
      if (address === undefined) throw new Error(`no invitation came to ${email}`);
      return address;
    },
    { timeout: 10_000 },
  );
}

async function equal(what: string): Promise<void> {
  const differences = (): string[] => {
    if (!existsSync(diskOf("ada", "Team")) || !existsSync(diskOf("bob", "Team"))) return ["a folder is missing"];
    return treeDifferences(folderTree(diskOf("ada", "Team")), folderTree(diskOf("bob", "Team")));
  };
  await until(() => differences().length === 0, what, 60_000).catch((error: unknown) => {
    throw new Error(`${what}: ${differences().join("; ")}`, { cause: error });
  });
}

it("[M5] [M8] [M9] two disks of two people have a shared folder in common, through edits, renames, deletions and kills, until one is removed", async () => {
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

it("[M2] [M5] the command line shares, accepts, lists, changes roles, and reads and writes through a mount", async () => {
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

  const across = await ledge(envOf("bob"), ["mv", "/shared/Docs/sub", "/"]);
  expect(across).toMatchObject({ code: 2 });
  await run("bob", ["leave", "/shared/Docs"]);
  expect((await run("bob", ["ls", "/shared"])).stdout).toBe("");
  await run("ada", ["unshare", "/Docs"]);
  expect((await run("ada", ["ls", "/"])).stdout).toContain("Docs/");
});
