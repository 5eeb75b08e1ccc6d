import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ReplicaReport } from "../../cli/sync/replica-report.ts";
import { Prng } from "../sim/prng.ts";
import { ChaosUser, makeRandomTree, TokenLedger, tokensIn } from "./support/chaos-user.ts";
import { folderTree, pathsBelow, treeDifferences } from "./support/folder-tree.ts";
import { ledge, SyncProcess, until } from "./support/ledge-process.ts";
import { startServer, type TestServer } from "./support/server.ts";

const numberFrom = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
const SEED = numberFrom("LEDGE_CHAOS_SEED", 20_261_122);
const KILLS = numberFrom("LEDGE_CHAOS_KILLS", 12);
const FILES = numberFrom("LEDGE_CHAOS_FILES", 1_000);
const REPLICAS = 5;
const DEEDS_A_KILL = 25;
const SETTLED_WITHIN = 240_000 + FILES * 60;

let server: TestServer;
let work: string;
let env: NodeJS.ProcessEnv;
let isFine = false;

beforeAll(async () => {
  server = await startServer();
  work = mkdtempSync(join(tmpdir(), "ledge-chaos-"));
  env = { LEDGE_URL: server.url, LEDGE_CONFIG_DIR: join(work, "config"), LEDGE_TOKEN: "" };
  const args = ["signup", "--email", "a@example.com", "--name", "a", "--password-stdin"];
  expect(await ledge(env, args, "correct horse battery staple\n")).toMatchObject({ code: 0 });
});

afterAll(async () => {
  for (const replica of replicas) if (replica.process) await replica.process.kill9();
  await server?.stop();
  if (isFine) rmSync(work, { recursive: true, force: true });
});

interface Replica {
  readonly name: string;
  readonly root: string;
  process: SyncProcess | null;
}

const replicas: Replica[] = [];
const deeds: string[] = [];
const ledger = new TokenLedger(SEED);
const began = Date.now();

function say(text: string): void {
  console.log(`[${((Date.now() - began) / 1000).toFixed(1)} s] ${text}`);
}

function addReplica(): Replica {
  const name = `device-${replicas.length}`;
  const root = join(work, name);
  mkdirSync(root);
  mkdirSync(join(work, `graveyard-${name}`));
  const replica: Replica = { name, root, process: null };
  replicas.push(replica);
  return replica;
}

function start(replica: Replica): void {
  const args = [replica.root, "--name", replica.name, "--deletions", "confirm"];
  replica.process = new SyncProcess(env, args, join(work, `${replica.name}.log`));
}

/** A folder that was never linked needs the server to begin with. */
async function startLinked(some: readonly Replica[]): Promise<void> {
  some.forEach(start);
  const areLinked = async (): Promise<boolean> => {
    const said = await reports();
    return some.every(({ root }) => said.get(root)?.device);
  };
  await until(areLinked, "the folders are linked", 60_000, 200);
}

async function kill(replica: Replica): Promise<void> {
  await replica.process?.kill9();
  replica.process = null;
}

/** All that `ledge status` says, by root. */
async function reports(): Promise<Map<string, ReplicaReport>> {
  const { stdout, stderr, code } = await ledge(env, ["status", "--json"]);
  if (code !== 0) throw new Error(stderr);
  const lines = stdout.split("\n").filter(Boolean);
  return new Map(lines.map((line) => JSON.parse(line) as ReplicaReport).map((report) => [report.root, report]));
}

/** Resolves when every replica has the same tree and says that it is idle, nothing waiting. */
async function settled(): Promise<Map<string, string>> {
  let tree = new Map<string, string>();
  let complaint = "";
  const isSettled = async (): Promise<boolean> => {
    for (const { name, process } of replicas)
      if (process?.endedByItself) throw new Error(`${name} ended:\n${process.output.slice(-2_000)}`);
    const said = await reports();
    for (const { root, name } of replicas) {
      const report = said.get(root);
      const { state, waitingCount, waiting, problems } = report?.status ?? {};
      complaint = `${name} is ${state}, waiting ${waitingCount} ${JSON.stringify(waiting?.slice(0, 3))}`;
      if (!report?.running || state !== "idle" || waitingCount !== 0 || problems?.length !== 0) return false;
    }
    const [first, ...others] = replicas.map(({ root }) => folderTree(root));
    tree = first ?? tree;
    const differences = others.map((other) => treeDifferences(tree, other, 8));
    complaint = `trees differ: ${JSON.stringify(differences)}`;
    return differences.every(({ length }) => length === 0);
  };
  await until(isSettled, "all replicas are equal and idle", SETTLED_WITHIN, 1_000).catch((error: unknown) => {
    throw new Error(`seed ${SEED}, ${work}: ${complaint}`, { cause: error });
  });
  return tree;
}

