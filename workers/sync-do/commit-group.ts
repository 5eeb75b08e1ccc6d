import { isSatisfied, type TreeState } from "../../core/tree-state.ts";
import { needsOf, planCommits, type Changes, type CommitToPlan, type PlannedCommit } from "../../core/plan-commit.ts";
import { encodeCursor } from "../../protocol/cursor.ts";
import { newId } from "../../protocol/new-id.ts";
import type { OperationResult } from "../../protocol/tree.ts";
import { activityStatements, type RecordedCommit } from "../storage/activity.ts";
import {
  load,
  loadMore,
  StaleState,
  type CommitDatabase,
  type Loaded,
  type OperationRow,
} from "../storage/commit-load.ts";
import { boundResults, decodeResults, encodeResults } from "../storage/commit-results.ts";
import { batchFailure, commitStatements } from "../storage/commit-write.ts";
import { spaceChange, type SpaceChange } from "../storage/space-change.ts";
import { closeUploadStatements } from "../storage/close-uploads.ts";
import type { CommitInput, CommitOutcome } from "./commit-queue.ts";

const ATTEMPTS = 6;
/** Reads that one plan may take: the first answers nearly all. */
const PASSES = 40;

export interface GroupOutcome {
  /** One for each input, in order. */
  readonly outcomes: readonly CommitOutcome[];
  /** The space's new seq, or null where nothing changed. */
  readonly seq: number | null;
  /** What the space is now and what changed; null where that is not known: no such space, or no answer from it. */
  readonly change: SpaceChange | null;
  /** True where purged folders have something below them still, or purged files have versions. */
  readonly isReaping: boolean;
}

/**
 * Carries out commits of one space together: one read batch, one plan, one fenced write batch (T3). A batch that lost the
 * race, or of which no answer came, is begun again from the read: the operation rows tell what was done (I5).
 *
 * @param inputs - Of one space, each operation id once.
 * @throws Error for what is no answer to a client: a bug, or a database that is away for good.
 */
export async function commitGroup(
  db: CommitDatabase,
  inputs: readonly CommitInput[],
  now: number,
): Promise<GroupOutcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptGroup(db, inputs, now);
    } catch (error) {
      const failure = error instanceof StaleState ? "fenced" : batchFailure(error);
      if (failure === "unforeseen") throw error;
      if (attempt === ATTEMPTS) return allBusy(inputs);
      if (failure === "lost") await pause(attempt);
    }
  }
}

async function attemptGroup(db: CommitDatabase, inputs: readonly CommitInput[], now: number): Promise<GroupOutcome> {
  const [first] = inputs;
  if (!first) return { outcomes: [], seq: null, change: null, isReaping: false };
  const commits = inputs.map(toPlan);
  const ids = inputs.map(({ request }) => request.operationId);
  const loaded = await load(db, first, needsOf(commits), ids);
  if (!loaded) return { outcomes: inputs.map(() => notFound()), seq: null, change: null, isReaping: false };

  const fresh = inputs.filter((input) => !loaded.operations.has(input.request.operationId) && isOf(loaded, input));
  const plan = await planWithLoads(db, first.ownerId, loaded, fresh, now);
  const done = fresh.map((input, i) => {
    const planned = plan.commits[i];
    if (!planned) throw new Error("a plan answers each commit");
    return { input, planned: { ...planned, results: boundResults(planned.results) } };
  });
  await write(db, first, done, plan.changes, loaded.state, now);

  const planned = new Map(done.map(({ input, planned }) => [input.request.operationId, planned]));
  const outcomes = inputs.map((input) => {
    const row = loaded.operations.get(input.request.operationId);
    if (row) return replay(input, loaded.epoch, row);
    if (!isOf(loaded, input)) return historyReplaced();
    const done = planned.get(input.request.operationId);
    return done?.isInReach ? answer(input, loaded.epoch, done.seq, done.results, false) : notFound();
  });
  const { seq, baseSeq, nodes, inShared } = plan.changes;
  const isPurging = nodes.some(({ state }) => state === "purged");
  const change = spaceChange({
    space: first.spaceId,
    epoch: loaded.epoch,
    baseSeq,
    seq,
    nodes,
    sharedFolders: inShared.touched,
  });
  return { outcomes, seq: seq > baseSeq ? seq : null, change, isReaping: loaded.isReaping || isPurging };
}

