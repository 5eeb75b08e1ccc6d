import type { SyncEvent } from "../../client/sync/events.ts";
import type { Step } from "../../client/sync/steps.ts";
import { plural } from "../output.ts";

/** What a step that was carried out is called; those that are not named change nothing that a person would look for. */
const DONE: Readonly<Partial<Record<Step["type"], string>>> = {
  createFile: "up",
  updateFile: "up",
  fetch: "down",
  createFolder: "mkdir up",
  makeFolder: "mkdir down",
  moveRemote: "move up",
  moveAcross: "move across",
  moveLocal: "move down",
  trashRemote: "delete up",
  trashLocal: "delete down",
};

/** One line for an event that people want to see; null for others. Remembers what it needs to tell a story once. */
export class EventLines {
  readonly #from = new Map<string, string>();
  readonly #failures = new Map<string, string>();
  #last: string | null = null;

  line(event: SyncEvent): string | null {
    const line = this.#lineOf(event);
    if (line === null || line === this.#last) return null;
    this.#last = line;
    return line;
  }

  #lineOf(event: SyncEvent): string | null {
    if (event.type === "state") return event.state === "idle" || event.state === "offline" ? event.state : null;
    if (event.type === "conflict") return `conflict ${event.conflict.path}: kept as ${event.conflict.conflictPath}`;
    if (event.type === "braked") return brakedLine(event);
    if (event.type === "transfers") return null;
    return this.#stepLine(event);
  }

  #stepLine(event: Extract<SyncEvent, { step: Step["type"] }>): string | null {
    const { id, path } = event;
    if (event.type === "begun") {
      // What is removed or moved has another path, or none, when it is done.
      this.#from.set(id, path);
      return null;
    }
    const from = this.#from.get(id) ?? path;
    this.#from.delete(id);
    if (event.type === "failed") {
      if (this.#failures.get(id) === event.reason) return null;
      this.#failures.set(id, event.reason);
      return `failed ${from}: ${event.reason}`;
    }
    this.#failures.delete(id);
    const verb = DONE[event.step];
    if (verb === undefined) return null;
    if (event.step === "trashLocal") return `${verb} ${from}`;
    return event.step === "moveLocal" && from !== path ? `${verb} ${from} → ${path}` : `${verb} ${path}`;
  }
}

function brakedLine({ remote, local }: { readonly remote: number; readonly local: number }): string {
  const parts = [
    remote > 0 ? `${plural(remote, "thing")} that went away here would be deleted on the server` : "",
    local > 0 ? `${plural(local, "thing")} that went away on the server would be deleted here` : "",
  ];
  return `braked: ${parts.filter(Boolean).join(", ")}`;
}
