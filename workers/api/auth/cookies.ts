import { parse } from "hono/utils/cookie";

/** better-auth's default names. */
function authCookie(url: string, name: string): string {
  return `${url.startsWith("https:") ? "__Secure-" : ""}better-auth.${name}`;
}

/** The name of the cookie with the signed session token. */
export function sessionCookie(url: string): string {
  return authCookie(url, "session_token");
}

/** The name of the cookie with the signed identifier of a sign-in that waits for its second factor. */
export function challengeCookie(url: string): string {
  return authCookie(url, "two_factor");
}

/** The name of the cookie that a sign-in leaves which is to end with the browser, for its second step. */
export function passingCookie(url: string): string {
  return authCookie(url, "dont_remember");
}

/**
 * A `Cookie` header with each cookie once, as we read it. Of two by one name better-auth may take the other one, and
 * answer for somebody else than whom we asked about.
 *
 * @param names - Which cookies to keep; absent: all.
 */
export function readOnce(header: string, names?: readonly string[]): string {
  return Object.entries(parse(header))
    .filter(([name]) => names?.includes(name) ?? true)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("; ");
}

/** The value that an answer's `Set-Cookie` headers give a cookie, if they do; empty where they end it. */
export function valueIn(setCookies: readonly string[], name: string): string | undefined {
  const pair = setCookies.findLast((cookie) => cookie.startsWith(`${name}=`))?.split(";")[0];
  return pair === undefined ? undefined : decodeURIComponent(pair.slice(name.length + 1));
}
