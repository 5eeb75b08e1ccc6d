import { LedgeError } from "../../../protocol/errors.ts";
import { ServerTooOld } from "../../http-errors.ts";
import type { RealmMove, RealmMoves, RealmMoveState } from "../../ports/sync-remote.ts";
import { localPath } from "../local-path.ts";
import { MovingNodes } from "../moving.ts";
import { realmInside } from "../realms.ts";
import type { AcrossStep } from "../steps.ts";
import { Outdated, requireLocal, type ExecuteContext } from "./context.ts";
import { Refused } from "./upward.ts";

/** Milliseconds between two looks at a move: at first, and at most. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5_000;

/** What says nothing about the move, but about who asks, or when. */
const NOT_OF_THE_MOVE: ReadonlySet<string> = new Set([
  "unauthenticated",
  "insufficient_scope",
  "device_revoked",
  "suspended",
  "rate_limited",
]);
/** The server moves nothing like it: it is made anew where it is to be. */
const NEVER: ReadonlySet<string> = new Set(["mount_in_shared", "mounted_folder", "root_immutable", "too_many_nodes"]);
/** It may go on as it is, later. */
const LATER: ReadonlySet<string> = new Set(["busy", "internal", "too_many_transfers"]);

/**
 * Has the server move a node to another realm, and waits for that. Cut off anywhere, the next attempt asks for the same move. When
 * it is over, the server's tree is pulled; the next plan takes over what is here. Where the node is not wanted there any more, the
 * move is cancelled; what is too late for that is moved back.
 */
export async function moveAcross(context: ExecuteContext, { id }: AcrossStep, signal: AbortSignal): Promise<void> {
  const { trees, remote, transfers } = context;
  const { moves } = remote;
  if (!moves) throw new Outdated("the server moves nothing between spaces");
  const moving = new MovingNodes(trees);
  const kept = moving.get(id);
  if (kept?.arrived) return;
  const move = kept?.move ?? wantedMove(context, id);
  // Before it is asked for: killed at any instant, the next run knows of it.
  if (!kept) moving.set(id, { move, arrived: null });
  const path = localPath(trees, id) ?? move.name;
  const ended = await transfers.track({ id, path, direction: "across", size: 0 }, (_, onFound) =>
    follow(context, moves, move, id, signal, ({ totalBytes, bytes }) => onFound(totalBytes ?? bytes, bytes)),
  );
  if (ended === null || ended.state === "cancelled") {
    moving.remove(id);
    if (ended !== null && isWanted(context, id, move)) throw new Error("its move to the other folder was cancelled");
  } else if (ended.state === "failed") {
    moving.remove(id);
    throw refusal(context, id, ended.error?.code ?? "internal", ended.error?.detail ?? "the server could not move it");
  } else await arrive(context, id, move, ended.node ?? id);
}

function wantedMove(context: ExecuteContext, id: string): RealmMove {
  const { trees, newId } = context;
  const { entry, local } = requireLocal(context, id);
  if (!entry.remote) throw new Outdated("the server does not have it");
  const realm = realmInside(trees, local.parent);
  const { parent, name } = local;
  return {
    id: newId(),
    from: { node: id, ...(entry.remote.realm !== undefined && { realm: entry.remote.realm }) },
    to: { parent, ...(realm !== undefined && { realm }) },
    name,
  };
}

/** Whether this disk has it where it is to go, in whatever folder there. */
function isWanted({ trees }: ExecuteContext, id: string, { to }: RealmMove): boolean {
  const local = trees.get(id)?.local;
  return local != null && realmInside(trees, local.parent) === to.realm;
}

/** Begins the move, or goes on with it, until it ended; null where it was never begun and is not to be. */
async function follow(
  context: ExecuteContext,
  moves: RealmMoves,
  move: RealmMove,
  id: string,
  signal: AbortSignal,
  onState: (state: RealmMoveState) => void,
): Promise<RealmMoveState | null> {
  const { watchdog, clock } = context;
  return watchdog.guard(signal, async (inner, alive) => {
    let state = isWanted(context, id, move)
      ? await begin(context, moves, move, id, inner)
      : await find(moves, move, inner);
    for (let pause = FIRST_PAUSE; state?.state === "copying"; pause = Math.min(LONGEST_PAUSE, pause * 1.5)) {
      onState(state);
      const { revision } = state;
      if (isWanted(context, id, move)) {
        await clock.sleep(pause, inner);
        state = await moves.look(move.id, inner);
      } else state = await cancel(moves, move, inner);
      if (state.revision !== revision) alive();
    }
    return state;
  });
}

async function begin(
  context: ExecuteContext,
  moves: RealmMoves,
  move: RealmMove,
  id: string,
  signal: AbortSignal,
): Promise<RealmMoveState> {
  try {
    return await moves.begin(move, signal);
  } catch (error) {
    if (error instanceof ServerTooOld) {
      new MovingNodes(context.trees).remove(id);
      context.makeAnew(null);
      throw new Outdated("the server moves nothing between spaces", { cause: error });
    }
    if (!(error instanceof LedgeError) || NOT_OF_THE_MOVE.has(error.code)) throw error;
    if (!LATER.has(error.code)) new MovingNodes(context.trees).remove(id);
    throw refusal(context, id, error.code, error.message);
  }
}

async function find(moves: RealmMoves, { id }: RealmMove, signal: AbortSignal): Promise<RealmMoveState | null> {
  try {
    return await moves.look(id, signal);
  } catch (error) {
    if (error instanceof LedgeError && error.code === "not_found") return null;
    throw error;
  }
}

async function cancel(moves: RealmMoves, { id }: RealmMove, signal: AbortSignal): Promise<RealmMoveState> {
  try {
    return await moves.cancel(id, signal);
  } catch (error) {
    if (error instanceof LedgeError && error.code === "transfer_ended") return moves.look(id, signal);
    throw error;
  }
}

function refusal(context: ExecuteContext, id: string, code: string, detail: string): Error {
  if (!NEVER.has(code)) return new Refused(code, detail);
  context.makeAnew(id);
  return new Outdated(`it cannot be moved there: ${detail}`);
}

/** It counts as arrived once the trees have what the server had by then. */
async function arrive(context: ExecuteContext, id: string, move: RealmMove, node: string): Promise<void> {
  const { trees, pull, pulled } = context;
  await pulled();
  const isUnread = [move.from.realm, move.to.realm].some((realm) => realm !== undefined && pull.unread.has(realm));
  const isToBeListed = move.to.realm !== undefined && pull.unlisted().has(move.to.realm);
  // Of a node that is gone from there since nothing may be told any more.
  const isTold = trees.get(node)?.remote != null || !pull.isWanted;
  if (!pull.isWhole || isUnread || isToBeListed || !isTold) throw new Error("where it was moved to cannot be read yet");
  new MovingNodes(trees).set(id, { move, arrived: node });
}
