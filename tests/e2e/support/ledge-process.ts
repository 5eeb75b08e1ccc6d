import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../../cli/bin.mjs", import.meta.url));

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line to its end. */
export async function ledge(env: NodeJS.ProcessEnv, args: readonly string[], input = ""): Promise<Outcome> {
  const child = spawn(process.execPath, [BIN, ...args], { env: { ...process.env, ...env } });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data: Buffer) => (stdout += String(data)));
  child.stderr.on("data", (data: Buffer) => (stderr += String(data)));
  child.stdin.end(input);
  const [code] = (await once(child, "close")) as [number | null];
  return { code: code ?? -1, stdout, stderr };
}

/** A `ledge sync` that runs until it is stopped, killed, or ends by itself. */
export class SyncProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | null>;
  readonly #log: WriteStream | null;
  #printed = "";
  #isKilled = false;

  /** `log`: a file that everything printed is added to. */
  constructor(env: NodeJS.ProcessEnv, args: readonly string[], log?: string) {
    this.#child = spawn(process.execPath, [BIN, "sync", ...args], { env: { ...process.env, ...env } });
    this.#log = log === undefined ? null : createWriteStream(log, { flags: "a" });
    this.#log?.write(`--- process ${this.#child.pid}\n`);
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on("data", (data: Buffer) => {
        this.#printed += String(data);
        this.#log?.write(data);
      });
    this.#exited = once(this.#child, "close").then(([code]) => {
      this.#log?.end(`--- ended with ${code ?? this.#child.signalCode}\n`);
      return code as number | null;
    });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  get output(): string {
    return this.#printed;
  }

  /** It ended, and nobody killed it. */
  get endedByItself(): boolean {
    return this.#child.exitCode !== null && !this.#isKilled;
  }

  /** The exit code, once it ended. */
  get ended(): Promise<number | null> {
    return this.#exited;
  }

  async kill9(): Promise<void> {
    this.#isKilled = true;
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  /** Ctrl-C; answers the exit code. */
  async stop(signal: "SIGINT" | "SIGTERM" = "SIGINT"): Promise<number | null> {
    this.#isKilled = true;
    this.#child.kill(signal);
    return this.#exited;
  }

  /** Resolves when it has printed `text`. */
  async said(text: string | RegExp, milliseconds = 60_000): Promise<void> {
    const hasSaid = (): boolean => (typeof text === "string" ? this.#printed.includes(text) : text.test(this.#printed));
    await until(() => hasSaid() || this.#child.exitCode !== null, `it says ${text}`, milliseconds);
    if (!hasSaid()) throw new Error(`it ended without saying ${text}:\n${this.#printed}`);
  }
}

/** Resolves when `isSo`; rejects when that takes too long. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string,
  milliseconds = 60_000,
  every = 50,
): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited ${milliseconds / 1000} s in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
