import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { seconds } from "./timing.ts";

const BIN = join(import.meta.dirname, "../../cli/bin.mjs");
/** Tells the peak of the resident memory, in KiB, when the process ends. */
const TELL =
  'import { writeSync } from "node:fs"; process.on("exit", () => writeSync(3, String(process.resourceUsage().maxRSS)));';

export interface LedgeRun {
  readonly seconds: number;
  /** Largest resident memory, in bytes. */
  readonly peak: number;
}

/** What a command line needs to know the account; `config` is a folder for what it keeps. */
export function ledgeEnvironment(url: string, token: string, config: string): NodeJS.ProcessEnv {
  return { ...process.env, LEDGE_URL: url, LEDGE_TOKEN: token, LEDGE_CONFIG_DIR: config };
}

/** Runs one command line to its end, from the process's start. */
export async function runLedge(args: readonly string[], env: NodeJS.ProcessEnv): Promise<LedgeRun> {
  let peak = 0;
  const time = await seconds(async () => {
    peak = await peakOf(args, env);
  });
  return { seconds: time, peak };
}

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
