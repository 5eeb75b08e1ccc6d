import type { PushMessage } from "../../../client/ports/sync-remote.ts";
import type { NoticeAbout } from "../../../protocol/push.ts";
import type { Answer, QueuedEdit } from "./queued-edit.ts";

/** What tabs of one account tell each other. Plain data. */
export type TabMessage =
  | { readonly type: "queued"; readonly edit: QueuedEdit }
  | { readonly type: "answered"; readonly edit: QueuedEdit; readonly answer: Answer }
  /** From the tab that leads: what came over the socket, and the bookmark to read with from then on. */
  | { readonly type: "push"; readonly message: PushMessage; readonly bookmark: string | undefined }
  /** From the tab that leads: something changed that is not of the tree. */
  | { readonly type: "notice"; readonly about: NoticeAbout; readonly bookmark: string | undefined }
  /** A new tab asks the one that leads how the socket is. */
  | { readonly type: "hello" };
