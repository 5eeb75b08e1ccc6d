import type { Api } from "../../client/api.ts";
import { SyncEnded, type EndReason } from "../../client/sync/ended.ts";
import { HttpError } from "../../client/http-errors.ts";
import { LedgeError } from "../../protocol/errors.ts";
import type { Link } from "./link.ts";
import { askAsDevice } from "./require-device.ts";

/** What to do next, after what ended a sync. */
const NEXT: Readonly<Record<EndReason, string>> = {
  "root-lost": "Nothing was deleted. Is a disk not mounted? --relink links the folder anew",
  "remote-root-gone": "Nothing was deleted. Restore it, or link the folder anew with --relink",
  revoked: 'To sync this folder again: "ledge login", then "ledge sync DIR --relink"',
  refused: 'Sign in again with "ledge login"; nothing was lost',
  "wrong-root": "--relink links it anew",
};

/** Adds to what ended a sync what can be done about it. */
export async function explainEnd(error: unknown, root: string, api: Api, link: Link): Promise<unknown> {
  if (!(error instanceof SyncEnded)) return error;
  const isSignedOut = error.reason === "revoked" && (await isUnauthenticated(api, link));
  const reason = isSignedOut ? "refused" : error.reason;
  const message = isSignedOut ? "the session or token is no longer valid" : error.message.replace(/\.$/, "");
  return new SyncEnded(reason, `${root}: ${message}. ${NEXT[reason].replace("DIR", root)}`, { cause: error });
}

/** A revoked device has lost its session, too, but so has one that was signed out: the server is asked as which it sees it. */
async function isUnauthenticated(api: Api, link: Link): Promise<boolean> {
  try {
    await askAsDevice(api, link);
    return false;
  } catch (error) {
    if (error instanceof HttpError) return error.status === 401;
    return error instanceof LedgeError && error.code === "unauthenticated";
  }
}
