import { z } from "zod";
import { Id } from "./ids.ts";
import { Person } from "./members.ts";
import { Millis } from "./tree.ts";

/** What was done. The tree's own operations, then what concerns sharing. */
export const ActivityAction = z.enum([
  "create",
  "edit",
  "rename",
  "move",
  "copy",
  "trash",
  "restore",
  "purge",
  "restoreVersion",
  "shareLink",
  "changeLink",
  "revokeLink",
  "invite",
  "join",
  "leave",
  "remove",
  "changeRole",
  "unshare",
  "transfer",
  "openLink",
  "download",
  "drop",
]);
export type ActivityAction = z.infer<typeof ActivityAction>;

/** Who did it. */
export const Actor = z
  .object({
    kind: z.enum(["person", "guest", "system"]),
    /** An account's id, or a link's; null for the system. */
    id: Id.nullable(),
    /** The person's name, or what the guest of a file drop gave; null where there is none any more. */
    name: z.string().nullable(),
    /** The device or the kind of client that it came from, as far as it is known; of others' doings null. */
    device: z.string().nullable(),
  })
  .meta({ id: "Actor" });
export type Actor = z.infer<typeof Actor>;

/** One thing that somebody did, or several alike that they did in one folder at once. */
export const Activity = z
  .object({
    id: Id,
    at: Millis,
    actor: Actor,
    action: ActivityAction,
    /** What it was done to. */
    node: Id,
    /** What that was called then. */
    name: z.string(),
    type: z.enum(["file", "folder"]),
    /** The folder that it was in then; null for a space's root, and where the reader may not see that folder. */
    parent: Id.nullable(),
    /** How many nodes of that folder it was done to, of which `node` is one; by a link, how often within an hour. */
    count: z.int(),
    /**
     * A rename's former name, a role, an email, a link's permission: what the action is about besides. Of a move what the
     * folder that it came from is called now: empty for the home folder, null where the reader may not see it.
     */
    detail: z.string().nullable(),
  })
  .meta({ id: "Activity" });
export type Activity = z.infer<typeof Activity>;

/** Newest first. A page may have fewer entries than were asked for; the listing ends where `next` is null. */
export const ActivityPage = z
  .object({ activities: z.array(Activity), next: z.string().nullable() })
  .meta({ id: "ActivityPage" });
export type ActivityPage = z.infer<typeof ActivityPage>;

/** As the administrator sees it (V3). */
export const AdminActivity = Activity.extend({
  space: Id,
  /** Whose space it is; null where that account is no more. */
  owner: Person.nullable(),
  /** The session or token that it came with. */
  credential: z.string().nullable(),
}).meta({ id: "AdminActivity" });
export type AdminActivity = z.infer<typeof AdminActivity>;

/** Newest first. */
export const AdminActivityPage = z
  .object({ activities: z.array(AdminActivity), next: z.string().nullable() })
  .meta({ id: "AdminActivityPage" });
export type AdminActivityPage = z.infer<typeof AdminActivityPage>;

/** What an account is told of in the app. */
export const Notification = z
  .object({
    id: Id,
    at: Millis,
    kind: z.enum([
      "invited",
      "accepted",
      "declined",
      "removed",
      "left",
      "roleChanged",
      "unshared",
      "received",
      "transferred",
      "offered",
      "offerAccepted",
      "offerDeclined",
      "handedOver",
      "notHandedOver",
    ]),
    /** Who did it; null where nobody with an account did. */
    by: z.object({ id: Id, name: z.string() }).nullable(),
    /** What it leads to: an invitation, a shared folder, a node of the account's own. */
    subject: z.object({ kind: z.enum(["invitation", "space", "node"]), id: Id, name: z.string() }),
    /** A role, a guest's name: what it is about besides. */
    detail: z.string().nullable(),
    /** How many files were received; 1 of all else. */
    count: z.int(),
    readAt: Millis.nullable(),
  })
  .meta({ id: "Notification" });
export type Notification = z.infer<typeof Notification>;

export const NotificationPage = z
  .object({ notifications: z.array(Notification), unread: z.int(), next: z.string().nullable() })
  .meta({ id: "NotificationPage" });
export type NotificationPage = z.infer<typeof NotificationPage>;
