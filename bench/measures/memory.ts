import { join } from "node:path";
import { ledgeEnvironment, runLedge } from "../support/ledge-process.ts";
import { signUp } from "../support/ledge-account.ts";
import { withTemporaryFolder, writeLargeFile, writeSmallFiles } from "../support/local-files.ts";
import type { Figure, Measure } from "../support/measure.ts";

const MiB = 2 ** 20;
/** Resident memory of the command line at its peak: transfers of any size stay under 300 MB. */
export const memory: Measure = {
  name: "memory",
  title: "Memory of ledge put and get",
  run: (servers) =>
    withTemporaryFolder(async (temporary) => {
      const { url } = await servers.ledge();
      const { token } = await signUp(url);
      const env = ledgeEnvironment(url, token, temporary);
      const large = join(temporary, "large.bin");
      await writeLargeFile(large, "memory", 1024 * MiB);
      const tree = join(temporary, "tree");
      await writeSmallFiles(tree, "memory", 10_000, 8_192);
      const runs: readonly (readonly [name: string, args: readonly string[]])[] = [
        ["put of 1 GiB", ["put", large, "/memory.bin"]],
        ["get of 1 GiB", ["get", "/memory.bin", `${large}.back`]],
        ["put of 10,000 files", ["put", tree, "/memory"]],
        ["get of 10,000 files", ["get", "/memory", `${tree}.back`]],
      ];
      const figures: Figure[] = [];
      for (const [name, args] of runs) {
        figures.push({ name, value: (await runLedge(args, env)).peak / 1e6, unit: "MB", target: { atMost: 300 } });
      }
      return figures;
    }),
};
