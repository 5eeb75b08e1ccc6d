import { LedgeError, ERRORS, type ErrorCode } from "../../../protocol/errors.ts";
import { newId } from "../../../protocol/new-id.ts";
import type { Node } from "../../../protocol/tree.ts";
import type { FromWorker, NewSave } from "./messages.ts";
import { needsHelp, type UploadItem } from "./upload-item.ts";
import { markLeft, sharedInOf, uploadHost } from "./uploads.ts";

/** Where a save goes to: a new version of a file, based on one that was read, or a new file. */
export type SaveTarget =
  | { readonly file: Pick<Node, "id" | "name" | "parent">; readonly baseVersion: number }
  | { readonly parent: string; readonly name: string };

/**
 * Saves what an editor made, by the same way as uploads: kept over a reload, and sent once there is a connection. Resolves
 * to the node once the server has it; offline that is later.
 *
 * Rejects with a `LedgeError` where the server refuses: `stale_base` where somebody saved a newer version, and
 * `name_conflict`, with the node that is there as `extra.node` (B14). Then nothing is left waiting.
 */
export async function saveFile(target: SaveTarget, blob: Blob): Promise<Node> {
  const id = newId();
  const host = await uploadHost();
  const { promise, resolve, reject } = Promise.withResolvers<Node>();
  const stop = host.listen((message) => {
    const item = itemIn(message, id);
    if (item === "gone") reject(new DOMException("the save was cancelled", "AbortError"));
    else if (item?.state === "done" && item.node) resolve(item.node);
    else if (item && needsHelp(item.state)) {
      reject(refusalOf(item, target));
      // Whoever waits for the answer decides, not the tray.
      host.tell({ type: "cancel", ids: [id] });
    }
  });
  markLeft(true);
  host.tell({ type: "save", save: { id, blob, ...placeOf(target) } });
  try {
    return await promise;
  } finally {
    stop();
  }
}

function placeOf(target: SaveTarget): Omit<NewSave, "id" | "blob"> {
  if ("parent" in target) {
    const { parent, name } = target;
    return { base: null, folder: parent, sharedIn: sharedInOf(parent), name };
  }
  const { file, baseVersion } = target;
  const base = { node: file.id, version: baseVersion };
  return { base, folder: file.parent ?? "", sharedIn: sharedInOf(file.id), name: file.name };
}

function itemIn(message: FromWorker, id: string): UploadItem | "gone" | undefined {
  if (message.type !== "changed") return undefined;
  return message.gone.includes(id) ? "gone" : message.items.find((item) => item.id === id);
}

function refusalOf({ state, problem, existing }: UploadItem, target: SaveTarget): LedgeError {
  const node = existing ? { node: existing } : {};
  if (state === "conflict") return new LedgeError("parent" in target ? "name_conflict" : "stale_base", undefined, node);
  const code = problem?.code ?? "internal";
  return new LedgeError(Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : "internal", problem?.detail);
}
