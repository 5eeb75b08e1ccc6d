import { Device } from "./device.ts";
import {
  lastTime,
  MOVES_BEGIN,
  type DeviceFault,
  type FaultRates,
  type History,
  type HistoryEvent,
} from "./history.ts";
import { differences, serverProblems } from "./invariants.ts";
import type { SimDisk } from "./disk.ts";
import { Ledger } from "./ledger.ts";
import { Prng } from "./prng.ts";
import { Scheduler } from "./scheduler.ts";
import { idMaker, SimServer } from "./sim-server.ts";
import { Writer } from "./tokens.ts";
import { act } from "./user.ts";
import { actOnServer } from "./web.ts";

/** What happened how often. */
export type Counts = Record<string, number>;

export interface Outcome {
  /** Why the history failed; empty where it passed. */
  readonly problems: readonly string[];
  readonly traceHash: string;
  readonly counts: Counts;
  readonly events: number;
  /** Milliseconds from the last event to rest. */
  readonly settledAfter: number;
  /** The last things that happened. */
  readonly recent: readonly string[];
}

/** Once all faults are over, everything must be at rest within this time, and within this many events. */
const SETTLE_WITHIN = 2 * 3_600_000;
/** A server that was restored and says nothing is noticed by the poll of the day. */
const SETTLE_AFTER_ROLLBACK = 26 * 3_600_000;
const MOST_EVENTS = 100_000;
/** Steps of one kind that fail: more than this were tried again without a pause. */
const MOST_FAILURES = 2_000;
/** How long what is at rest must stay at rest: longer than the client waits between two looks at everything. */
const REST = 12 * 60_000;
/** Between two looks at whether all is settled, at first and at most. */
const LOOK_EVERY = 5_000;
const LOOK_AT_LEAST_EVERY = 5 * 60_000;

/** Carries out a history and checks what it comes to. */
export async function runHistory(history: History, onNote?: (line: string) => void): Promise<Outcome> {
  const world = new World(history);
  world.scheduler.onNote = onNote;
  return world.run();
}

class World {
  readonly scheduler = new Scheduler();
  readonly #history: History;
  readonly #server: SimServer;
  readonly #devices: readonly Device[];
  readonly #ledger: Ledger;
  readonly #writer = new Writer();
  readonly #rates: { -readonly [K in keyof FaultRates]: FaultRates[K] };
  readonly #newId: () => string;
  readonly #counts: Counts = {};
  readonly #hasIgnoreRules: boolean;
  #hasTwoSpellings = false;

