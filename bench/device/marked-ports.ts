import type { PushChannel } from "../../client/ports/sync-remote.ts";
import type { Watcher } from "../../client/ports/watcher.ts";
import { HttpSyncRemote, type HttpSyncRemoteOptions } from "../../client/sync/http-sync-remote.ts";
import type { Phase } from "./messages.ts";

export type OnPhase = (phase: Phase) => void;

/** The server over HTTP; tells when each phase begins and ends. */
export class MarkedRemote extends HttpSyncRemote {
  readonly #mark: OnPhase;

  constructor(options: HttpSyncRemoteOptions, mark: OnPhase) {
    super(options);
    this.#mark = mark;
  }

  override async send(...input: Parameters<HttpSyncRemote["send"]>): ReturnType<HttpSyncRemote["send"]> {
    this.#mark("reading");
    const sent = await super.send(...input);
    this.#mark("sent");
    return sent;
  }

  override async commit(...input: Parameters<HttpSyncRemote["commit"]>): ReturnType<HttpSyncRemote["commit"]> {
    this.#mark("committing");
    const answer = await super.commit(...input);
    this.#mark("committed");
    return answer;
  }

  override async fetch(...input: Parameters<HttpSyncRemote["fetch"]>): Promise<void> {
    this.#mark("fetching");
    await super.fetch(...input);
    this.#mark("fetched");
  }
}

/** Tells each message of changes, or that there are some. */
export function markedPush(push: PushChannel, mark: OnPhase): PushChannel {
  return {
    run: (onMessage, signal) =>
      push.run((message) => {
        if (message.type === "changes" || message.type === "poke") mark("heard");
        onMessage(message);
      }, signal),
    acknowledge: (cursor) => push.acknowledge(cursor),
  };
}

/** Tells each time that the watcher tells of paths. */
export function markedWatcher(watcher: Watcher, mark: OnPhase): Watcher {
  return {
    watch: (onPaths, signal) =>
      watcher.watch((paths) => {
        if (paths !== "all") mark("watched");
        onPaths(paths);
      }, signal),
  };
}
