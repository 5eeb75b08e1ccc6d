import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SearchHit } from "../../protocol/search.ts";
import { ledge as runLedge, until, type Outcome } from "./support/ledge-process.ts";
import { startServer, type TestServer } from "./support/server.ts";

let server: TestServer;
let dir: string;

beforeAll(async () => {
  server = await startServer();
  dir = await mkdtemp(join(tmpdir(), "ledge-search-"));
  await ok("signup", "--email", "ada@example.org", "--name", "Ada");
  await put("/plans/otter plan.txt", "The otter\u001b[2J swims at dawn and sleeps at noon.");
  await put("/plans/draft.md", "# Draft\n\nAn otter is not in here, but a heron is.");
  await put("/heron.bin", "\u0000\u0001");
  await until(
    async () => {
      const [byText, byBoth] = [await ok("--json", "search", "dawn"), await ok("search", "heron")];
      return byText.stdout !== "" && ["heron.bin", "draft.md"].every((name) => byBoth.stdout.includes(name));
    },
    "what was put is found",
    90_000,
  );
});

afterAll(async () => {
  await server?.stop();
  await rm(dir, { recursive: true, force: true });
});

function ledge(...args: string[]): Promise<Outcome> {
  return runLedge({ LEDGE_URL: server.url, LEDGE_CONFIG_DIR: dir, LEDGE_PASSWORD: "correct horse battery" }, args);
}

async function ok(...args: string[]): Promise<Outcome> {
  const outcome = await ledge(...args);
  if (outcome.code !== 0) throw new Error(`ledge ${args.join(" ")}: ${outcome.code}\n${outcome.stderr}`);
  return outcome;
}

async function put(remote: string, text: string): Promise<void> {
  const local = join(dir, "local");
  await writeFile(local, text);
  await ok("put", local, remote);
}

/** The paths that a search prints. */
async function paths(...query: string[]): Promise<string[]> {
  const { stdout } = await ok("search", ...query);
  return stdout.split("\n").filter((line) => line.startsWith("/"));
}

it("[F1] [F3] finds by name and by content, names first, each by its path", async () => {
  expect(await paths("heron")).toEqual(["/heron.bin", "/plans/draft.md"]);
  expect(await paths("plans")).toEqual(["/plans/"]);
});

it("[F5] shows the text around what matched, without what would steer the terminal", async () => {
  const { stdout } = await ok("search", "dawn");
  expect(stdout).toMatch(/^\/plans\/otter plan\.txt\n {4}.*swims at dawn and sleeps/);
  expect(stdout).not.toContain("\u001b");
});

it("[F4] takes operators, a minus before a word too", async () => {
  expect(await paths("otter", "type:md")).toEqual(["/plans/draft.md"]);
  expect(await paths("otter", "-heron")).toEqual(["/plans/otter plan.txt"]);
  expect(await paths('"otter swims"')).toEqual([]);
  expect(await paths("heron in:plans size:<1kb")).toEqual(["/plans/draft.md"]);
});

it("[F4] takes a minus before a word that begins as the option does, after --, and says so", async () => {
  const { code, stderr } = await ledge("search", "otter", "-noon");
  expect(code).toBe(2);
  expect(stderr).toContain("search report -- -noon");
  expect(await paths("otter", "--", "-noon")).toEqual(["/plans/draft.md"]);
});

it("[F4] says what a malformed operator takes, and ends as for a wrong command line", async () => {
  const { code, stderr } = await ledge("search", "size:huge");
  expect(code).toBe(2);
  expect(stderr).toContain("size: takes a comparison with bytes, as in size:>10mb");
  const json = await ledge("--json", "search", "size:huge");
  expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: "invalid_search" } });
  expect((await ledge("search", "otter", "--nonsense")).code).toBe(2);
});

it("[F2] says what was searched for instead of a name with a letter wrong", async () => {
  const { stdout, stderr } = await ok("search", "herron");
  expect(stdout).toContain("/heron.bin");
  expect(stderr).toContain('Nothing has "herron": these have "heron".');
});

it("[F3] pages on up to the limit, the hits in JSON as the API has them", async () => {
  const hits = async (...args: string[]): Promise<SearchHit[]> =>
    (await ok("--json", "search", ...args)).stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as SearchHit);
  const all = await hits("type:file");
  expect(all.map(({ path }) => path).toSorted()).toEqual(["/heron.bin", "/plans/draft.md", "/plans/otter plan.txt"]);
  expect((await hits("type:file", "--limit", "2")).map(({ path }) => path)).toEqual(
    all.slice(0, 2).map(({ path }) => path),
  );
});

it("says that nothing was found, which is no failure", async () => {
  const { code, stdout, stderr } = await ledge("search", "unheardofword");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toContain("Nothing was found.");
});
