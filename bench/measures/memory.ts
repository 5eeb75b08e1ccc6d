import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { signUp } from "../support/ledge-account.ts";
import { withTemporaryFolder, writeLargeFile, writeSmallFiles } from "../support/local-files.ts";
import type { Figure, Measure } from "../support/measure.ts";

const MiB = 2 ** 20;
const BIN = join(import.meta.dirname, "../../cli/bin.mjs");
/** Tells the peak of the resident memory, in KiB, when the process ends. */
const TELL =
  'import { writeSync } from "node:fs"; process.on("exit", () => writeSync(3, String(process.resourceUsage().maxRSS)));';

/** Resident memory of the command line at its peak: transfers of any size stay under 300 MB. */
export const memory: Measure = {
  name: "memory",
  title: "Memory of ledge put and get",
  run: (servers) =>
    withTemporaryFolder(async (temporary) => {
      const { url } = await servers.ledge();
      const { token } = await signUp(url);
      const env = { ...process.env, LEDGE_URL: url, LEDGE_TOKEN: token, LEDGE_CONFIG_DIR: temporary };
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
        figures.push({ name, value: (await peakOf(args, env)) / 1e6, unit: "MB", target: { atMost: 300 } });
      }
      return figures;
    }),
};

/** The largest resident memory of one command line, in bytes. */
function peakOf(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const preload = `data:text/javascript,${encodeURIComponent(TELL)}`;
    const child = spawn(process.execPath, ["--import", preload, BIN, ...args], {
      env,
      stdio: ["ignore", "ignore", "inherit", "pipe"],
    });
    let told = "";
    (child.stdio[3] as Readable).on("data", (data: Buffer) => (told += data.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0 && told !== "") resolve(Number(told) * 1024);
      else reject(new Error(`ledge ${args.join(" ")} ended with ${code}`));
    });
  });
}
