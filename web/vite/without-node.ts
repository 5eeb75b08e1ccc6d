import type { Plugin } from "vite";

/** Gives libheif's JavaScript, which also runs in Node, nothing for what it asks for there alone. */
export function withoutNode(): Plugin {
  const EMPTY = "\0nothing";
  return {
    name: "without-node",
    enforce: "pre",
    resolveId: (id, importer) =>
      importer?.includes("/libheif-js/") && ["crypto", "fs", "path"].includes(id) ? EMPTY : undefined,
    load: (id) => (id === EMPTY ? "export default {};" : undefined),
  };
}
