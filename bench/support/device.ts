import { fork } from "node:child_process";
import { join } from "node:path";
import type { SyncState } from "../../client/sync/events.ts";
import type { DeviceMessage, DeviceOptions, Phase } from "../device/messages.ts";

const MAIN = join(import.meta.dirname, "../device/main.ts");

/** A device process that syncs a folder with a home space. */
export interface Device {
  /** Resolves when it is in that state, or was since the last call. Rejects where it ends before. */
  reached(state: SyncState): Promise<void>;
  /** When each phase was last told, since `clear`. */
  readonly phases: ReadonlyMap<Phase, number>;
  /** Forgets the phases, and how often which was told. */
  clear(): void;
  /** Resolves when it ended by itself (`once`), with its largest resident memory in bytes; rejects where it failed. */
  readonly ended: Promise<{ readonly peak: number }>;
  stop(): Promise<{ readonly peak: number }>;
}

/** Starts a device process. Keeps of each phase the first time since `clear`. */
export function startDevice(options: Pick<DeviceOptions, "url" | "token" | "folder"> & Partial<DeviceOptions>): Device {
  const input: DeviceOptions = { once: false, marks: false, ...options };
  const child = fork(MAIN, [JSON.stringify(input)], { execArgv: ["--no-warnings"] });
  const phases = new Map<Phase, number>();
  const waiting = new Map<SyncState, PromiseWithResolvers<void>>();
  let state: SyncState | null = null;
  let last: Extract<DeviceMessage, { type: "ended" }> | null = null;
  child.on("message", (message: DeviceMessage) => {
    if (message.type === "mark") {
      if (!phases.has(message.phase)) phases.set(message.phase, message.at);
    } else if (message.type === "state") {
      state = message.state;
      waiting.get(state)?.resolve();
      waiting.delete(state);
    } else last = message;
  });
  const ended = new Promise<{ peak: number }>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => {
      if (code === 0 && last) return resolve({ peak: last.peak });
      const error = new Error(`a device process ended with ${code}`);
      for (const { reject: fail } of waiting.values()) fail(error);
      reject(error);
    });
  });
  ended.catch(() => undefined);
  return {
    phases,
    ended,
    clear: () => phases.clear(),
    reached: (wanted) => {
      if (state === wanted) return Promise.resolve();
      const waiter = waiting.get(wanted) ?? Promise.withResolvers<void>();
      waiting.set(wanted, waiter);
      return waiter.promise;
    },
    stop: () => {
      if (child.connected) child.send("stop");
      return ended;
    },
  };
}
