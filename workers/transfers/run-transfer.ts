import { LedgeError } from "../../protocol/errors.ts";
import type { Env } from "../env.ts";
import {
  endLease,
  leaseTransfer,
  readTransfer,
  saveTransfer,
  type TransferRow,
} from "../storage/directory-transfers.ts";
import type { Run } from "./kind.ts";
import { KINDS } from "./kinds.ts";
import { originalKept } from "./move-kind.ts";
import { tellOf } from "./notice.ts";
import { openAsBegun } from "./open-sides.ts";
import { readProgress, type Progress } from "./progress.ts";
import { done, hasAppeared, STEPS } from "./steps.ts";
import { Superseded, type Stepped } from "./stepped.ts";

/** How long a runner has a transfer for itself, milliseconds: longer than any run. */
export const LEASE_MS = 5 * 60_000;
/** The pause after a step that failed for a reason that may pass, doubling; milliseconds. */
const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10 * 60_000;
/** Steps that may fail so in a row: some hours. */
const FAILURES = 30;
/** Why a step may fail that is done again: the server's reasons. */
const PASSING: ReadonlySet<string> = new Set(["busy", "internal"]);

/** How much one run does. */
export interface RunBounds {
  /** Milliseconds after which no other step is begun. */
  readonly time: number;
  /** Steps at most: each takes some D1 queries, of which an invocation has 1,000. */
  readonly steps: number;
  /** Bytes that one step copies at most. */
  readonly stepBytes: number;
}

/**
 * Takes a transfer on, step by step, where nobody else does.
 *
 * @returns the transfer as it is then; null where somebody else has it, or nothing is left to do.
 */
export async function runTransfer(env: Env, id: string, bounds: RunBounds): Promise<TransferRow | null> {
  const now = Date.now();
  const leased = await leaseTransfer(env.DIRECTORY, id, now, now + LEASE_MS);
  return leased && runLeased(env, leased, bounds);
}

/** As `runTransfer`, where the caller has the lease, which ends with it. */
export async function runLeased(env: Env, leased: TransferRow, bounds: RunBounds): Promise<TransferRow> {
  const end = Date.now() + bounds.time;
  let transfer = leased;
  let pause = 0;
  const goesOn = () => transfer.isOpen && transfer.leasedUntil === leased.leasedUntil && pause === 0;
  for (let step = 0; goesOn() && step < bounds.steps && Date.now() < end; step++) {
    const stepped = await attempt(env, transfer, bounds.stepBytes);
    if (stepped === null) {
      // Cancelled: what is left to do is another thing now. Or another runner's.
      const current = await readTransfer(env.DIRECTORY, transfer.id);
      if (!current || current.leasedUntil !== leased.leasedUntil) return current ?? { ...transfer, isOpen: false };
      transfer = current;
      continue;
    }
    pause = pauseAfter(stepped.progress.failures);
    transfer = await save(env, transfer, stepped);
  }
  if (transfer.leasedUntil !== leased.leasedUntil) return transfer;
  const leasedUntil = pause === 0 ? 0 : Date.now() + pause;
  await endLease(env.DIRECTORY, transfer, leasedUntil);
  return { ...transfer, leasedUntil };
}

function pauseAfter(failures: number): number {
  return failures === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** (failures - 1));
}

async function save(env: Env, transfer: TransferRow, stepped: Stepped): Promise<TransferRow> {
  const changes = { ...stepped, progress: JSON.stringify(stepped.progress) };
  const saved = await saveTransfer(env.DIRECTORY, transfer, changes, Date.now());
  if (!saved) return (await readTransfer(env.DIRECTORY, transfer.id)) ?? { ...transfer, isOpen: false };
  if (saved.state !== transfer.state) await tellOf(env, saved);
  return saved;
}

/** The next step; where it fails, what follows from that. Null where the transfer is no longer as it was. */
async function attempt(env: Env, transfer: TransferRow, stepBytes: number): Promise<Stepped | null> {
  const progress = readProgress(transfer.progress);
  try {
    const stepped = await takeStep(env, transfer, progress, stepBytes);
    return { ...stepped, progress: { ...stepped.progress, failures: 0 } };
  } catch (error) {
    if (error instanceof Superseded) return null;
    return afterFailure(transfer, progress, error);
  }
}

async function takeStep(env: Env, transfer: TransferRow, progress: Progress, stepBytes: number): Promise<Stepped> {
  const kind = KINDS[transfer.kind];
  const base = { env, transfer, progress, kind, stepBytes };
  if (transfer.state !== "copying") return STEPS.clear({ ...base, ...openAsBegun(env, transfer) });
  const begun: Run = { ...base, ...openAsBegun(env, transfer) };
  // Written down before it appeared: it may have been cut off just after.
  const isIn = progress.step === "finish";
  if (!isIn && transfer.isAppearing && (await hasAppeared(begun))) return { progress: { ...progress, step: "finish" } };
  let sides;
  try {
    sides = await kind.open(env, transfer);
  } catch (error) {
    if (isIn && error instanceof LedgeError && !PASSING.has(error.code))
      return await done(begun, originalKept(error.message));
    throw error;
  }
  return STEPS[isIn ? "finish" : progress.step]({ ...base, ...sides });
}

function afterFailure(transfer: TransferRow, progress: Progress, error: unknown): Stepped {
  const known =
    error instanceof LedgeError ? error : new LedgeError("internal", "it failed on the server: try again later");
  const failures = progress.failures + 1;
  const mayPass = PASSING.has(known.code) && failures <= FAILURES;
  if (mayPass || isBetweenOwners(transfer, progress)) {
    console.warn("a step of a transfer is to be done again", {
      id: transfer.id,
      step: progress.step,
      error: String(error),
    });
    return { progress: { ...progress, failures } };
  }
  // What was to be cleared away is given up; nobody sees it.
  if (transfer.state !== "copying") return { isOpen: false, progress };
  if (progress.step === "finish")
    return { state: "done", error: originalKept(known.message), progress: { ...progress, step: "clear", failures: 0 } };
  const told = { code: known.code, detail: known.detail ?? known.message };
  return { state: "failed", error: told, progress: { ...progress, step: "clear", failures: 0 } };
}

/** A folder that may be with neither owner is never left so: nobody could get at it (M13). */
function isBetweenOwners({ kind, state }: TransferRow, { step }: Progress): boolean {
  return kind === "ownership" && (state !== "copying" || step === "finish");
}
