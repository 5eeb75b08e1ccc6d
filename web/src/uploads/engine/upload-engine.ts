import type { Clock } from "../../../../client/ports/clock.ts";
import type { Hashing } from "../../../../client/ports/hashing.ts";
import { OpenUploads } from "../../../../client/upload/open-uploads.ts";
import type { ChunkRef } from "../../../../protocol/content.ts";
import type { Limits } from "../../../../protocol/limits.ts";
import type { Node } from "../../../../protocol/tree.ts";
import type { ConflictChoice, KeptUpload, UploadItem, UploadProblem } from "../upload-item.ts";
import { isAtRest } from "../upload-item.ts";
import { ChunkLine } from "./chunk-line.ts";
import { Committer } from "./committer.ts";
import { isSmall, Job } from "./job.ts";
import { Queues } from "./queues.ts";
import { decided, wishOf } from "./wish.ts";
import { outcomeOf, outcomeOfError, type Outcome } from "./outcome.ts";
import type { UploadApi } from "./upload-api.ts";

export interface EngineOptions {
  readonly api: UploadApi;
  readonly limits: Pick<Limits, "packBytes" | "packChunks" | "commitOperations">;
  readonly hashing: Hashing;
  readonly clock: Clock;
  /** The bytes of a file that was chosen; null where they cannot be read any more. */
  readonly open: (id: string) => Promise<Blob | null>;
  /** An item looks different now, or what is to be kept of it does; `kept` is null once it is through. */
  readonly onChange: (item: UploadItem, kept: KeptUpload | null) => void;
  readonly onGone: (id: string) => void;
  readonly onNodes: (nodes: readonly Node[]) => void;
  /** Why nothing is sent for the moment; null: things go on. */
  readonly onStalled: (problem: UploadProblem | null) => void;
}

/** How often an item begins anew of itself. */
const STRIKES = 3;
/** Milliseconds until the server is tried again; doubles up to the longest. */
const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 60_000;

const STOPPED = new DOMException("stopped", "AbortError");

/**
 * Works through uploads: each is read, sent and committed, and fails, rests and goes on for itself (B11, B12). What a
 * person decides comes through the methods; they may be called at any time, with ids of any items.
 */
export class UploadEngine {
  readonly #options: EngineOptions;
  readonly #jobs = new Map<string, Job>();
  readonly #queues = new Queues();
  readonly #uploads: OpenUploads;
  readonly #committer: Committer;
  #line: ChunkLine | null = null;
  #isOnline = true;
  #stall: AbortController | null = null;
  #wait = FIRST_WAIT;

  constructor(options: EngineOptions) {
    this.#options = options;
    const { api, limits, clock, onNodes } = options;
    this.#uploads = new OpenUploads(api);
    const isMoreToCome = (): boolean => this.#queues.isSending;
    this.#committer = new Committer({ api, limits, uploads: this.#uploads, clock, isMoreToCome, onNodes });
  }

  /** @param taken - What has the names of uploads, by their ids, where that is known: those are asked about at once. */
  add(uploads: readonly KeptUpload[], taken: ReadonlyMap<string, Node> = new Map()): void {
    for (const kept of uploads) {
      const job = new Job(kept, taken.get(kept.id) ?? null);
      this.#jobs.set(job.id, job);
      if (job.state === "waiting") this.#queues.wait(job);
      this.#changed(job);
    }
    this.#pump();
  }

  pause(ids: Iterable<string>): void {
    for (const job of this.#named(ids)) {
      if (isAtRest(job.state)) continue;
      job.kept = { ...job.kept, isPaused: true };
      if (job.state === "saving") job.isPausing = true;
      else this.#rest(job, "paused");
    }
    this.#endIdleLine();
    this.#pump();
  }

  resume(ids: Iterable<string>): void {
    for (const job of this.#named(ids)) {
      if (job.state === "paused") this.#restart(job);
      else if (job.isPausing) {
        job.isPausing = false;
        job.kept = { ...job.kept, isPaused: false };
      }
    }
    this.#goOn();
  }

  /** Also of what is `lost`, where its file can be read again by now. */
  retry(ids: Iterable<string>): void {
    for (const job of this.#named(ids)) if (job.state === "failed" || job.state === "lost") this.#restart(job);
    this.#goOn();
  }

  /** Stops what is not through yet, and forgets about what is at rest. */
  cancel(ids: Iterable<string>): void {
    for (const job of this.#named(ids)) {
      if (job.state === "saving") job.isCancelled = true;
      else this.#remove(job);
    }
    this.#endIdleLine();
    this.#pump();
  }

  resolve(ids: Iterable<string>, choice: ConflictChoice): void {
    for (const job of this.#named(ids)) {
      if (job.state !== "conflict") continue;
      if (choice === "skip") this.#remove(job);
      else {
        job.kept = decided(job.kept, choice, job.existing);
        this.#restart(job);
      }
    }
    this.#goOn();
  }

  setOnline(isOnline: boolean): void {
    if (isOnline === this.#isOnline) return;
    this.#isOnline = isOnline;
    if (isOnline) this.#goOn();
    else this.#sendBack();
  }

  /** Stops everything, and closes what is open at the server. The engine is over with that. */
  async stop(): Promise<void> {
    this.#isOnline = false;
    this.#sendBack();
    await this.#uploads.closeAll();
  }

  #named(ids: Iterable<string>): Job[] {
    return [...ids].flatMap((id) => this.#jobs.get(id) ?? []);
  }

  #restart(job: Job): void {
    Object.assign(job, { state: "waiting", problem: null, existing: null, sent: 0, strikes: 0, isPausing: false });
    job.kept = { ...job.kept, isPaused: false };
    this.#queues.wait(job);
    this.#changed(job);
  }

  /** Takes an item out of the work, whatever is done for it. */
  #rest(job: Job, state: Job["state"]): void {
    this.#queues.leave(job);
    const { running } = job;
    job.running = null;
    running?.abort(STOPPED);
    job.state = state;
    this.#changed(job);
  }

