import { LedgeError } from "../../../protocol/errors.ts";
import type { Node, OperationInput, OperationResult } from "../../../protocol/tree.ts";
import { sameBytes } from "../../ports/replica-files.ts";
import type { RemoteCommitResponse, SentFile, SyncCommitOptions } from "../../ports/sync-remote.ts";
import type { Semaphore } from "../../semaphore.ts";
import { isExecutableHere, type Entry, type SyncedState } from "../entry.ts";
import { SyncEnded } from "../ended.ts";
import { epochOf, realmOf } from "../realms.ts";
import type { UpwardStep } from "../steps.ts";
import { recallSent, rememberSent } from "./own-versions.ts";
import { agree, HistoryReplaced, Outdated, requireEntry, requireLocal, type ExecuteContext } from "./context.ts";

/** The server refused an operation. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly code: string;

  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }

  /** Whether the refusal says that the remote tree here is not the newest: a pull and a new plan settle that. */
  get isStale(): boolean {
    return STALE.has(this.code);
  }
}

const STALE: ReadonlySet<string> = new Set([
  "stale_base",
  "name_conflict",
  "not_found",
  "parent_not_found",
  "not_a_folder",
  "not_a_file",
  "already_trashed",
  "not_trashed",
  "would_cycle",
  "id_conflict",
]);

/** What became of one step: null where it was done. */
export type Outcome = unknown;

interface Prepared {
  readonly step: UpwardStep;
  /** Null where the server has it as it is here. */
  readonly operation: OperationInput | null;
  readonly sent: SentFile | null;
}

/**
 * Carries steps out as one commit, in their order: sends the files first, all at once, and drops what failed with what
 * depends on it. Calls `onOutcome` once for each step. Rejects where the commit as a whole failed, for all steps whose
 * outcome was not told. The steps are to be of one realm, and planned by the trees of the epoch that is known when it is called.
 */
export async function commitSteps(
  context: ExecuteContext,
  steps: readonly UpwardStep[],
  turn: Semaphore,
  signal: AbortSignal,
  onOutcome: (step: UpwardStep, outcome: Outcome) => void,
): Promise<void> {
  const [first] = steps;
  const realm = first && realmOf(context.trees, first.id);
  // Versions and seqs that the steps are based on mean nothing in another history, should one be read meanwhile (Y20).
  const epoch = epochOf(context.trees, realm);
  const settled = await Promise.allSettled(steps.map((step) => prepare(context, step, signal)));
  signal.throwIfAborted();
  const ready: (Prepared & { operation: OperationInput })[] = [];
  const dropped = new Set<string>();
  settled.forEach((result, i) => {
    const step = steps[i];
    if (!step) return;
    const dependsOnDropped = dropped.has(step.id) || ("parent" in step && dropped.has(step.parent));
    if (result.status === "rejected" || dependsOnDropped) {
      dropped.add(step.id);
      onOutcome(step, result.status === "rejected" ? (result.reason as unknown) : new Outdated("it waits for another"));
      return;
    }
    const { operation, sent } = result.value;
    if (operation) {
      ready.push({ step, operation, sent });
      return;
    }
    if (sent) takeEqual(context, step, sent);
    onOutcome(step, null);
  });
  if (ready.length === 0) return;
  await turn.run(async () => {
    if (epochOf(context.trees, realm) !== epoch) throw new HistoryReplaced(epoch, realm);
    if (ready.some(({ step }) => step.type === "trashRemote")) await requireLink(context);
    for (const { step, sent } of ready) if (sent) noteSent(context, step, sent);
    const operations = ready.map(({ operation }) => operation);
    const response = await commit(context, operations, { epoch, realm, signal });
    const outcomes = takeResponse(context, ready, response, epoch);
    ready.forEach(({ step }, i) => onOutcome(step, outcomes[i] ?? null));
  });
}

async function commit(
  { remote, watchdog, newId }: ExecuteContext,
  operations: readonly OperationInput[],
  { epoch, realm, signal }: Omit<SyncCommitOptions, "operationId">,
): Promise<RemoteCommitResponse> {
  try {
    return await watchdog.guard(signal, (inner) =>
      remote.commit(operations, { operationId: newId(), epoch, realm, signal: inner }),
    );
  } catch (error) {
    if (error instanceof LedgeError && error.code === "cursor_expired")
      throw new HistoryReplaced(epoch, realm, { cause: error });
    throw error;
  }
}

/**
 * Should the answer be lost, what the file becomes here meanwhile is still told to be an edit of what was sent. The first
 * that was sent as a version stays: if any, it is the one that the server took.
 */
function noteSent(context: ExecuteContext, step: UpwardStep, { content }: SentFile): void {
  const version = step.type === "updateFile" ? step.baseVersion + 1 : 1;
  if (recallSent(context, step.id, version) === null) rememberSent(context, step.id, version, content);
}

