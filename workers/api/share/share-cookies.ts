import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { LinkRow } from "../../storage/directory-links.ts";
import type { AppContext } from "../context.ts";
import { derivedKey } from "../derived-key.ts";

type Link = Pick<LinkRow, "id" | "password">;

/** How long a password is not asked for again (L3). Milliseconds. */
const UNLOCKED_FOR = 12 * 3_600_000;

/** Notes in the browser that the guest knows the link's password. */
export async function setUnlocked(c: Context<AppContext>, link: Link, now: number): Promise<void> {
  await put(c, unlockCookie(link), unlockedBy(link), now + UNLOCKED_FOR, now);
}

/** Whether the browser has proved that it knows the password that the link has now. */
export async function isUnlocked(c: Context<AppContext>, link: Link, now: number): Promise<boolean> {
  return link.password !== null && (await isSigned(c, unlockCookie(link), unlockedBy(link), now));
}

function unlockCookie({ id }: Link): string {
  return `ledge_link_${id}`;
}

/** By the hash: a new password, or the same one set again, ends what the old one opened. */
function unlockedBy({ id, password }: Link): string {
  return `unlocked/${id}/${password ?? ""}`;
}

/** Sets a cookie that says, until `until`, what only this server can have said. The claim itself is not in it. */
async function put(c: Context<AppContext>, name: string, claim: string, until: number, now: number): Promise<void> {
  const mac = await crypto.subtle.sign("HMAC", await key(c), Buffer.from(`${claim}/${until}`));
  setCookie(c, name, `${until}.${Buffer.from(mac).toString("base64url")}`, {
    httpOnly: true,
    sameSite: "Lax",
    secure: new URL(c.req.url).protocol === "https:",
    path: "/api/shared",
    maxAge: Math.floor((until - now) / 1000),
  });
}

async function isSigned(c: Context<AppContext>, name: string, claim: string, now: number): Promise<boolean> {
  const [, until, mac] = /^(\d{1,15})\.([A-Za-z0-9_-]{43})$/.exec(getCookie(c, name) ?? "") ?? [];
  if (until === undefined || mac === undefined || Number(until) <= now) return false;
  return crypto.subtle.verify("HMAC", await key(c), Buffer.from(mac, "base64url"), Buffer.from(`${claim}/${until}`));
}

function key(c: Context<AppContext>): Promise<CryptoKey> {
  return derivedKey(c.env.AUTH_SECRET, "ledge share cookie v1");
}
