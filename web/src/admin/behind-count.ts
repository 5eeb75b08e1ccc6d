import type { SearchState } from "../../../protocol/search.ts";
import { strings } from "../strings/admin.ts";
import { formatNumber } from "../ui/format.ts";

/** What of a list the server answers at most. */
const LISTED = 100;

/** How many spaces are behind, as far as the server counts them. */
export function behindCount(behind: SearchState["behind"]): string {
  const count = formatNumber(behind.length);
  return behind.length < LISTED ? count : strings.admin.index.orMore(count);
}
