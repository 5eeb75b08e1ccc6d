import { spawn } from "node:child_process";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { childEnvironment, node24, root } from "../../scripts/support/tools.mjs";
import type { Changes } from "../../protocol/tree.ts";
import { startServer, type TestServer } from "./support/server.ts";

let server: TestServer;
let token: string | undefined;

beforeAll(async () => {
  server = await startServer();
  const account = { email: "ada@example.org", password: "correct horse battery", name: "Ada" };
  ({ token } = await send<{ token: string }>("POST", "/auth/sign-up/email", account));
});

afterAll(() => server.stop());

test("[S2] after its databases were restored and given a new epoch, clients are told to read a server's tree anew", async () => {
  const databases = join(server.stateDir, "v3/d1");
  const backup = join(server.stateDir, "backup");
  await send("POST", "/folders", { name: "kept" });
  await server.kill9();
  await cp(databases, backup, { recursive: true });
  await server.restart();

  await send("POST", "/folders", { name: "lost" });
  const before = await send<Changes>("GET", "/sync/changes");
  expect(namesOf(before)).toEqual(["", "kept", "lost"]);
  await server.kill9();
  await rm(databases, { recursive: true });
  await cp(backup, databases, { recursive: true });
  expect(await newEpoch()).toContain("META_0: 1 space has a new epoch.");
  await server.restart();

  // Another change takes the number of the lost one: without a new epoch the old cursor would pass over it.
  await send("POST", "/folders", { name: "later" });
  await expect(send("GET", `/sync/changes?since=${before.cursor}`)).rejects.toThrow("410 cursor_expired");
  const after = await send<Changes>("GET", "/sync/changes");
  expect(namesOf(after)).toEqual(["", "kept", "later"]);
  expect(after.epoch).not.toBe(before.epoch);
  await send("POST", "/folders", { name: "lost" });
  const more = await send<Changes>("GET", `/sync/changes?since=${after.cursor}`);
  expect(namesOf(more)).toEqual(["lost"]);
});

const namesOf = ({ changes }: Changes): string[] => changes.map(({ name }) => name);

/** Runs the script; answers what it printed. */
async function newEpoch(): Promise<string> {
  const child = spawn(node24, [join(root, "scripts/new-epoch.mjs")], {
    cwd: root,
    env: childEnvironment({ LEDGE_STATE: server.stateDir }),
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (printed += String(chunk)));
  const status = await new Promise((resolve) => child.once("close", resolve));
  if (status !== 0) throw new Error(printed);
  return printed;
}

async function send<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${server.url}/api${path}`, {
    method,
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: body ? JSON.stringify(body) : null,
  });
  const json = (await answer.json()) as T & { code?: string };
  if (!answer.ok) throw new Error(`${answer.status} ${json.code}`);
  return json;
}
