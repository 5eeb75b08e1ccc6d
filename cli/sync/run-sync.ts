import type { SyncOutcome } from "../../client/sync/engine.ts";
import type { SyncEvent } from "../../client/sync/events.ts";
import { NodeReplicaFiles } from "../../client/ports/node-replica-files.ts";
import { nodeWatcher } from "../../client/ports/node-watcher.ts";
import type { CliContext } from "../context.ts";
import { answerDeletions } from "./answer-deletions.ts";
import { chooseFolders, type FolderChoice } from "./choose-folders.ts";
import { explainEnd } from "./explain-end.ts";
import { openLinkedFolder, type LinkedFolder, type LinkRequest } from "./linked-folder.ts";
import { endOnce } from "./once.ts";
import { previewSync } from "./preview-sync.ts";
import { requireDevice } from "./require-device.ts";
import { SyncOutput } from "./sync-output.ts";
import { syncEngine } from "./session.ts";

export interface SyncOptions extends FolderChoice {
  readonly once?: boolean;
  readonly dryRun?: boolean;
  readonly name?: string;
  readonly limitUp?: number;
  readonly limitDown?: number;
  readonly deletions?: "confirm" | "undo";
  readonly relink?: boolean;
}

const DAY_MS = 86_400_000;
/** Days that the local trash keeps what remote deletions removed. */
const TRASH_DAYS = 30;

/** Syncs a folder until Ctrl-C, or with `once` until nothing is left to do. */
export async function runSync(context: CliContext, request: LinkRequest, options: SyncOptions): Promise<void> {
  if (options.dryRun) return previewSync(context, request);
  const folder = await openLinkedFolder(context, request);
  const shared = new AbortController();
  try {
    const files = new NodeReplicaFiles(folder.root, folder.id);
    for (const name of await files.recover())
      context.note(`${name}: somebody wrote to a file while it was replaced; what was written is kept under this name`);
    await files.pruneTrash(Date.now() - TRASH_DAYS * DAY_MS);
    await syncLinked(context, folder, files, options, shared.signal);
  } finally {
    shared.abort(new DOMException("the sync ended", "AbortError"));
    folder.close();
  }
}

async function syncLinked(
  context: CliContext,
  folder: LinkedFolder,
  files: NodeReplicaFiles,
  options: SyncOptions,
  signal: AbortSignal,
): Promise<void> {
  const { root, link, store } = folder;
  const limits = { up: options.limitUp, down: options.limitDown };
  const watcher = options.once ? null : nodeWatcher(root);
  const listeners: ((event: SyncEvent) => void)[] = [];
  const onEvent = (event: SyncEvent): void => listeners.forEach((listen) => listen(event));
  const engine = await syncEngine(context, { link, store, files, watcher, limits, onEvent, signal });
  const api = await context.api();
  const output = new SyncOutput(context, engine, root);
  const answers = answerDeletions(engine, root, options.deletions, (text) => output.say(text));
  listeners.push((event) => output.tell(event), answers.hear);
  try {
    await chooseFolders(api, engine.scope, link, options);
    if (options.once) await requireDevice(api, link);
    const outcome = await engine.run({ once: options.once === true, signal: context.signal });
    finish(context, outcome, options);
  } catch (error) {
    throw await explainEnd(error, root, api, link);
  } finally {
    answers.stop();
    output.stop();
  }
}

function finish(context: CliContext, outcome: SyncOutcome, { once }: SyncOptions): void {
  if (!once) return;
  if (outcome.ended === "aborted") throw context.signal.reason;
  endOnce(context, outcome);
}
