import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "./support/server.ts";

const BIN = fileURLToPath(new URL("../../cli/bin.mjs", import.meta.url));
const PASSWORD = "correct horse battery staple";

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let server: TestServer;
let work: string;

beforeAll(async () => {
  server = await startServer();
  work = await mkdtemp(join(tmpdir(), "ledge-cli-"));
});

afterAll(async () => {
  await server?.stop();
  if (work) await rm(work, { recursive: true, force: true });
});

/** Runs the command line as a user named `who` would. `interruptAfter`: milliseconds until Ctrl-C. */
function ledge(
  who: string,
  args: readonly string[],
  options: { input?: string; interruptAfter?: number } = {},
): Promise<Outcome> {
  const env = { ...process.env, LEDGE_URL: server.url, LEDGE_CONFIG_DIR: join(work, `config-${who}`), LEDGE_TOKEN: "" };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [BIN, ...args], { env, cwd: work });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data: Buffer) => (stdout += String(data)));
    child.stderr.on("data", (data: Buffer) => (stderr += String(data)));
    child.stdin.end(options.input ?? "");
    const timer =
      options.interruptAfter === undefined ? undefined : setTimeout(() => child.kill("SIGINT"), options.interruptAfter);
    child.on("exit", () => clearTimeout(timer));
    child.on("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

async function ok(who: string, ...args: string[]): Promise<string> {
  const outcome = await ledge(who, args);
  expect(outcome, outcome.stderr).toMatchObject({ code: 0 });
  return outcome.stdout;
}

async function signUp(who: string): Promise<void> {
  const args = ["signup", "--email", `${who}@example.com`, "--name", who, "--password-stdin"];
  expect(await ledge(who, args, { input: `${PASSWORD}\n` })).toMatchObject({ code: 0 });
}

async function makeTree(name: string): Promise<string> {
  const root = join(work, name);
  await mkdir(join(root, "docs", "empty folder"), { recursive: true });
  await writeFile(join(root, "docs", "größe.txt"), "hello\n");
  await writeFile(join(root, "nothing"), "");
  await writeFile(join(root, "run.sh"), "#!/bin/sh\n");
  await chmod(join(root, "run.sh"), 0o755);
  await writeFile(join(root, "large.bin"), randomBytes(9 * 1024 * 1024));
  for (let i = 0; i < 60; i++) await writeFile(join(root, "docs", `note ${i}.md`), `note ${i}\n`.repeat(i));
  await utimes(join(root, "large.bin"), new Date(1_000_000_000_123), new Date(1_000_000_000_123));
  return root;
}

async function snapshot(root: string): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const { mtimeMs, mode } = await stat(path);
    const content = entry.isFile() ? (await readFile(path)).toString("base64") : null;
    found[path.slice(root.length)] = {
      content,
      mtime: Math.round(mtimeMs),
      executable: entry.isFile() && (mode & 0o100) !== 0,
    };
  }
  return found;
}

interface Summary {
  readonly files: number;
  readonly skipped: number;
  readonly sent: number;
  readonly bytes: number;
  readonly failed: number;
}