async function killServer(): Promise<void> {
  await server.kill9();
  await sleep(prng.int(0, 1_500));
  await server.restart();
}

const prng = new Prng(SEED);

/** Kills something at random, and starts it again after a while; what the users do goes on meanwhile. */
async function killSomething(users: readonly (() => void)[]): Promise<string> {
  if (prng.chance(0.2)) {
    const restarted = killServer();
    for (const act of users) act();
    await restarted;
    return "server";
  }
  const victim = prng.pick(replicas);
  await kill(victim);
  for (const act of users) if (prng.chance(0.5)) act();
  await sleep(prng.chance(0.3) ? prng.int(1_000, 4_000) : prng.int(0, 300));
  start(victim);
  return victim.name;
}

it(
  `[Y2] [Y22] ${FILES} files on five devices survive ${KILLS} kills of devices and the server: equal everywhere, nothing lost`,
  { timeout: 2 * SETTLED_WITHIN + KILLS * 20_000 },
  async () => {
    say(`LEDGE_CHAOS_SEED=${SEED} LEDGE_CHAOS_KILLS=${KILLS} LEDGE_CHAOS_FILES=${FILES} in ${work}`);
    const [first] = [addReplica(), addReplica()];
    makeRandomTree(first.root, FILES, prng, ledger);
    const original = folderTree(first.root);
    await startLinked(replicas);
    // Some of the kills fall into the first transfer.
    const early = Math.ceil(KILLS / 5);
    for (let kills = 0; kills < early; kills++) {
      await sleep(prng.int(300, 2_500));
      await killSomething([]);
    }
    expect(treeDifferences(original, await settled())).toEqual([]);
    say(`${original.size} files and folders appeared on the second device`);
    const joining = Array.from({ length: REPLICAS - replicas.length }, addReplica);
    await startLinked(joining);
    const users = replicas.map(({ root, name }, index) => {
      const user = new ChaosUser(root, join(work, `graveyard-${name}`), new Prng(SEED, index + 1), ledger);
      return () => void deeds.push(`${name}: ${user.act()}`);
    });
    for (let kills = early; kills < KILLS; kills++) {
      for (let n = 0; n < DEEDS_A_KILL; n++) {
        prng.pick(users)();
        if (prng.chance(0.3)) await sleep(prng.int(0, 200));
      }
      say(`killed ${await killSomething(users)} (${kills + 1})`);
    }
    say(`${deeds.length} deeds done, settling`);
    const tree = await settled();
    await checkNothingLost(tree);
    await checkServer(tree);
    for (const { process } of replicas) expect(await process?.stop()).toBe(0);
    isFine = true;
    say(`${tree.size} files and folders are equal everywhere, ${ledger.count} writes accounted for`);
  },
);

/** What nobody overwrote or deleted on purpose is live: edit beats delete, and conflicts keep both. */
async function checkNothingLost(tree: ReadonlyMap<string, string>): Promise<void> {
  const root = replicas[0]?.root ?? "";
  const found = new Set<string>();
  for (const [path, what] of tree)
    if (what !== "folder") for (const token of tokensIn(readFileSync(join(root, path)))) found.add(token);
  expect(ledger.missing(new Set()).length, "what is to be found").toBeGreaterThan(FILES / 2);
  const missing = ledger.missing(found);
  if (missing.length > 0) say(`deeds:\n${deeds.join("\n")}`);
  expect(missing, `seed ${SEED}, ${work}`).toEqual([]);
  // Files that were replaced stay there for some seconds.
  const staged = replicas.flatMap(({ root: each }) => readdirSync(join(each, ".ledge", "stage")));
  expect(staged.filter((name) => !name.startsWith("replaced-"))).toEqual([]);
}

/** A new device gets the very tree. */
async function checkServer(tree: ReadonlyMap<string, string>): Promise<void> {
  const root = join(work, "fresh");
  const outcome = await ledge(env, ["sync", root, "--once"]);
  expect(outcome.code, outcome.stderr).toBe(0);
  expect(treeDifferences(tree, folderTree(root))).toEqual([]);
  expect(pathsBelow(root)).toHaveLength(tree.size);
}
