import { proxyDurable } from "itty-durable";
import type { Context } from "hono";
import type { AttemptLimit } from "../../../core/attempts.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import type { AttemptGateStub } from "../../sync-do/attempt-gate.ts";
import type { AppContext } from "../context.ts";
import { sha256Hex } from "../auth/access-token.ts";

const MINUTE = 60_000;

/**
 * What guessing costs (A4). An address may stand for an office, an email for one person. Known and unknown emails are
 * charged alike, so that being limited tells nothing (A3).
 */
export const ATTEMPT_LIMITS = {
  signInAddress: { burst: 50, everyMs: 3_000 },
  signInEmail: { burst: 10, everyMs: MINUTE },
  signUpAddress: { burst: 30, everyMs: MINUTE },
  signUpEmail: { burst: 5, everyMs: 5 * MINUTE },
  deviceCodeAddress: { burst: 20, everyMs: 10_000 },
  userCodeAddress: { burst: 10, everyMs: MINUTE },
  secondFactorAddress: { burst: 50, everyMs: 3_000 },
  secondFactorAccount: { burst: 10, everyMs: 5 * MINUTE },
  passkeyAddress: { burst: 50, everyMs: 3_000 },
  forgotAddress: { burst: 20, everyMs: 30_000 },
  forgotEmail: { burst: 3, everyMs: 20 * MINUTE },
  verifyAddress: { burst: 20, everyMs: 30_000 },
  verifyEmail: { burst: 3, everyMs: 5 * MINUTE },
  mailLinkAddress: { burst: 30, everyMs: 10_000 },
  shareAddress: { burst: 50, everyMs: 3_000 },
  dropAddress: { burst: 200, everyMs: 500 },
  shareLink: { burst: 10, everyMs: MINUTE },
  invitationAddress: { burst: 50, everyMs: 3_000 },
  invitingAccount: { burst: 100, everyMs: 36_000 },
  invitedEmail: { burst: 50, everyMs: 30 * MINUTE },
  changingRolesAccount: { burst: 1_000, everyMs: 3_600 },
  givenThumbnailAccount: { burst: 300, everyMs: 1_000 },
} as const satisfies Record<string, AttemptLimit>;

/**
 * What an attempt is charged to besides the caller's address: for `secondFactor` an account's id, for `share` a link's, and
 * only together with the address, so that nobody's guessing locks others out (L4); else an email.
 */
type Kind =
  ByEmail | "deviceCode" | "userCode" | "secondFactor" | "passkey" | "mailLink" | "share" | "drop" | "invitation";
type ByEmail = "signIn" | "signUp" | "forgot" | "verify";
const BY_EMAIL: ReadonlySet<Kind> = new Set<ByEmail>(["signIn", "signUp", "forgot", "verify"]);

/**
 * Charges one attempt to the caller's address, and one to `whose` where given, before anything costly is done.
 *
 * @throws LedgeError `rate_limited`, with `retryAfter` (seconds) and the header `Retry-After`
 */
export async function chargeAttempts(c: Context<AppContext>, kind: Kind, whose?: string): Promise<void> {
  const now = Date.now();
  const gates: { get(name: string): AttemptGateStub } = proxyDurable(c.env.ATTEMPT_GATE, { parse: true });
  const charges = [gates.get(`${kind}:${address(c)}`).attempt(ATTEMPT_LIMITS[`${kind}Address`], now)];
  if (whose !== undefined && isByEmail(kind)) {
    // By digest: object names travel in a header, and an email may hold any character.
    const name = await sha256Hex(whose.toLowerCase());
    charges.push(gates.get(`${kind}:email:${name}`).attempt(ATTEMPT_LIMITS[`${kind}Email`], now));
  }
  if (whose !== undefined && kind === "secondFactor")
    charges.push(gates.get(`${kind}:account:${whose}`).attempt(ATTEMPT_LIMITS.secondFactorAccount, now));
  if (whose !== undefined && kind === "share")
    charges.push(gates.get(`${kind}:${whose}:${address(c)}`).attempt(ATTEMPT_LIMITS.shareLink, now));
  refuseUnpaid(c, Math.max(...(await Promise.all(charges)).map((answer) => answer.waitMs)));
}

