import { addressIn } from "../session/space-api.ts";

/**
 * Where a version's bytes are. They never change, so the browser keeps them (see `cache-control` of the answer). `inline`
 * lets the browser draw types that run nothing (D6).
 *
 * @param sharedIn - See `Entry.sharedIn`.
 */
export function fileAddress(
  file: string,
  version?: number,
  disposition?: "inline",
  sharedIn: string | null = null,
): string {
  const query = new URLSearchParams();
  if (version !== undefined) query.set("version", String(version));
  if (disposition) query.set("disposition", disposition);
  const asked = query.toString();
  return `${addressIn(sharedIn)}/files/${file}${asked === "" ? "" : `?${asked}`}`;
}

/** Where a version's thumbnail is; `no_thumbnail` where there is none, or not yet (H2). */
export function thumbnailAddress(file: string, version: number, sharedIn: string | null): string {
  return `${addressIn(sharedIn)}/files/${file}/thumbnail?version=${version}`;
}
