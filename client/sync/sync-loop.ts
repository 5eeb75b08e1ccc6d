import type { Clock } from "../ports/clock.ts";
import type { Connection } from "./connection.ts";
import type { Executor } from "./execute/executor.ts";
import type { Looks } from "./looks.ts";
import type { Planning } from "./planning.ts";
import type { Pull } from "./pull.ts";
import type { Rests } from "./rests.ts";
import type { Plan } from "./steps.ts";
import type { Wake } from "./wake.ts";

/** With `once`: failures in a row of one node, or of pulls, that are waited out. */
const FAILURES_WAITED_OUT = 3;
/** With `once`: a look that is due later than this, in milliseconds, is not waited for. */
export const LOOK_WAITED_FOR = 10_000;

export interface SyncLoopParts {
  readonly clock: Clock;
  readonly wake: Wake;
  readonly pull: Pull;
  readonly rests: Rests;
  readonly looks: Looks;
  readonly connection: Connection;
  readonly planning: Planning;
  readonly executor: Executor;
  readonly onPlan: (plan: Plan) => void;
  /** Called each time that all which is due has begun. */
  readonly onTurn: (timing: { readonly isPlanEmpty: boolean }) => void;
  /** When `onTurn` is to be called next though nothing happens; null: never. */
  readonly nextTurn: () => number | null;
}

/** Begins what is due, plans when there is something new to plan by, and sleeps in between. */
export class SyncLoop {
  readonly #parts: SyncLoopParts;
  #isPlanEmpty = false;
  #failure: Error | null = null;

  constructor(parts: SyncLoopParts) {
    this.#parts = parts;
  }

  /** Ends the loop with an error. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#parts.wake.up();
  }

  /** Runs until the signal aborts or, with `once`, nothing is left but what waits for other reasons. */
  async run(once: boolean, signal: AbortSignal): Promise<"aborted" | "done" | "offline"> {
    const { clock, wake, looks, connection, planning, executor, onTurn, nextTurn } = this.#parts;
    for (;;) {
      if (this.#failure) throw this.#failure;
      if (signal.aborted) return "aborted";
      looks.begin();
      connection.begin();
      executor.setOnline(connection.offline === null);
      const planAt = this.#planDue();
      if (planAt !== null && planAt <= clock.now()) {
        this.#plan();
        continue;
      }
      executor.begin();
      if (this.#isPlanEmpty && planAt === null) executor.tidy();
      onTurn({ isPlanEmpty: this.#isPlanEmpty });
      if (once && connection.offline !== null && connection.failures >= FAILURES_WAITED_OUT) return "offline";
      // Whoever was told may have changed what plans go by.
      if (once && this.#planDue() === null && this.#isDone()) return "done";
      // What is over already is in `planAt`, or waits for what there is to plan by.
      const restEnd = planAt === null && this.#isPlannable() ? planning.nextRestEnd() : null;
      await wake.wait([planAt, looks.nextDue(), connection.nextDue(), restEnd, nextTurn()]);
    }
  }

  /** When the next plan is to be made; null where there is nothing new to plan by, or not enough is known. */
  #planDue(): number | null {
    return this.#isPlannable() ? this.#parts.planning.due() : null;
  }

  /** Whether both sides are known well enough to plan by. */
  #isPlannable(): boolean {
    return this.#parts.looks.sawAll && this.#parts.pull.isWhole;
  }

  #plan(): void {
    const { planning, executor, onPlan } = this.#parts;
    const plan = planning.next();
    this.#isPlanEmpty = !executor.take(plan);
    onPlan(plan);
  }

  #isDone(): boolean {
    const { clock, looks, connection, executor, rests } = this.#parts;
    if (!looks.sawAll || looks.isBusy || connection.isBusy || executor.isBusy || !this.#isPlanEmpty) return false;
    const isLookNear = looks.nextRecheck() < clock.now() + LOOK_WAITED_FOR;
    return !isLookNear && !rests.anyBelow(FAILURES_WAITED_OUT);
  }
}