/**
 * Charges an account for `count` invitations at once (M12), whoever they go to.
 *
 * @throws LedgeError as `chargeAttempts`
 */
export async function chargeInvitations(c: Context<AppContext>, account: string, count: number): Promise<void> {
  const gates: { get(name: string): AttemptGateStub } = proxyDurable(c.env.ATTEMPT_GATE, { parse: true });
  const { burst, everyMs } = ATTEMPT_LIMITS.invitingAccount;
  // As many attempts: one that takes as long to drain as all of them.
  const limit = { burst: burst / count, everyMs: everyMs * count };
  const { waitMs } = await gates.get(`inviting:account:${account}`).attempt(limit, Date.now());
  refuseUnpaid(c, waitMs);
}

/**
 * Charges emails for a mail each that invites them, whoever does: many accounts together fill nobody's inbox.
 *
 * @throws LedgeError as `chargeAttempts`
 */
export async function chargeInvited(c: Context<AppContext>, emails: readonly string[]): Promise<void> {
  const gates: { get(name: string): AttemptGateStub } = proxyDurable(c.env.ATTEMPT_GATE, { parse: true });
  const now = Date.now();
  const charges = emails.map(async (email) =>
    gates.get(`invited:email:${await sha256Hex(email.toLowerCase())}`).attempt(ATTEMPT_LIMITS.invitedEmail, now),
  );
  refuseUnpaid(c, Math.max(0, ...(await Promise.all(charges)).map(({ waitMs }) => waitMs)));
}

/**
 * Charges an account for a role that it changes, of which somebody is told.
 *
 * @throws LedgeError as `chargeAttempts`
 */
export async function chargeRoleChange(c: Context<AppContext>, account: string): Promise<void> {
  const gates: { get(name: string): AttemptGateStub } = proxyDurable(c.env.ATTEMPT_GATE, { parse: true });
  const { waitMs } = await gates
    .get(`changingRoles:account:${account}`)
    .attempt(ATTEMPT_LIMITS.changingRolesAccount, Date.now());
  refuseUnpaid(c, waitMs);
}

/**
 * Charges an account for a thumbnail that it gives (H5): each is decoded and encoded.
 *
 * @throws LedgeError as `chargeAttempts`
 */
export async function chargeGivenThumbnail(c: Context<AppContext>, account: string): Promise<void> {
  const gates: { get(name: string): AttemptGateStub } = proxyDurable(c.env.ATTEMPT_GATE, { parse: true });
  const { waitMs } = await gates
    .get(`givenThumbnail:account:${account}`)
    .attempt(ATTEMPT_LIMITS.givenThumbnailAccount, Date.now());
  refuseUnpaid(c, waitMs);
}

function refuseUnpaid(c: Context<AppContext>, waitMs: number): void {
  if (waitMs <= 0) return;
  const retryAfter = Math.ceil(waitMs / 1000);
  c.header("Retry-After", String(retryAfter));
  throw new LedgeError("rate_limited", `wait ${retryAfter} seconds`, { retryAfter });
}

function isByEmail(kind: Kind): kind is ByEmail {
  return BY_EMAIL.has(kind);
}

/** The caller's IPv4 address, or its IPv6 /64, which is what one customer is given. */
function address(c: Context): string {
  const ip = c.req.header("cf-connecting-ip") ?? "unknown";
  if (!ip.includes(":")) return ip;
  const [head = "", tail = ""] = ip.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === "" ? [] : tail.split(":");
  const zeros = ip.includes("::") ? Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0") : [];
  return [...before, ...zeros, ...after].slice(0, 4).join(":");
}