  constructor(history: History) {
    const { seed } = history;
    this.#history = history;
    this.#rates = { ...history.rates };
    this.#server = new SimServer(this.scheduler, new Prng(seed, 10));
    this.#server.pageSize = history.pageSize;
    this.#newId = idMaker(new Prng(seed, 11), "01w");
    this.#hasIgnoreRules = history.events.some((event) => event.kind === "user" && event.action === "ignore");
    this.#devices = history.devices.map(
      (spec, i) =>
        new Device({
          index: i,
          spec,
          scheduler: this.scheduler,
          server: this.#server,
          rates: this.#rates,
          random: new Prng(seed, 100 + i),
          count: (what) => this.#count(what),
          mayUndo: history.profile === "any",
        }),
    );
    const disks = this.#devices.map((device) => device.disk);
    this.#ledger = new Ledger(disks, this.#server, this.#hasIgnoreRules);
  }

  async run(): Promise<Outcome> {
    for (const device of this.#devices) this.scheduler.after(device.spec.startsAt, () => device.start());
    for (const event of this.#history.events) this.scheduler.after(event.at, () => this.#happen(event));
    if (this.#history.profile === "moves") {
      const problem = await this.#settle(MOVES_BEGIN);
      if (problem) return this.#outcome(problem, 0);
    }
    const before = this.#transfers();
    const last = lastTime(this.#history);
    await this.scheduler.run(last + 6_000, MOST_EVENTS);
    this.#heal();
    const isRolledBack = this.#history.events.some((event) => event.kind === "server" && event.action === "rollBack");
    const within = isRolledBack ? SETTLE_AFTER_ROLLBACK : SETTLE_WITHIN;
    const problems = await this.#settle(this.scheduler.now + within);
    if (problems) return this.#outcome(problems, this.scheduler.now - last);
    const settledAfter = this.scheduler.now - last;
    return this.#outcome([...this.#profileProblems(before), ...(await this.#unrest())], settledAfter);
  }

  /** Runs until nothing differs any more. Answers what still does when the time is over, or null. */
  async #settle(until: number): Promise<string[] | null> {
    const began = this.scheduler.now;
    for (;;) {
      const pause = Math.min(LOOK_AT_LEAST_EVERY, Math.max(LOOK_EVERY, (this.scheduler.now - began) / 10));
      const isInBounds = await this.scheduler.run(this.scheduler.now + pause, MOST_EVENTS);
      const problems = this.#differences();
      if (problems.length === 0 && this.#devices.every((device) => device.isRunning)) {
        await this.scheduler.run(Math.max(this.scheduler.now, Math.min(until, MOVES_BEGIN)), MOST_EVENTS);
        return null;
      }
      if (!isInBounds) return ["too many steps: this does not end", ...problems];
      if (this.scheduler.now >= until) return ["this does not come to rest", ...problems];
    }
  }

  /** What is found once all is at rest, and what still changes though nobody does anything. */
  async #unrest(): Promise<string[]> {
    const { seq } = this.#server.space;
    const isInBounds = await this.scheduler.run(this.scheduler.now + REST, MOST_EVENTS);
    const problems = [...this.#differences(), ...serverProblems(this.#server), ...this.#ledger.problems()];
    if (this.#server.space.seq !== seq)
      problems.push(`the server's seq went on from ${seq} to ${this.#server.space.seq}`);
    if (!isInBounds) problems.push("too many steps at rest");
    for (const [what, count] of Object.entries(this.#counts))
      if (what.startsWith("failed ") && count > MOST_FAILURES) problems.push(`${count} times ${what}: without a pause`);
    return problems;
  }

  #differences(): string[] {
    return this.#devices.flatMap((device) => [
      ...differences(this.#server, device.replica(), {
        hasIgnoreRules: this.#hasIgnoreRules,
        // Where the disk refused to remove one, that waits for the next work.
        mayLeavePartials: this.#history.events.some((event) => event.kind === "fault" && event.fault === "ioErrors"),
      }),
      ...device.errors,
    ]);
  }

  #profileProblems(before: readonly [number, number, number]): string[] {
    const problems: string[] = [];
    if (this.#history.profile === "moves") {
      const after = this.#transfers();
      ["bytes sent", "bytes fetched", "versions"].forEach((what, i) => {
        const more = (after[i] ?? 0) - (before[i] ?? 0);
        if (more > 0) problems.push(`moves and renames alone made ${more} ${what}`);
      });
    }
    if (this.#history.profile === "oneUser" && !this.#hasTwoSpellings) {
      const tree = this.#server.space.tree();
      // A folder that was made, and that cut off before it was recorded, may find its name taken later: it is empty.
      const isEmpty = (path: string) => ![...tree.keys()].some((other) => other.startsWith(`${path}/`));
      const copies = [...tree].filter(
        ([path, { type }]) => /\(conflict [^/]*$/.test(path) && !(type === "folder" && isEmpty(path)),
      );
      // What is deleted before its user's device hears that it went up comes back, and may find its name taken.
      // So does what was put in place and cut off before it was recorded, where it is deleted elsewhere meanwhile.
      const unheard = this.#devices.reduce((sum, device) => sum + device.unansweredCommits + device.unrecordedFiles, 0);
      if (copies.length > unheard)
        for (const [path] of copies) problems.push(`one user alone has a conflict copy: ${path}`);
    }
    return problems;
  }

  #transfers(): [number, number, number] {
    const fetched = this.#devices.reduce((sum, device) => sum + device.transfers.fetchedBytes, 0);
    return [this.#server.received, fetched, this.#server.space.versions.size];
  }

  #happen(event: HistoryEvent): void {
    const what = describeEvent(event);
    this.scheduler.note(`-- ${what}`);
    this.#count(what.replace(/ \d+$/, "").replace(/^\d+ /, ""));
    switch (event.kind) {
      case "user":
        this.#actAsUser(event, what);
        return;
      case "server":
        this.#actOnServer(event.action, event.salt);
        return;
      case "quotaFull":
        this.#server.quota = this.#server.space.used;
        this.scheduler.after(event.duration, () => {
          this.#server.quota = 1e12;
        });
        return;
      case "fault":
        this.#devices[event.device]?.suffer(event.fault, event.duration, event.salt);
    }
  }

  /** On a disk that tells them apart, two spellings of one name are two names, of which the server takes one. */
  #lookForSpellings(disk: SimDisk): void {
    if (this.#history.profile !== "oneUser") return;
    const paths = [...disk.paths()];
    this.#hasTwoSpellings ||= new Set(paths.map((path) => path.normalize("NFC"))).size < paths.length;
  }

  #actAsUser(event: Extract<HistoryEvent, { kind: "user" }>, what: string): void {
    const disk = this.#devices[event.device]?.disk;
    if (!disk) return;
    const note = `${what} at ${Math.round(this.scheduler.now)}`;
    const isExchange = event.action === "swap" || event.action === "moveOver";
    this.#ledger.byUser(disk, note, isExchange, () => {
      for (const { delay, run } of act(disk, event, this.#writer))
        this.scheduler.after(delay, () => {
          if (disk.isUnmounted) return;
          this.#ledger.byUser(disk, note, isExchange, () => attempt(run));
          this.#lookForSpellings(disk);
        });
    });
    this.#lookForSpellings(disk);
  }

  #actOnServer(action: Parameters<typeof actOnServer>[1], salt: number): void {
    const work = (): void => actOnServer(this.#server, action, salt, this.#newId);
    if (action === "rollBack") this.#ledger.onRollback(work);
    else this.#ledger.onServer(work);
    if (action === "purge") this.scheduler.after(2_000, () => this.#reap());
  }

  #reap(): void {
    const before = this.#server.space.seq;
    this.#server.reap();
    if (this.#server.space.seq !== before) this.scheduler.after(1_000, () => this.#reap());
  }

  /** From now on nothing goes wrong any more. */
  #heal(): void {
    for (const rate of Object.keys(this.#rates) as (keyof FaultRates)[]) this.#rates[rate] = 0;
    this.#server.quota = 1e12;
    for (const { disk } of this.#devices) {
      // What a symlink hides stays as it is on either side (Y15), so that replicas are only equal without them.
      for (const path of disk.paths()) if (disk.find(path)?.type === "symlink") disk.remove(path);
    }
    for (const device of this.#devices) device.heal();
    this.scheduler.note("-- all faults are over");
  }

  #count(what: string): void {
    this.#counts[what] = (this.#counts[what] ?? 0) + 1;
  }

  #outcome(problems: readonly string[], settledAfter: number): Outcome {
    const { traceHash, events } = this.scheduler;
    const counts = this.#counts;
    for (const path of this.#server.space.tree().keys()) {
      if (/\(conflict /.test(path)) this.#count("conflict copies");
      if (/\(case conflict /.test(path)) this.#count("case conflicts");
    }
    const recent = problems.length > 0 ? this.scheduler.recent() : [];
    return { problems, traceHash, counts, events, settledAfter, recent };
  }
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // The user's program says that it could not.
  }
}

function describeEvent(event: HistoryEvent): string {
  switch (event.kind) {
    case "user":
      return `user ${event.action} ${event.device}`;
    case "server":
      return `web ${event.action}`;
    case "quotaFull":
      return "quota full";
    case "fault":
      return `fault ${event.fault satisfies DeviceFault} ${event.device}`;
  }
}
