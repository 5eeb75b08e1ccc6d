import { useNavigate } from "@tanstack/react-router";
import { chooseAgain } from "./choose-again.ts";
import type { ToWorker } from "./messages.ts";
import type { UploadItem, UploadState } from "./upload-item.ts";
import type { RowActions } from "./upload-row.tsx";
import { uploadHost } from "./uploads.ts";

export interface UploadActions {
  readonly row: RowActions;
  readonly pauseAll: () => void;
  readonly resumeAll: () => void;
  readonly retryAll: () => void;
  readonly cancelAll: () => void;
  readonly chooseAll: () => void;
  readonly clearDone: () => void;
  /** Away with all that is at rest, also with what waits for a person: to be asked before. */
  readonly discard: () => void;
}

type Asked = Extract<ToWorker, { ids: readonly string[] }>["type"];

/** What can be asked of uploads. @param decide - Opens the dialog about a name that is taken. */
export function useUploadActions(items: readonly UploadItem[], decide: (item: UploadItem) => void): UploadActions {
  const navigate = useNavigate();
  const open = ({ node }: UploadItem): void => {
    if (node?.parent) void navigate({ to: "/files/$folder", params: { folder: node.parent } });
  };
  const all = (type: Exclude<Asked, "resolve">, ...states: readonly UploadState[]): void => {
    ask(
      type,
      items.filter(({ state }) => states.includes(state)),
    );
  };
  return {
    row: {
      pause: (item) => ask("pause", [item]),
      resume: (item) => ask("resume", [item]),
      retry: (item) => ask("retry", [item]),
      cancel: (item) => ask("cancel", [item]),
      choose: (item) => chooseAgain([item], tell),
      open,
      decide,
    },
    pauseAll: () => all("pause", "waiting", "sending", "saving"),
    resumeAll: () => all("resume", "paused"),
    retryAll: () => all("retry", "failed"),
    cancelAll: () => all("cancel", "waiting", "sending", "saving", "paused", "conflict", "lost", "failed"),
    chooseAll: () =>
      chooseAgain(
        items.filter(({ state }) => state === "lost"),
        tell,
      ),
    clearDone: () => dismiss(items),
    discard: () => {
      dismiss(items);
      all("cancel", "failed", "lost", "conflict");
    },
  };
}

function ask(type: Exclude<Asked, "resolve">, items: readonly UploadItem[]): void {
  if (items.length > 0) void uploadHost().then((host) => host.tell({ type, ids: items.map(({ id }) => id) }));
}

function tell(message: ToWorker): void {
  void uploadHost().then((host) => host.tell(message));
}

/** The worker knows nothing more of what is through. */
function dismiss(items: readonly UploadItem[]): void {
  const ids = items.flatMap(({ id, state }) => (state === "done" ? [id] : []));
  void uploadHost().then((host) => host.dismiss(ids));
}
