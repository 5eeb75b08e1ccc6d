import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { signUp } from "../support/ledge-account.ts";
import { ledgeEnvironment, runLedge } from "../support/ledge-process.ts";
import { withTemporaryFolder, writeTree } from "../support/local-files.ts";
import type { Figure, Measure } from "../support/measure.ts";
import { alternate, median, medianRatio } from "../support/timing.ts";

const FILES = 5_000;
const TREE = { count: FILES, folders: 100, smallest: 1_024, largest: 20 * 1_024 };
const ROUNDS = 3;

/** A tree of small files from one device up and to a second one down, whole processes: `sync --once` beside put and get. */
export const syncTree: Measure = {
  name: "sync-tree",
  title: "5,000 files of 1 to 20 KiB in 100 folders: ledge sync --once, up and down",
  run: (servers) =>
    withTemporaryFolder(async (temporary) => {
      const { url } = await servers.ledge();
      /** An account of its own for each run: what another has sent would not be sent again. */
      const rounds: { sync: NodeJS.ProcessEnv; put: NodeJS.ProcessEnv }[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const account = async (name: string) =>
          ledgeEnvironment(url, (await signUp(url)).token, join(temporary, `config ${name} ${round}`));
        rounds.push({ sync: await account("sync"), put: await account("put") });
        await writeTree(join(temporary, `first ${round}`), `sync tree ${round}`, TREE);
        await mkdir(join(temporary, `second ${round}`));
        await writeTree(join(temporary, `put ${round}`), `sync tree ${round}`, TREE);
      }
      const place = (name: string, round: number) => join(temporary, `${name} ${round}`);
      const filesPerSecond = async (args: readonly string[], env: NodeJS.ProcessEnv | undefined) =>
        FILES / (await runLedge(args, env ?? {})).seconds;
      const up = await alternate(
        ROUNDS,
        (round) => filesPerSecond(["sync", "--once", place("first", round)], rounds[round]?.sync),
        (round) => filesPerSecond(["put", place("put", round), "/tree"], rounds[round]?.put),
      );
      const down = await alternate(
        ROUNDS,
        (round) => filesPerSecond(["sync", "--once", place("second", round)], rounds[round]?.sync),
        (round) => filesPerSecond(["get", "/tree", place("got", round)], rounds[round]?.put),
      );
      for (let round = 0; round < ROUNDS; round++)
        await promisify(execFile)("diff", ["-r", "-x", ".ledge", place("first", round), place("second", round)]);
      return [figure("first device up", "ledge put", up), figure("second device down", "ledge get", down)];
    }),
};

function figure(name: string, reference: string, { a, b }: { a: number[]; b: number[] }): Figure {
  return {
    name,
    value: median(a),
    unit: "files/s",
    reference: { name: reference, value: median(b) },
    ratio: medianRatio({ a, b }),
    rounds: a,
    referenceRounds: b,
  };
}
