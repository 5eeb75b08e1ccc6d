import type { NoticeAbout } from "../../../protocol/push.ts";
import type { Node } from "../../../protocol/tree.ts";

type NodesListener = (nodes: readonly Node[] | null) => void;
type NoticeListener = (about: NoticeAbout) => void;

/** Passes on what is told of nodes and of the account to whoever wants to hear of it, known here or not. */
export class News {
  readonly #nodes = new Set<NodesListener>();
  readonly #notices = new Set<NoticeListener>();

  onNodes(listener: NodesListener): () => void {
    this.#nodes.add(listener);
    return () => this.#nodes.delete(listener);
  }

  onNotice(listener: NoticeListener): () => void {
    this.#notices.add(listener);
    return () => this.#notices.delete(listener);
  }

  /** @param nodes - What they are now; null: anything may have changed. */
  tell(nodes: readonly Node[] | null): void {
    for (const listener of this.#nodes) listener(nodes);
  }

  notice(about: NoticeAbout): void {
    for (const listener of this.#notices) listener(about);
  }
}
