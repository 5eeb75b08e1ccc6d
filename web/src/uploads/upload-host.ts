import { notifications } from "@mantine/notifications";
import { strings } from "../strings/uploads.ts";
import type { Node } from "../../../protocol/tree.ts";
import type { FromWorker, StartUploads, ToWorker } from "./messages.ts";
import type { UploadProblem } from "./upload-item.ts";
import { UploadList } from "./upload-list.ts";
import type { UploadsView } from "./uploads.ts";
import { WakeLock } from "./wake-lock.ts";

/** Milliseconds that a worker has to end what it does. */
const FORGET_WITHIN = 5_000;

export interface HostOptions {
  readonly start: Pick<StartUploads, "account" | "drop">;
  readonly show: (view: UploadsView) => void;
  /** Given the nodes that uploads make. */
  readonly take: (nodes: readonly Node[]) => void;
  /** Nothing is sent for the moment. */
  readonly onStalled: (problem: UploadProblem) => void;
  /** Nothing is under way any more. */
  readonly onIdle: () => void;
}

/** The page's side of the uploads: it owns the worker, and says what the worker told. */
export class UploadHost {
  readonly #worker = new Worker(new URL("./upload.worker.ts", import.meta.url), { type: "module", name: "uploads" });
  readonly #list = new UploadList();
  readonly #options: HostOptions;
  readonly #wakeLock = new WakeLock();
  readonly #page = new AbortController();
  #wasBusy = false;
  readonly #listeners = new Set<(message: FromWorker) => void>();

  constructor(options: HostOptions) {
    this.#options = options;
    this.#worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => this.#hear(data));
    this.#worker.addEventListener("error", () => {
      notifications.show({ color: "red", title: strings.uploads.title, message: strings.uploads.broken });
    });
    this.tell({ type: "start", ...options.start, origin: location.origin, isOnline: navigator.onLine });
    const { signal } = this.#page;
    for (const type of ["online", "offline"] as const) {
      addEventListener(type, () => this.tell({ type: "online", isOnline: type === "online" }), { signal });
    }
    // Another tab may have been closed meanwhile.
    document.addEventListener("visibilitychange", () => this.#lookAround(), { signal });
    addEventListener("beforeunload", (event) => this.#warn(event), { signal });
  }

  tell(message: ToWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker needs no origin
    this.#worker.postMessage(message);
  }

  /** Takes what is through off the list. */
  dismiss(ids: readonly string[]): void {
    this.#list.change([], ids);
    this.#options.show(this.#list.view());
  }

  listen(listener: (message: FromWorker) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends the work; the host is over with that. Resolves to whether nothing is kept any more: a broken worker says nothing. */
  async forget(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.listen(({ type }) => {
      if (type === "forgotten") resolve(true);
    });
    this.tell({ type: "forget" });
    const timer = setTimeout(() => resolve(false), FORGET_WITHIN);
    const isForgotten = await promise;
    clearTimeout(timer);
    this.#page.abort();
    this.#worker.terminate();
    void this.#wakeLock.set(false);
    return isForgotten;
  }

  #hear(message: FromWorker): void {
    if (message.type === "nodes") this.#options.take(message.nodes);
    if (message.type === "changed") this.#list.change(message.items, message.gone);
    if (message.type === "stalled") {
      this.#list.stalled = message.problem;
      if (message.problem) this.#options.onStalled(message.problem);
    }
    for (const listener of this.#listeners) listener(message);
    if (message.type === "forgotten" || message.type === "nodes") return;
    const view = this.#list.view();
    void this.#wakeLock.set(view.isBusy);
    if (this.#wasBusy && !view.isBusy) this.#options.onIdle();
    this.#wasBusy = view.isBusy;
    this.#options.show(view);
  }

  #lookAround(): void {
    if (document.visibilityState === "visible") this.tell({ type: "takeOver" });
  }

  #warn(event: BeforeUnloadEvent): void {
    if (this.#list.view().isBusy) event.preventDefault();
  }
}
