import { Semaphore } from "../../semaphore.ts";
import type { Brake } from "../brake.ts";
import type { Entry } from "../entry.ts";
import type { SyncEvent } from "../events.ts";
import { localPath, remotePath } from "../local-path.ts";
import { epochOf, realmOf } from "../realms.ts";
import { stepPath } from "../step-path.ts";
import type { Rests } from "../rests.ts";
import type { AcrossStep, LocalStep, Plan, Step, UpwardStep } from "../steps.ts";
import { chooseUpward, leadingAdditions } from "./choose-upward.ts";
import { keepBooks } from "./bookkeeping.ts";
import { isOtherHistory, type ExecuteContext } from "./context.ts";
import { fetchStep, removeStalePartials } from "./fetch.ts";
import { Lane } from "./lane.ts";
import { changesPaths, hash, isPlaceable, makeFolder, moveLocal, setExecutable, stage, trashLocal } from "./local.ts";
import { letGo } from "./let-go.ts";
import { moveAcross } from "./move-across.ts";
import { judge } from "./outcome.ts";
import { reconcile } from "./reconcile.ts";
import { Strikes } from "./strikes.ts";
import { commitSteps } from "./upward.ts";

const MOST_COMMITS = 2;

export interface ExecutorOptions {
  readonly context: ExecuteContext;
  readonly rests: Rests;
  readonly brake: Brake;
  readonly signal: AbortSignal;
  readonly onEvent: (event: SyncEvent) => void;
  /** A step ended, or there may be room for another. */
  readonly onProgress: () => void;
  readonly onOffline: (reason: string) => void;
  readonly onEnded: (error: Error) => void;
}

/** A step with the entry and the epoch that it was planned by. */
interface Planned<S extends Step> {
  readonly step: S;
  readonly entry: Entry | undefined;
  readonly epoch: string | undefined;
}

