/** The name of the cookie with the signed session token; better-auth's default names. */
export function sessionCookie(url: string): string {
  return `${url.startsWith("https:") ? "__Secure-" : ""}better-auth.session_token`;
}
