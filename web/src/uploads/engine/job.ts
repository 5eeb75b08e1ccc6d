import type { Node } from "../../../../protocol/tree.ts";
import type { KeptUpload, UploadItem, UploadProblem, UploadState } from "../upload-item.ts";

/** Above this a file is streamed, and goes beside the small ones. Bytes. */
const SMALL_BYTES = 1024 * 1024;

export function isSmall(bytes: number): boolean {
  return bytes <= SMALL_BYTES;
}

/** An item that is worked on. */
export class Job {
  kept: KeptUpload;
  /** By its size when it was added: a file that has grown since stays in its queue. */
  readonly isSmall: boolean;
  state: UploadState;
  /** Bytes that the server has, or that are under way. */
  sent = 0;
  problem: UploadProblem | null = null;
  existing: Node | null;
  node: Node | null = null;
  /** Ends what is done for it at the moment. */
  running: AbortController | null = null;
  /** How often its chunks, its folder or the server were gone for a moment. */
  strikes = 0;
  /** Nobody wants it any more, but its commit is under way. */
  isCancelled = false;
  /** To be paused once its commit, which is under way, did not come through. */
  isPausing = false;

  /** @param existing - What has its name, where that is known. */
  constructor(kept: KeptUpload, existing: Node | null) {
    this.kept = kept;
    this.isSmall = isSmall(kept.size);
    this.existing = existing;
    this.state = kept.isPaused ? "paused" : existing ? "conflict" : "waiting";
  }

  get id(): string {
    return this.kept.id;
  }

  /** What is read is the file as it is now, which may have been changed since it was chosen: so is what is told of it. */
  takeFrom(file: Blob): void {
    const { size } = file;
    const mtime = file instanceof File ? file.lastModified : this.kept.mtime;
    if (size !== this.kept.size || mtime !== this.kept.mtime) this.kept = { ...this.kept, size, mtime };
  }

  /** Counts what is known of one chunk's bytes; answers how to say it. */
  chunk(): (bytes: number) => void {
    const attempt = this.running;
    let counted = 0;
    return (bytes) => {
      // A chunk of an attempt that was given up counts no more.
      if (this.running !== attempt) return;
      this.sent += bytes - counted;
      counted = bytes;
    };
  }

  item(): UploadItem {
    const { id, kind, folder, path, name, size, mtime } = this.kept;
    const { state, problem, existing, node } = this;
    const sent = state === "done" ? size : Math.min(this.sent, size);
    return { id, kind, folder, path, name, size, mtime, state, sent, problem, existing, node };
  }
}