/**
 * Carries out plans. A new plan takes the place of what has not begun; what has begun goes on, and its nodes are to be left
 * out of plans meanwhile. Changes of paths here run one after another, transfers beside each other, small changes go up
 * in one commit after the other, and large files beside all of it.
 */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #inFlight = new Set<string>();
  readonly #running = new Set<Promise<void>>();
  readonly #strikes = new Strikes();
  readonly #commitTurn = new Semaphore(1);
  readonly #small: Lane;
  readonly #largeDown: Lane;
  readonly #largeUp: Lane;
  #paths: Planned<LocalStep>[] = [];
  /** Transfers, and what reads or marks single files. */
  #smallOnes: readonly Planned<LocalStep>[] = [];
  #largeOnes: readonly Planned<LocalStep>[] = [];
  #upward: Planned<UpwardStep>[] = [];
  #across: readonly AcrossStep[] = [];
  #isMovingPaths = false;
  /** Commits of small changes on their way. */
  #commits = 0;
  #isOnline = true;
  /** Whether there may be partial files: from an earlier run, or from what failed. */
  #hasPartials = true;
  /** Whether some of them may not be needed any more. */
  #isUntidy = true;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    const { settings } = options.context;
    this.#small = new Lane(settings.smallAtOnce, settings.smallBytes);
    this.#largeDown = new Lane(settings.largeAtOnce, Infinity);
    this.#largeUp = new Lane(settings.largeAtOnce, Infinity);
  }

  /** Nodes of which a step is being carried out. */
  get inFlight(): ReadonlySet<string> {
    return this.#inFlight;
  }

  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** Resolves when everything that has begun ended. */
  async drained(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Takes a plan: does its bookkeeping at once, begins what there is room for. Answers whether anything was to do. */
  take(plan: Plan): boolean {
    const { context } = this.#options;
    const { trees } = context;
    const planned = <S extends Step>(step: S): Planned<S> => {
      const epoch = epochOf(trees, realmOf(trees, step.id));
      return { step, entry: trees.get(step.id), epoch };
    };
    if (plan.bookkeeping.length > 0) keepBooks(context.trees, context.store, plan.bookkeeping);
    this.#paths = plan.local.filter(changesPaths).map(planned);
    const others = plan.local.filter((step) => !changesPaths(step)).map(planned);
    const isLarge = ({ step }: Planned<LocalStep>): boolean => this.#bytesOf(step) > context.settings.largeFile;
    this.#smallOnes = others.filter((each) => !isLarge(each));
    this.#largeOnes = others.filter(isLarge);
    this.#upward = plan.upward.map(planned);
    this.#across = plan.across;
    this.begin();
    const isEmpty = [plan.bookkeeping, plan.local, plan.upward, plan.across].every(({ length }) => length === 0);
    if (!isEmpty || plan.settled.length > 0) this.#isUntidy = this.#hasPartials;
    return !isEmpty;
  }

  /** While offline, nothing begins that needs the server; goes for what begins from now on. */
  setOnline(isOnline: boolean): void {
    this.#isOnline = isOnline;
  }

  /** Begins what there is room for. */
  begin(): void {
    if (this.#options.signal.aborted) return;
    if (!this.#isMovingPaths && this.#paths.length > 0) this.#spawn(() => this.#movePaths());
    this.#smallOnes = this.#beginIn(this.#small, this.#smallOnes);
    this.#largeOnes = this.#beginIn(this.#largeDown, this.#largeOnes);
    if (!this.#isOnline) return;
    this.#beginUpward();
    this.#beginAcross();
  }

  /** Removes what attempts left behind that were given up; to be called when a plan had nothing to do. */
  tidy(): void {
    if (!this.#isUntidy || this.#running.size > 0) return;
    this.#isUntidy = false;
    this.#spawn(async () => {
      this.#hasPartials = await removeStalePartials(this.#options.context);
    });
  }

  async #movePaths(): Promise<void> {
    this.#isMovingPaths = true;
    try {
      for (let next = this.#paths.shift(); next; next = this.#paths.shift()) {
        const { step } = next;
        if (this.#options.signal.aborted) return;
        if (!this.#isCurrent(next)) continue;
        if (step.type === "trashLocal") this.#options.brake.passed("local", 1);
        await this.#runStep(step, () => this.#changePath(step));
        this.#options.onProgress();
      }
    } finally {
      this.#isMovingPaths = false;
    }
  }

  #changePath(step: LocalStep): Promise<void> {
    const { context } = this.#options;
    if (step.type === "makeFolder") return makeFolder(context, step);
    if (step.type === "moveLocal") return moveLocal(context, step);
    if (step.type === "stage") return stage(context, step);
    if (step.type === "trashLocal") return trashLocal(context, step);
    if (step.type === "letGo") return letGo(context, step);
    throw new Error(`${step.type} changes no path`);
  }

  /** Begins what the lane has room for, in order; answers the rest. A full lane costs nothing, however much waits. */
  #beginIn(lane: Lane, waiting: readonly Planned<LocalStep>[]): readonly Planned<LocalStep>[] {
    const { context } = this.#options;
    const left: Planned<LocalStep>[] = [];
    let at = 0;
    for (; at < waiting.length && !lane.isFull; at++) {
      const planned = waiting[at] as Planned<LocalStep>;
      const { step } = planned;
      if (!this.#isCurrent(planned)) continue;
      const needsServer = step.type === "fetch" || step.type === "reconcile";
      const isReady = (this.#isOnline || !needsServer) && isPlaceable(context, step.id);
      if (!isReady) {
        left.push(planned);
        continue;
      }
      const bytes = this.#bytesOf(step);
      if (!lane.enter(bytes)) break;
      this.#spawn(async () => {
        try {
          await this.#runStep(step, () => this.#transfer(step));
        } finally {
          lane.leave(bytes);
        }
      });
    }
    return at === 0 ? waiting : [...left, ...waiting.slice(at)];
  }

  #bytesOf(step: LocalStep): number {
    const entry = this.#options.context.trees.get(step.id);
    if (step.type === "fetch") return entry?.remote?.size ?? 0;
    return step.type === "hash" ? (entry?.local?.stamp.size ?? 0) : 0;
  }

  #transfer(step: LocalStep): Promise<void> {
    const { context, signal } = this.#options;
    if (step.type === "fetch") return fetchStep(context, step, signal);
    if (step.type === "hash") return hash(context, step, signal);
    if (step.type === "setExecutable") return setExecutable(context, step);
    if (step.type === "reconcile") return reconcile(context, step, signal);
    throw new Error(`${step.type} changes paths`);
  }

  #beginUpward(): void {
    if (this.#upward.length === 0) return;
    const { brake, rests, context } = this.#options;
    const current = new Set(this.#upward.filter((planned) => this.#isCurrent(planned)).map(({ step }) => step));
    const steps = this.#upward.map(({ step }) => step);
    const { small, large } = chooseUpward(steps, (step) => current.has(step), context.trees, rests, context.settings);
    const begun = new Set<UpwardStep>();
    for (const step of large) {
      if (!this.#largeUp.enter(0)) break;
      begun.add(step);
      this.#spawn(() => this.#runCommit([step]).finally(() => this.#largeUp.leave(0)));
    }
    // A second commit's files may be sent while the first one's are committed: what is only added depends on nothing there.
    const next = this.#commits === 0 ? small : leadingAdditions(small);
    if (this.#commits < MOST_COMMITS && next.length > 0) {
      this.#commits++;
      for (const step of next) {
        begun.add(step);
        if (step.type === "trashRemote") brake.passed("remote", step.nodes);
      }
      this.#spawn(() => this.#runCommit(next).finally(() => this.#commits--));
    }
    this.#upward = this.#upward.filter(({ step }) => !begun.has(step));
  }

  /** The server does the work: it is told of all at once, as far as it takes them. */
  #beginAcross(): void {
    const { context, signal } = this.#options;
    const steps = this.#across.filter(({ id }) => !this.#inFlight.has(id));
    this.#across = [];
    for (const step of steps) this.#spawn(() => this.#runStep(step, () => moveAcross(context, step, signal)));
  }

  async #runCommit(steps: readonly UpwardStep[]): Promise<void> {
    const { context, signal } = this.#options;
    const open = new Set(steps);
    for (const step of steps) this.#enter(step);
    const end = (step: UpwardStep, outcome: unknown): void => {
      open.delete(step);
      if (outcome === null) return this.#succeeded(step);
      // What comes after it was planned as if it went well.
      this.#upward = [];
      this.#spawn(() => this.#failed(step, outcome).finally(() => this.#inFlight.delete(step.id)));
    };
    try {
      await commitSteps(context, steps, this.#commitTurn, signal, end);
    } catch (error) {
      for (const step of open) end(step, error);
    }
  }

  /** Runs a step. A failed one goes on holding its node, apart, until what it takes to plan it better was done. */
  async #runStep(step: Step, work: () => Promise<void>): Promise<void> {
    this.#enter(step);
    try {
      await work();
      this.#succeeded(step);
    } catch (error) {
      this.#spawn(() => this.#failed(step, error).finally(() => this.#inFlight.delete(step.id)));
    }
  }

  #enter(step: Step): void {
    this.#inFlight.add(step.id);
    this.#tell("begun", step);
  }

  #succeeded(step: Step): void {
    this.#inFlight.delete(step.id);
    this.#options.rests.succeed(step.id);
    this.#strikes.clear(step.id);
    this.#tell("done", step);
  }

  async #failed(step: Step, error: unknown): Promise<void> {
    const { context, rests, signal, onOffline, onEnded } = this.#options;
    if (signal.aborted) return;
    this.#hasPartials = true;
    this.#isUntidy = true;
    const verdict = judge(error);
    if (verdict.type === "ended") onEnded(verdict.error);
    if (verdict.type === "offline") onOffline(verdict.reason);
    if (verdict.type === "replaced" && (await isOtherHistory(context, verdict.epoch, verdict.realm))) return;
    const reason = error instanceof Error ? error.message : String(error);
    const isTired = verdict.type !== "rest" && this.#strikes.add(step.id);
    if (verdict.type === "rest" || isTired) {
      rests.fail(step.id, reason, { despiteChanges: isTired });
      this.#tell("failed", step, reason);
    }
    // Planned by what is not so, it would only fail again.
    if (verdict.type === "surprised") await context.observe(verdict.paths ?? this.#pathsOf(step.id));
    else if (verdict.type === "stale") await context.pulled();
  }

  /** Where the node is, and where the server has it. */
  #pathsOf(id: string): string[] {
    const { trees } = this.#options.context;
    const paths = [localPath(trees, id), remotePath(trees, id)].filter((path) => path !== null);
    return [...new Set(paths)];
  }

  #isCurrent({ step, entry, epoch }: Planned<Step>): boolean {
    const { trees } = this.#options.context;
    if (this.#inFlight.has(step.id) || trees.get(step.id) !== entry) return false;
    return epochOf(trees, realmOf(trees, step.id)) === epoch;
  }

  #tell(type: "begun" | "done" | "failed", step: Step, reason = ""): void {
    const about = { step: step.type, id: step.id, path: stepPath(this.#options.context.trees, step.id) };
    this.#options.onEvent(type === "failed" ? { type, ...about, reason } : { type, ...about });
  }

  #spawn(work: () => Promise<void>): void {
    const running = work()
      .catch((error: unknown) => {
        if (!this.#options.signal.aborted)
          this.#options.onEnded(error instanceof Error ? error : new Error(String(error)));
      })
      .then(() => {
        this.#running.delete(running);
        this.#options.onProgress();
      });
    this.#running.add(running);
  }
}
