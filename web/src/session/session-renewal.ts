/**
 * Some requests replace the session, and its cookie, by new ones. Whatever else is sent meanwhile with the old one is
 * answered as if nobody were signed in, in this tab and in others: that is no end of the session.
 */

const RENEWING: ReadonlySet<string> = new Set([
  "/api/auth/change-password",
  "/api/auth/two-factor/verify",
  "/api/auth/two-factor/disable",
]);
const LOCK = "ledge-session-renewal";

let underWay: Promise<unknown> = Promise.resolve();

/** Sends a request; once more where it was refused for a session that was being replaced. */
export async function sendInSession(url: string, send: () => Promise<Response>): Promise<Response> {
  const { pathname } = new URL(url);
  if (RENEWING.has(pathname)) return renew(send);
  const answer = await send();
  if (answer.status !== 401 || pathname.startsWith("/api/auth/")) return answer;
  await untilRenewed();
  return send();
}

function renew(send: () => Promise<Response>): Promise<Response> {
  const sent = hasLocks() ? navigator.locks.request(LOCK, send) : send();
  underWay = sent.catch(() => undefined);
  return sent;
}

async function untilRenewed(): Promise<void> {
  if (hasLocks()) await navigator.locks.request(LOCK, { mode: "shared" }, () => undefined);
  else await underWay;
}

/** Pages on plain http, but of this machine, have none; there each tab looks to itself. */
function hasLocks(): boolean {
  return "locks" in navigator;
}