describe("the command line", () => {
  it("[A8] signs up, in and out, and keeps credentials that only their owner reads", async () => {
    await signUp("ada");
    expect((await stat(join(work, "config-ada", "credentials.json"))).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await ok("ada", "whoami", "--json"))).toMatchObject({ email: "ada@example.com" });
    await ok("ada", "logout");
    expect(await ledge("ada", ["whoami"])).toMatchObject({ code: 3 });
    const login = ["login", "--email", "ada@example.com", "--password-stdin"];
    expect(await ledge("ada", login, { input: "wrong password\n" })).toMatchObject({ code: 3 });
    expect(await ledge("ada", login, { input: `${PASSWORD}\n` })).toMatchObject({ code: 0 });
    await ok("ada", "whoami");
  });

  it("brings a tree there and back with names, bytes, times and executable bits", async () => {
    const tree = await makeTree("tree");
    const put: Summary = JSON.parse(await ok("ada", "put", "--json", tree, "/"));
    expect(put).toMatchObject({ files: 64, failed: 0 });
    await mkdir(join(work, "back"));
    await ok("ada", "get", "/tree", "back");
    expect(await snapshot(join(work, "back", "tree"))).toEqual(await snapshot(tree));
  });

  it("sends nothing for an unchanged tree, and only what is new of a changed one", async () => {
    const again: Summary = JSON.parse(await ok("ada", "put", "--json", "tree", "/"));
    expect(again).toMatchObject({ files: 0, skipped: 64, sent: 0 });
    const read: Summary = JSON.parse(await ok("ada", "put", "--json", "--checksum", "tree", "/"));
    expect(read).toMatchObject({ files: 64, sent: 0 });
    const large = join(work, "tree", "large.bin");
    await writeFile(large, Buffer.concat([Buffer.from("inserted"), await readFile(large)]));
    const edited: Summary = JSON.parse(await ok("ada", "put", "--json", "tree", "/"));
    expect(edited).toMatchObject({ files: 1, skipped: 63 });
    expect(edited.sent).toBeLessThan(0.7 * edited.bytes);
    expect(await ok("ada", "versions", "/tree/large.bin")).toMatch(/^ +n  stored .*\n +2 .*\n +1 /);
    await ok("ada", "get", "--version", "1", "/tree/large.bin", "old.bin");
    expect((await readFile(join(work, "old.bin"))).length).toBe(9 * 1024 * 1024);
  });

  it("places what it puts as cp -r does", async () => {
    await mkdir(join(work, "p"));
    await writeFile(join(work, "p", "f"), "f");
    await ok("ada", "put", "p", "/named");
    await ok("ada", "put", "p", "/named");
    await ok("ada", "put", "p/.", "/contents");
    await ok("ada", "put", "p/f", "/single");
    await ok("ada", "put", "p/f", "p", "/both");
    const expected = ["/named/f", "/named/p/f", "/contents/f", "/single", "/both/f", "/both/p/f"];
    for (const path of expected) await ok("ada", "stat", path);
    expect(await ledge("ada", ["put", "p", "/single"])).toMatchObject({ code: 5 });
  });

  it("moves, copies, deletes and restores", async () => {
    await ok("ada", "mkdir", "-p", "/m/x");
    await ok("ada", "cp", "/named/f", "/m/copy");
    await ok("ada", "mv", "/m/copy", "/m/x");
    expect(await ok("ada", "ls", "/m/x")).toBe("copy\n");
    expect(await ledge("ada", ["mkdir", "/m"])).toMatchObject({ code: 5 });
    await ok("ada", "rm", "/m/x");
    expect(await ledge("ada", ["stat", "/m/x/copy"])).toMatchObject({ code: 4 });
    expect(await ok("ada", "trash")).toMatch(/^[0-9a-z]{26}  [-0-9]{10} [:0-9]{8}  \/m\/x\/\n$/);
    expect(JSON.parse(await ok("ada", "trash", "--json"))).toMatchObject({ name: "x", path: "/m/x" });
    await ok("ada", "restore", "/m/x");
    await ok("ada", "stat", "/m/x/copy");
    await ok("ada", "rm", "/m/x");
    expect(await ledge("ada", ["trash", "empty"])).toMatchObject({ code: 2 });
    expect(await ok("ada", "trash", "empty", "--yes")).toBe("1 item deleted.\n");
    expect(await ok("ada", "trash")).toBe("");
  });

  it("leaves symlinks out, or follows them once", async () => {
    await mkdir(join(work, "links", "in"), { recursive: true });
    await writeFile(join(work, "links", "in", "f"), "f");
    await symlink("..", join(work, "links", "in", "loop"));
    await symlink("in/f", join(work, "links", "alias"));
    const skipped = await ledge("ada", ["put", "--json", "links", "/l1"]);
    expect(JSON.parse(skipped.stdout)).toMatchObject({ files: 1, failed: 0 });
    expect(skipped.stderr).toContain("symlink");
    const followed = await ledge("ada", ["put", "--json", "--follow-symlinks", "links", "/l2"]);
    expect(JSON.parse(followed.stdout)).toMatchObject({ files: 2, failed: 0 });
    expect(followed.stderr).toContain("symlink to a folder above it");
  });

  it("goes on after Ctrl-C where it stopped", async () => {
    const file = join(work, "interrupted.bin");
    await writeFile(file, randomBytes(160 * 1024 * 1024));
    const putUntil = (interruptAfter: number) => ledge("ada", ["put", file, "/"], { interruptAfter });
    let stopped = await putUntil(1_500);
    // A machine that is slow to start the program interrupts it before it listens.
    for (const later of [3_000, 6_000]) if (stopped.code === -1) stopped = await putUntil(later);
    if (stopped.code !== 0) {
      expect(stopped.code).toBe(130);
      expect(stopped.stderr).toContain("run the same command again");
      const { quota } = JSON.parse(await ok("ada", "whoami", "--json")) as { quota: { reserved: number } };
      expect(quota.reserved).toBe(0);
      const rest: Summary = JSON.parse(await ok("ada", "put", "--json", file, "/"));
      expect(rest.files).toBe(1);
    }
    const folder = join(work, "interrupted");
    await mkdir(folder);
    await rename(file, join(folder, "f"));
    const half = await ledge("ada", ["put", "--checksum", folder, "/halves"], { interruptAfter: 1_000 });
    if (half.stderr.includes("interrupted"))
      expect(half.stderr).toContain(`with "${folder}/." in place of "${folder}"`);
    await rename(join(folder, "f"), file);
    const target = join(work, "interrupted.back");
    await ledge("ada", ["get", "/interrupted.bin", target], { interruptAfter: 1_200 });
    await ok("ada", "get", "/interrupted.bin", target);
    expect((await readFile(target)).equals(await readFile(file))).toBe(true);
    expect((await readdir(work)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("[A6] works with a token from the environment, within its scopes", async () => {
    const token = (await ok("ada", "token", "create", "ci", "--scope", "read")).trim();
    const env = {
      ...process.env,
      LEDGE_URL: server.url,
      LEDGE_CONFIG_DIR: join(work, "config-none"),
      LEDGE_TOKEN: token,
    };
    const runAs = (args: string[]): Promise<number> =>
      new Promise((resolve) =>
        spawn(process.execPath, [BIN, ...args], { env, stdio: "ignore" }).on("exit", (code) => resolve(code ?? -1)),
      );
    expect(await runAs(["ls", "/"])).toBe(0);
    expect(await runAs(["mkdir", "/forbidden"])).toBe(3);
    const listed = (await ok("ada", "token", "list", "--json")).trim();
    await ok("ada", "token", "revoke", JSON.parse(listed).id);
    expect(await runAs(["ls", "/"])).toBe(3);
  });

  it("does the rest where one of several things fails", async () => {
    const made = await ledge("ada", ["mkdir", "--json", "/one", "/no/where", "/two"]);
    expect(made.code).toBe(4);
    const lines = made.stdout.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { name: "one" },
      { error: { code: "not_found" } },
      { name: "two" },
    ]);
    expect(await ledge("ada", ["rm", "/one", "/nope", "/nor", "/two"])).toMatchObject({ code: 1 });
    expect(await ledge("ada", ["stat", "/two"])).toMatchObject({ code: 4 });
    const conflict = await ledge("ada", ["cp", "/named/f", "/m"]).then(() => ledge("ada", ["cp", "/named/f", "/m"]));
    expect(conflict).toMatchObject({ code: 5 });
    expect(conflict.stderr).toBe(
      "ledge: /named/f to /m: there is an entry of this name already (--rename takes a free name)\n",
    );
  });

  it("shows names with control characters without sending them to the terminal", async () => {
    await mkdir(join(work, "hostile"));
    await writeFile(join(work, "hostile", "a\u001b[2Jb"), "x");
    const outcome = await ledge("ada", ["put", "hostile", "/"]);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain("a\\x1b[2Jb");
    expect(outcome.stderr).not.toContain("\u001b");
  });

  it("[N2] never makes versions of one file out of local names that differ in case", async () => {
    await mkdir(join(work, "cc"));
    await writeFile(join(work, "cc", "case"), "a\n");
    await writeFile(join(work, "cc", "CASE"), "bb\n");
    for (const files of [1, 0]) {
      const outcome = await ledge("ada", ["put", "--json", "cc", "/"]);
      expect(outcome.code).toBe(5);
      expect(JSON.parse(outcome.stdout)).toMatchObject({ files, failed: 1, failures: [{ code: "name_conflict" }] });
    }
    expect((await ok("ada", "versions", "--json", "/cc/case")).trim().split("\n")).toHaveLength(1);
    expect(await ok("ada", "ls", "/cc")).toBe("CASE\n");
  });

  it("[I11] shows one account nothing of another's", async () => {
    await signUp("bob");
    expect(await ok("bob", "ls", "/")).toBe("");
    expect(await ledge("bob", ["get", "/tree", "bob"])).toMatchObject({ code: 4 });
  });

  it("says what went wrong with its exit code", async () => {
    expect(await ledge("ada", ["put"])).toMatchObject({ code: 2 });
    expect(await ledge("ada", ["put", "no-such-file", "/"])).toMatchObject({ code: 2 });
    expect(await ledge("ada", ["nonsense"])).toMatchObject({ code: 2 });
    const wrong = await ledge("ada", ["put", "--json"]);
    expect(wrong.code).toBe(2);
    expect(JSON.parse(wrong.stdout)).toMatchObject({ error: { code: "usage" } });
    expect(await ledge("ada", ["get", "/named/f", "no-such-folder/f"])).toMatchObject({ code: 2 });
    const weak = ["signup", "--email", "weak@example.com", "--name", "Weak", "--password-stdin"];
    expect(await ledge("weak", weak, { input: "short\n" })).toMatchObject({ code: 2 });
    const down = await ledge("ada", ["ls", "--url", "http://127.0.0.1:1", "--json"]);
    expect(down.code).toBe(3);
    expect(JSON.parse(down.stdout)).toMatchObject({ error: { code: "unauthenticated" } });
  });

  it("[L1] [L8] shares by a link, lists what was done with it, and ends it", async () => {
    await writeFile(join(work, "shared.txt"), "for everybody");
    expect(await ledge("ada", ["put", "shared.txt", "/shared.txt"])).toMatchObject({ code: 0 });
    const options = ["--password-stdin", "--expires", "7d", "--max-downloads", "3", "--slug", "for-you", "--view"];
    const made = await ledge("ada", ["share", "/shared.txt", ...options], { input: "open sesame\n" });
    expect(made).toMatchObject({ code: 0, stderr: "" });
    expect(made.stdout).toMatch(new RegExp(`^${server.url}/s/for-you\\.[\\w-]{24}\\n$`));
    const address = made.stdout.trim().replace("/s/", "/api/shared/");
    expect((await fetch(address)).status).toBe(401);
    const listed = await ledge("ada", ["links", "/shared.txt", "--json"]);
    const link = JSON.parse(listed.stdout) as { id: string; path: string };
    expect(link).toMatchObject({ path: "/shared.txt", permission: "view", hasPassword: true, maxDownloads: 3 });
    expect((await ledge("ada", ["links"])).stdout).toContain("/shared.txt  (password)");
    expect(await ledge("ada", ["unshare", link.id])).toMatchObject({ code: 0 });
    expect((await fetch(address)).status).toBe(404);
    expect(await ledge("ada", ["unshare", link.id])).toMatchObject({ code: 4 });
    expect(await ledge("ada", ["share", "/shared.txt", "--view", "--upload"])).toMatchObject({ code: 2 });
  });

  it("[G1] [G4] audits the stores for the administrator, who signed up first, and for nobody else", async () => {
    const audit = await ledge("ada", ["audit", "--verify", "16", "--json"]);
    expect(audit).toMatchObject({ code: 0, stdout: "" });
    expect(audit.stderr).toMatch(/[1-9]\d* packs, [1-9]\d* chunks and [1-9]\d* accounts looked at: 0 findings/);
    await signUp("eve");
    expect(await ledge("eve", ["audit", "--repair"])).toMatchObject({ code: 3, stdout: "" });
  });
});