async function planWithLoads(
  db: CommitDatabase,
  ownerId: string,
  { state }: Loaded,
  inputs: readonly CommitInput[],
  now: number,
): Promise<{ commits: readonly PlannedCommit[]; changes: Changes }> {
  const commits = inputs.map(toPlan);
  for (let pass = 0; pass < PASSES; pass++) {
    const plan = planCommits(state, commits, { now, newId: () => newId(now) });
    if (!("needs" in plan)) return plan;
    if (isSatisfied(plan.needs)) break;
    await loadMore(db, ownerId, plan.needs, state);
  }
  throw new Error(`a plan needed more than ${PASSES} reads`);
}

function toPlan({ request, authorId, scope, unsent }: CommitInput): CommitToPlan {
  return { operations: request.operations, authorId, scope, unsent: new Set(unsent) };
}

interface Done {
  readonly input: CommitInput;
  readonly planned: PlannedCommit;
}

/** One batch for all that succeeded; nothing where nothing did (T4). */
async function write(
  db: CommitDatabase,
  space: CommitInput,
  done: readonly Done[],
  changes: Changes,
  before: TreeState,
  now: number,
): Promise<void> {
  const recorded = done.filter(({ planned }) => planned.results.some((result) => result.ok));
  if (recorded.length === 0) return;
  const rows: OperationRow[] = recorded.map(({ input, planned }) => ({
    id: input.request.operationId,
    digest: input.digest,
    result: encodeResults(planned.seq, planned.results),
  }));
  const uploads = recorded.flatMap(({ input: { request } }) => [
    ...(request.closeUploads ?? []),
    ...(request.closeUpload && request.upload !== undefined ? [request.upload] : []),
  ]);
  await db.batch([
    ...commitStatements(db, { spaceId: space.spaceId, ownerId: space.ownerId, now }, changes, rows),
    ...closeUploadStatements(db, uploads, space.ownerId),
    ...activityStatements(db, space.spaceId, now, recorded.map(recordedCommit), before.nodes),
  ]);
}

function recordedCommit({ input, planned }: Done): RecordedCommit {
  return { by: input, operations: input.request.operations, results: planned.results };
}

/** Whether a commit was decided on the history that the space has (T19), as far as it says. */
function isOf({ epoch }: Loaded, { request }: CommitInput): boolean {
  return request.epoch === undefined || request.epoch === epoch;
}

function answer(
  { spaceId, request }: CommitInput,
  epoch: string,
  seq: number,
  results: readonly OperationResult[],
  replayed: boolean,
): CommitOutcome {
  if (results.length !== request.operations.length) throw new Error("a plan has one result for each operation");
  const cursor = encodeCursor({ space: spaceId, epoch, seq });
  return { ok: true, response: { space: spaceId, seq, cursor, replayed, results: [...results] }, bookmark: null };
}

function replay(input: CommitInput, epoch: string, row: OperationRow): CommitOutcome {
  if (row.digest !== input.digest) {
    return {
      ok: false,
      code: "operation_mismatch",
      detail: "the operation id was used for another commit: make a new one",
    };
  }
  const { seq, results } = decodeResults(input.spaceId, row.result);
  return answer(input, epoch, seq, results, true);
}

function notFound(): CommitOutcome {
  return { ok: false, code: "not_found", detail: "there is no such space" };
}

function historyReplaced(): CommitOutcome {
  return {
    ok: false,
    code: "cursor_expired",
    detail: "the commit was decided on a history of the space that was replaced: list everything again",
  };
}

function allBusy(inputs: readonly CommitInput[]): GroupOutcome {
  const busy: CommitOutcome = { ok: false, code: "busy", detail: "the database is busy: send the same request again" };
  return { outcomes: inputs.map(() => busy), seq: null, change: null, isReaping: false };
}

/** 20 ms, doubling, with jitter. */
function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20 * 2 ** (attempt - 1) * (0.5 + Math.random())));
}