/** A root that vanished under the engine must not be told to the server as deletions (Y14). */
async function requireLink({ files }: ExecuteContext): Promise<void> {
  if (!(await files.isLinked())) throw new SyncEnded("root-lost", "the folder that is synced is gone or was replaced");
}

async function prepare(context: ExecuteContext, step: UpwardStep, signal: AbortSignal): Promise<Prepared> {
  switch (step.type) {
    case "createFolder": {
      const { id, parent, name } = step;
      const { local } = requireLocal(context, id);
      return { step, sent: null, operation: { type: "createFolder", id, parent, name, mtime: local.stamp.mtime } };
    }
    case "createFile": {
      const { id, parent, name } = step;
      const sent = await send(context, id, signal);
      const state = fileState(requireEntry(context, id), sent);
      return { step, sent, operation: { type: "createFile", id, parent, name, ...state } };
    }
    case "updateFile":
      return prepareUpdate(context, step, await send(context, step.id, signal));
    case "moveRemote": {
      const { id, parent, name } = step;
      const where = { ...(parent !== undefined && { parent }), ...(name !== undefined && { name }) };
      return { step, sent: null, operation: { type: "move", node: id, ...where } };
    }
    case "trashRemote":
      return { step, sent: null, operation: { type: "trash", node: step.id, baseSeq: step.baseSeq } };
  }
}

/** Nothing is committed where only the time of the file changed (Y18), or where the server has the same bytes by now. */
function prepareUpdate(
  context: ExecuteContext,
  step: Extract<UpwardStep, { type: "updateFile" }>,
  sent: SentFile,
): Prepared {
  const entry = requireEntry(context, step.id);
  const state = fileState(entry, sent);
  const isEqual = [entry.remote, entry.synced].some(
    (each) => each && each.content === sent.content && each.executable === state.executable,
  );
  const baseVersion = Math.max(1, step.baseVersion);
  const operation = { type: "updateFile" as const, node: step.id, baseVersion, ...state };
  return { step, sent, operation: isEqual ? null : operation };
}

function fileState(
  entry: Entry,
  { chunks, stamp }: SentFile,
): { chunks: SentFile["chunks"][number][]; mtime: number; executable: boolean } {
  return { chunks: [...chunks], mtime: stamp.mtime, executable: stamp.executable ?? isExecutableHere(entry) };
}

async function send(context: ExecuteContext, id: string, signal: AbortSignal): Promise<SentFile> {
  const { remote, watchdog, transfers } = context;
  const { local, path } = requireLocal(context, id);
  return transfers.track({ id, path, direction: "up", size: local.stamp.size }, (onBytes) =>
    watchdog.guard(signal, (inner, alive) =>
      remote.send(path, local.stamp, {
        signal: inner,
        realm: realmOf(context.trees, id),
        onBytes: (bytes) => {
          alive();
          onBytes(bytes);
        },
      }),
    ),
  );
}

/** Records what a file's bytes turned out to be. What both sides agree on by that, the next plan tells. */
function takeEqual(context: ExecuteContext, { id }: UpwardStep, sent: SentFile): void {
  const local = context.trees.get(id)?.local;
  if (local && sameBytes(local.stamp, sent.stamp)) context.trees.setLocal(id, { ...local, content: sent.content });
}

/**
 * Takes what the server answered to steps of that epoch into the trees, all at once. An outcome for each step, null where
 * it was done.
 */
function takeResponse(
  context: ExecuteContext,
  prepared: readonly Prepared[],
  response: RemoteCommitResponse,
  epoch: string | undefined,
): (Refused | HistoryReplaced | null)[] {
  return context.trees.transaction(() => {
    if (!context.pull.committed(response)) return prepared.map(() => new HistoryReplaced(epoch, response.realm));
    return prepared.map(({ step, sent }, i) => {
      const result = response.results[i];
      if (!result) return new Refused("internal", "the server did not answer this operation");
      if (!result.ok) return takeRefusal(context, result);
      if (sent) takeEqual(context, step, sent);
      if (step.type !== "trashRemote") agree(context, step.id, agreed(context, step, result.node));
      return null;
    });
  });
}

function takeRefusal(context: ExecuteContext, result: Extract<OperationResult, { ok: false }>): Refused {
  if (result.node) context.pull.note(result.node);
  return new Refused(result.code, result.detail);
}

/**
 * What is agreed on now: what the operation was about as the server has it, and the rest as it was, so that what somebody
 * else changed there meanwhile still comes here.
 */
function agreed(context: ExecuteContext, step: UpwardStep, node: Node): SyncedState {
  const { parent, name, type, version, content, executable } = node;
  const whole = { parent: parent ?? "", name, type, version, content, executable };
  const before = context.trees.get(step.id)?.synced;
  if (!before) return whole;
  if (step.type === "updateFile") return { ...whole, parent: before.parent, name: before.name };
  if (step.type !== "moveRemote") return whole;
  return {
    ...before,
    parent: step.parent === undefined ? before.parent : whole.parent,
    name: step.name === undefined ? before.name : whole.name,
  };
}
