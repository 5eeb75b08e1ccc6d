import type { Notification } from "../../../protocol/activity.ts";
import { isRole } from "../sharing/roles.ts";
import { strings } from "../strings/people.ts";

/** What a notification says. */
export function notificationText({ kind, by, subject, detail, count }: Notification): string {
  const text = strings.people.notifications;
  const who = by?.name || text.somebody;
  if (kind === "received") {
    return detail === null || detail === ""
      ? text.received(count, subject.name)
      : text.receivedFrom(count, subject.name, detail);
  }
  if (kind === "roleChanged") {
    return text.roleChanged(who, subject.name, isRole(detail) ? strings.people.roles[detail] : "");
  }
  return text.kinds[kind](who, subject.name);
}

/** Where it leads; null where there is nothing to be seen of it any more. */
export function notificationTarget({
  kind,
  subject,
}: Notification): "invitations" | { readonly folder: string } | null {
  if (subject.kind === "invitation" || kind === "offered") return "invitations";
  if (kind === "removed" || kind === "unshared") return null;
  return { folder: subject.id };
}