  #remove(job: Job): void {
    this.#rest(job, job.state);
    this.#jobs.delete(job.id);
    this.#options.onGone(job.id);
  }

  #changed(job: Job): void {
    if (!this.#jobs.has(job.id)) return;
    this.#options.onChange(job.item(), job.state === "done" ? null : job.kept);
    // Whoever was told keeps it from here.
    if (job.state === "done") this.#jobs.delete(job.id);
  }

  /** Ends a wait for the server: somebody wants something now. */
  #goOn(): void {
    this.#wait = FIRST_WAIT;
    this.#stall?.abort(STOPPED);
    this.#pump();
  }

  #pump(): void {
    if (!this.#isOnline || this.#stall) return;
    for (let job = this.#queues.next(); job; job = this.#queues.next()) void this.#run(job);
    // Uploads of what was given up would hold the quota.
    if (this.#queues.isIdle) void this.#uploads.closeAll();
  }

  async #run(job: Job): Promise<void> {
    const running = new AbortController();
    Object.assign(job, { running, state: "sending", sent: 0 });
    this.#changed(job);
    const outcome = await this.#work(job, running.signal);
    // Whoever stopped it has said what becomes of it.
    if (job.running !== running) return;
    job.running = null;
    this.#queues.leave(job);
    this.#settle(job, outcome);
    this.#pump();
  }

  /** Never rejects. */
  async #work(job: Job, signal: AbortSignal): Promise<Outcome> {
    try {
      const chunks = await this.#send(job, signal);
      if (chunks === null) return { next: "lost", problem: { code: "unreadable", detail: "" } };
      signal.throwIfAborted();
      job.state = "saving";
      this.#changed(job);
      const outcome = outcomeOf(await this.#committer.commit(wishOf(job.kept, chunks)), chunks);
      if (outcome.next !== "look") return outcome;
      const { node } = await this.#options.api.node(job.id);
      this.#options.onNodes([node]);
      return { next: "done", node };
    } catch (error) {
      return outcomeOfError(error);
    }
  }

  /** Null where the file cannot be read. */
  async #send(job: Job, signal: AbortSignal): Promise<ChunkRef[] | null> {
    if (job.kept.kind === "folder") return [];
    const blob = await this.#options.open(job.id);
    signal.throwIfAborted();
    if (!blob) return null;
    job.takeFrom(blob);
    this.#changed(job);
    const { api, limits, hashing, clock } = this.#options;
    this.#line ??= new ChunkLine({ api, limits, hashing, clock, uploads: this.#uploads });
    const chunk = (): ((bytes: number) => void) => {
      const count = job.chunk();
      return (bytes) => {
        count(bytes);
        this.#changed(job);
      };
    };
    return this.#line.send(blob, { isSmall: isSmall(blob.size), signal, chunk });
  }

  #settle(job: Job, outcome: Outcome): void {
    if (outcome.next === "done") this.#done(job, outcome.node);
    else if (job.isCancelled) this.#remove(job);
    else if (outcome.next === "wait") this.#stallFor(outcome.problem, job);
    else if (job.isPausing) this.#rest(job, "paused");
    else if (outcome.next === "again" && ++job.strikes < STRIKES) this.#again(job);
    else {
      job.problem = "problem" in outcome ? outcome.problem : null;
      job.existing = outcome.next === "conflict" ? outcome.existing : null;
      this.#rest(job, outcome.next === "conflict" || outcome.next === "lost" ? outcome.next : "failed");
    }
  }

  #done(job: Job, node: Node | null): void {
    this.#wait = FIRST_WAIT;
    job.node = node;
    this.#rest(job, "done");
  }

  #again(job: Job): void {
    this.#committer.folders.forget(job.kept.folder, job.kept.path);
    job.state = "waiting";
    this.#queues.wait(job);
    this.#changed(job);
  }

  /** Everything that is sent waits with this one. */
  #stallFor(problem: UploadProblem, job: Job): void {
    if (job.isPausing) this.#rest(job, "paused");
    else {
      job.state = "waiting";
      this.#queues.wait(job);
      this.#changed(job);
    }
    this.#sendBack();
    if (this.#stall) return;
    const stall = new AbortController();
    this.#stall = stall;
    this.#options.onStalled(problem);
    const end = (): void => {
      this.#stall = null;
      this.#options.onStalled(null);
      this.#pump();
    };
    this.#options.clock.sleep(this.#wait, stall.signal).then(end, end);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
  }

  /** What is being sent goes to the front of those that wait; what is being committed goes on. */
  #sendBack(): void {
    const sending = this.#queues.sending();
    for (const job of sending) this.#rest(job, "waiting");
    this.#queues.putBack(sending);
    this.#endIdleLine();
  }

  /** Ends the requests of what nobody waits for. */
  #endIdleLine(): void {
    if (this.#queues.isSending || !this.#line) return;
    void this.#line.end(STOPPED);
    this.#line = null;
  }
}
