import { notifications } from "@mantine/notifications";
import { LedgeError } from "../../../protocol/errors.ts";
import { newId } from "../../../protocol/new-id.ts";
import type { Transfer, TransferRequest } from "../../../protocol/transfers.ts";
import { queryClient } from "../app/query-client.ts";
import type { Drive, Entry } from "../drive/drive.ts";
import { askConflict } from "../files/conflicts.ts";
import { strings } from "../strings/transfers.ts";
import { isNetworkError } from "../ui/error-text.ts";
import { dismiss } from "./dismissed.ts";
import { noteMove } from "./last-move.ts";
import { tellMoved, tellNotMoved, type NotMoved } from "./move-notices.tsx";
import { noteAwaited, noteEnd, transfersApi, transfersQuery } from "./transfer-requests.ts";

/** What is to go into another space, and where it is. */
interface Moving {
  readonly node: string;
  readonly name: string;
  readonly from: Place;
  readonly to: Place;
}

interface Place {
  readonly space: string;
  readonly parent: string;
}

type OnConflict = NonNullable<TransferRequest["onConflict"]>;

/** How one of them ended. */
interface Ended {
  readonly moving: Moving;
  /** Null: it did not begin. */
  readonly transfer: Transfer | null;
  readonly failure: { readonly code: string; readonly detail: string } | null;
}

/** At once. More of them would only wait for each other on the server. */
const AT_ONCE = 3;

/**
 * Moves entries into a folder of another space (M11), and tells what became of it; resolves when all have ended. Names that
 * are taken are asked about once. A page that is closed meanwhile ends none that began.
 */
export async function moveAcross(drive: Drive, entries: readonly Entry[], folder: string): Promise<void> {
  const to: Place = { space: await spaceOf(drive, folder), parent: folder };
  const all = entries.map(({ id, name, space, parent }): Moving => {
    return { node: id, name, from: { space, parent: parent ?? space }, to };
  });
  const ended = await moveAll(all, "fail");
  const taken = new Set(ended.filter(({ failure }) => failure?.code === "name_conflict").map(({ moving }) => moving));
  tell(
    drive,
    ended.filter(({ moving }) => !taken.has(moving)),
    folder,
  );
  if (taken.size === 0) return;
  dismiss(ended.flatMap(({ moving, transfer }) => (transfer && taken.has(moving) ? [transfer.id] : [])));
  const inTheWay = entries.filter(({ id }) => [...taken].some(({ node }) => node === id));
  if ((await askConflict(inTheWay)) === "keep-both") tell(drive, await moveAll([...taken], "rename"), folder);
}

/** Begins anew one that failed, whatever its name. */
export async function moveAgain(drive: Drive, { id, from, to, name }: Transfer): Promise<void> {
  dismiss([id]);
  const moving: Moving = { node: from.node, name, from: { space: from.space, parent: from.space }, to };
  const ended = await moveAll([moving], "rename");
  tell(drive, ended, to.parent, false);
}

async function spaceOf(drive: Drive, folder: string): Promise<string> {
  const entry = drive.entry(folder) ?? (await drive.need(folder));
  if (!entry) throw new LedgeError("parent_not_found");
  return entry.space;
}

/** Some at a time; answers in their order. */
async function moveAll(all: readonly Moving[], onConflict: OnConflict): Promise<Ended[]> {
  const ended: Ended[] = [];
  const waiting = all.map((moving, at) => ({ moving, at, id: newId() }));
  for (const { moving, id } of waiting) noteAwaited(asked(id, moving));
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      ended[next.at] = await moveOne(next.id, next.moving, onConflict);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return ended;
}

async function moveOne(id: string, moving: Moving, onConflict: OnConflict): Promise<Ended> {
  const { node, from, to } = moving;
  const request = { id, from: { space: from.space, node }, to, onConflict };
  let known: Transfer | null = null;
  try {
    const transfer = await transfersApi.move(request, {
      onProgress: (now) => {
        known = now;
        noteAwaited(now);
      },
    });
    noteEnd(id, transfer);
    return { moving, transfer, failure: transfer.state === "failed" ? transfer.error : null };
  } catch (error) {
    noteEnd(id, known);
    // It may have begun: then the list has it, and says how it ends.
    if (isNetworkError(error)) void queryClient.invalidateQueries({ queryKey: transfersQuery.queryKey });
    return { moving, transfer: null, failure: failureOf(error) };
  }
}

function failureOf(error: unknown): NonNullable<Ended["failure"]> {
  if (error instanceof LedgeError) return { code: error.code, detail: error.detail ?? "" };
  return { code: isNetworkError(error) ? "network" : "internal", detail: "" };
}

/** As it looks until the server has answered. */
function asked(id: string, { node, name, from, to }: Moving): Transfer {
  const now = Date.now();
  return {
    id,
    kind: "move",
    state: "copying",
    from: { space: from.space, node },
    to,
    name,
    node: null,
    files: 0,
    bytes: 0,
    totalFiles: null,
    totalBytes: null,
    error: null,
    createdAt: now,
    updatedAt: now,
  };
}

/** What failed on its way is in the tray; what did not begin, and what is through, is told at once. */
function tell(drive: Drive, ended: readonly Ended[], folder: string, canUndo = true): void {
  const done = ended.filter(({ transfer }) => transfer?.state === "done");
  for (const { transfer } of done) if (transfer?.node) void drive.need(transfer.node).catch(() => undefined);
  if (done.length > 0) {
    const names = done.map(({ moving }) => moving.name);
    const where = folder === drive.root ? strings.drive.home : (drive.entry(folder)?.name ?? "");
    const undo = canUndo ? wayBack(drive, done) : null;
    if (undo) noteMove(drive, undo);
    tellMoved(strings.drive.moved(names.length, names[0] ?? "", where), undo);
  }
  const failed = ended.flatMap(({ moving, transfer, failure }): NotMoved[] =>
    failure && !transfer ? [{ name: moving.name, ...failure }] : [],
  );
  if (failed.length > 0) tellNotMoved(failed);
}

/** Once, by whichever of the ways there are to it. */
function wayBack(drive: Drive, done: readonly Ended[]): () => void {
  let isTaken = false;
  return () => {
    if (isTaken) return;
    isTaken = true;
    void moveBack(drive, done);
  };
}

/** Moves the other way what was moved just now; under the next free name where the old one is taken. */
async function moveBack(drive: Drive, done: readonly Ended[]): Promise<void> {
  const back = done.flatMap(({ moving, transfer }): Moving[] =>
    transfer?.node ? [{ node: transfer.node, name: moving.name, from: moving.to, to: moving.from }] : [],
  );
  const ended = await moveAll(back, "rename");
  tell(drive, ended, back[0]?.to.parent ?? drive.root, false);
}

/** Ends one that goes on; what was to be moved stays where it is. */
export async function stopMoving({ id, name }: Transfer): Promise<void> {
  try {
    await transfersApi.cancel(id);
    notifications.show({ message: strings.transfers.cancelled(name) });
  } catch (error) {
    tellNotMoved([{ name, ...failureOf(error) }]);
  }
  void queryClient.invalidateQueries({ queryKey: transfersQuery.queryKey });
}
