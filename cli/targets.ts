import { UsageError } from "./exit-codes.ts";

/** `SOURCE... TARGET` as cp and mv take it: the last is where to. */
export function requireOneTarget(paths: readonly string[]): { sources: string[]; target: string } {
  const target = paths.at(-1);
  if (target === undefined || paths.length < 2) throw new UsageError("name at least one source, and the target last");
  return { sources: paths.slice(0, -1), target };
}
