/**
 * Where to go after signing in, as an address says it: a path of this app, with its query and fragment. Undefined for
 * whatever else, however it is written: a browser reads `/\evil.example`, or a tab between two slashes, as another site.
 */
export function nextPath(next: unknown, origin: string): string | undefined {
  if (typeof next !== "string" || !next.startsWith("/")) return undefined;
  const read = URL.parse(next, origin);
  if (read?.origin !== origin) return undefined;
  // `/.//evil.example` is of this site, with a path that is none by itself.
  if (read.pathname.startsWith("//")) return undefined;
  return read.pathname + read.search + read.hash;
}
