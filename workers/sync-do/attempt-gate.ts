import { createDurable } from "itty-durable";
import { chargeAttempt, type AttemptLimit } from "../../core/attempts.ts";

/** What the gate says to one attempt. */
export interface GateAnswer {
  readonly allowed: boolean;
  readonly waitMs: number;
}

/** What a caller sees of a gate: calls go through itty-durable's proxy, as JSON. */
export interface AttemptGateStub {
  attempt(limit: AttemptLimit, now: number): Promise<GateAnswer>;
}

/**
 * Counts the attempts of one address or of one email, wherever in the world they come in. Its whole state is one
 * number, which itty-durable keeps after each call; the object deletes itself once that number says nothing more.
 */
export class AttemptGate extends createDurable({ autoPersist: true }) {
  paidUntil = 0;

  attempt(limit: AttemptLimit, now: number): GateAnswer {
    const { allowed, waitMs, paidUntil } = chargeAttempt(this.paidUntil, limit, now);
    this.paidUntil = paidUntil;
    if (allowed) this.setAlarm(paidUntil + 60_000);
    return { allowed, waitMs };
  }

  async alarm(): Promise<void> {
    // Not destroy's own `reset`: it fails in an object that an alarm woke, because only a call notes the defaults.
    this.paidUntil = 0;
    await this.destroy();
  }
}
