import type { Activity } from "../../../protocol/activity.ts";
import { isRole } from "../sharing/roles.ts";
import { strings } from "../strings/people.ts";

/** What guests do, counted by the hour. */
export const BY_LINK: ReadonlySet<Activity["action"]> = new Set(["openLink", "download"]);

/** What was done to what. */
export function activityText({ action, name, count, detail }: Activity): string {
  const text = strings.people.activity;
  const what = BY_LINK.has(action) ? name || strings.files.root : text.andMore(name || strings.files.root, count);
  // Of a move, empty stands for the top folder.
  const about = detail === "" && action === "move" ? strings.files.root : detail;
  const more = about ? detailText(action, what, about) : null;
  return more ?? text.actions[action](what);
}

/** The same with what it is about besides; null where that says nothing. */
function detailText(action: Activity["action"], what: string, detail: string): string | null {
  const text = strings.people.activity;
  switch (action) {
    case "rename":
      return text.renamed(detail, what);
    case "move":
      return text.movedFrom(what, detail);
    case "restoreVersion":
      return text.versionRestored(what, detail);
    case "invite":
      return text.invitedWhom(detail, what);
    case "join": {
      const role = roleText(detail);
      return role === null ? null : text.joinedAs(what, role);
    }
    case "changeRole": {
      const [email = "", role = ""] = detail.split(" ");
      const said = roleText(role);
      return said === null ? null : text.roleOf(email, said, what);
    }
    case "shareLink": {
      const { permissions } = text;
      return Object.hasOwn(permissions, detail)
        ? text.linkMade(what, permissions[detail as keyof typeof permissions])
        : null;
    }
    default:
      return null;
  }
}

function roleText(role: string): string | null {
  return isRole(role) ? strings.people.roles[role] : null;
}

/** Who did it. @param me - The reader's own account. */
export function actorText({ kind, id, name }: Activity["actor"], me: string): string {
  const text = strings.people.activity;
  if (kind === "system") return text.system;
  if (kind === "guest") return name ? text.guestOf(name) : text.guest;
  return id === me ? text.you : name || text.somebody;
}
