import type { Command } from "commander";
import { Api } from "../client/api.ts";
import { HttpClient } from "../client/http.ts";
import { nodeFileSystem } from "../client/ports/node-file-system.ts";
import { nodeHashing } from "../client/ports/node-hashing.ts";
import { systemClock } from "../client/ports/system-clock.ts";
import { LedgeError } from "../protocol/errors.ts";
import { readCredentials } from "./credentials.ts";
import { EXIT, Interrupted, UsageError } from "./exit-codes.ts";
import { printable } from "./output.ts";
import { Progress, type ProgressState } from "./progress.ts";

/** Options that every command takes. */
interface GlobalOptions {
  readonly url?: string;
  readonly json?: boolean;
  readonly progress?: boolean;
}

const DEFAULT_URL = "http://localhost:8787";

/** What a command works with; made anew for each run. */
export class CliContext {
  readonly env = process.env;
  readonly files = nodeFileSystem;
  readonly hashing = nodeHashing;
  readonly clock = systemClock;
  readonly json: boolean;
  readonly #options: GlobalOptions;
  readonly #interrupt = new AbortController();
  #progress: Progress | null = null;
  #whenInterrupted = "interrupted";

  constructor(command: Command) {
    this.#options = command.optsWithGlobals<GlobalOptions>();
    this.json = this.#options.json === true;
  }

  /** Aborts on Ctrl-C, with `Interrupted`. */
  get signal(): AbortSignal {
    return this.#interrupt.signal;
  }

  interrupt(): void {
    this.#interrupt.abort(new Interrupted(this.#whenInterrupted));
  }

  /** What Ctrl-C says from now on. */
  whenInterrupted(message: string): void {
    this.#whenInterrupted = `interrupted. ${message}`;
  }

  /** The server: `--url`, `LEDGE_URL`, the one signed in to, or this machine's. */
  async url(): Promise<string> {
    const url = this.#options.url ?? this.env["LEDGE_URL"] ?? (await readCredentials(this.env))?.url ?? DEFAULT_URL;
    if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url))
      throw new UsageError(`${url} is not an http or https address`);
    return url.replace(/\/+$/, "");
  }

  /** For the requests that sign in. */
  async anonymous(): Promise<HttpClient> {
    return this.#http(await this.url(), undefined);
  }

  /** Rejects with `unauthenticated` where nobody is signed in to this server. */
  async api(): Promise<Api> {
    const { url, token } = await this.access();
    return new Api(this.#http(url, token));
  }

  /** The server with what lets one in there; rejects as `api` does. */
  async access(): Promise<{ readonly url: string; readonly token: string }> {
    const url = await this.url();
    const kept = await readCredentials(this.env);
    // A token goes only to the server that it is from.
    const token = this.env["LEDGE_TOKEN"] || (kept?.url === url ? kept.token : undefined);
    if (!token)
      throw new LedgeError(
        "unauthenticated",
        `not signed in to ${url}: run "ledge login --email …", or set LEDGE_TOKEN`,
      );
    return { url, token };
  }

  #http(baseUrl: string, token: string | undefined): HttpClient {
    return new HttpClient({ baseUrl, token, clock: systemClock, random: Math.random, streamBytes: true });
  }

  /** Writes a command's result: `value` as one line of JSON with `--json`, else the text. */
  result(value: unknown, text: string): void {
    this.#progress?.clear();
    if (this.json) process.stdout.write(`${JSON.stringify(value)}\n`);
    else if (text !== "") process.stdout.write(`${text}\n`);
  }

  /** Says something beside the result. */
  note(text: string): void {
    this.#progress?.clear();
    process.stderr.write(`${printable(text)}\n`);
  }

  /** Says what to do next, to somebody at a terminal. */
  hint(text: string): void {
    if (process.stderr.isTTY && !this.json) this.note(text);
  }

  /** Says what the columns below it are; for people, so not with `--json`. */
  heading(text: string): void {
    if (!this.json) this.result(null, text);
  }

  /** Shows progress until `work` is over: on a terminal, or where asked for. */
  async withProgress<T>(state: () => ProgressState, work: () => Promise<T>): Promise<T> {
    if (!(this.#options.progress ?? process.stderr.isTTY)) return work();
    this.#progress = new Progress(process.stderr, state);
    try {
      return await work();
    } finally {
      this.#progress.stop();
      this.#progress = null;
    }
  }

  /** The exit code where single items failed and the rest went well. */
  failedSome(code: number = EXIT.failed): void {
    process.exitCode = code;
  }
}
