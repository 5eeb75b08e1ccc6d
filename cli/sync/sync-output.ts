import type { SyncEngine } from "../../client/sync/engine.ts";
import type { SyncEvent } from "../../client/sync/events.ts";
import type { CliContext } from "../context.ts";
import { printable } from "../output.ts";
import { EventLines } from "./event-lines.ts";
import { isWorthALine, LiveLine } from "./live-line.ts";

/** Shows what a sync does: events as JSON, as lines, or one live line on a terminal. */
export class SyncOutput {
  readonly #context: CliContext;
  readonly #root: string;
  readonly #lines = new EventLines();
  readonly #live: LiveLine | null;

  constructor(context: CliContext, engine: SyncEngine, root: string) {
    this.#context = context;
    this.#root = root;
    const isLive = !context.json && process.stdout.isTTY && process.stderr.isTTY;
    this.#live = isLive ? new LiveLine(process.stderr, () => engine.status()) : null;
  }

  tell(event: SyncEvent): void {
    const line = this.#lines.line(event);
    if (this.#context.json) this.#context.result(event, "");
    else if (line !== null && (!this.#live || isWorthALine(event))) {
      this.#live?.clear();
      this.#context.result(null, printable(line));
    }
    if (event.type === "braked")
      this.say(`ledge status ${this.#root} shows it; --confirm-deletions or --undo-deletions there answers it`);
  }

  say(text: string): void {
    this.#live?.clear();
    this.#context.note(text);
  }

  stop(): void {
    this.#live?.stop();
  }
}
