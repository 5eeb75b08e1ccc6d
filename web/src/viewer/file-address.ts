/**
 * Where a version's bytes are. They never change, so the browser keeps them (see `cache-control` of the answer). `inline`
 * lets the browser draw types that run nothing (D6).
 */
export function fileAddress(file: string, version?: number, disposition?: "inline"): string {
  const query = new URLSearchParams();
  if (version !== undefined) query.set("version", String(version));
  if (disposition) query.set("disposition", disposition);
  const asked = query.toString();
  return `/api/files/${file}${asked === "" ? "" : `?${asked}`}`;
}
