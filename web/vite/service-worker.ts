import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin, type Rolldown } from "vite";

/** What works offline consists of these: menus, dialogs, the palette, search by names, lists, previews, in every language. Not what draws PDFs, which is large. */
const OFFLINE_PARTS = /\/web\/src\/((app|commands|drive|files|search|strings|thumbnails|ui|uploads)\/|viewer\/(?!pdf))/;
const FIRST_FILES = ["color-scheme.js", "favicon.svg", "manifest.webmanifest"];

interface PrecacheEntry {
  readonly url: string;
  /** Null where the name holds a hash. */
  readonly revision: string | null;
}

/** Builds `/service-worker.js` after the app, with the list of the files that the pages of folders need. */
export function serviceWorker(source: string): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    async writeBundle({ dir }, bundle) {
      if (dir === undefined) throw new Error("the app is built into a folder");
      await build({
        configFile: false,
        publicDir: false,
        logLevel: "warn",
        define: { "process.env.NODE_ENV": '"production"', __PRECACHE__: JSON.stringify(precacheList(dir, bundle)) },
        build: {
          outDir: dir,
          emptyOutDir: false,
          target: "es2022",
          sourcemap: true,
          rollupOptions: { input: source, output: { format: "iife", entryFileNames: "service-worker.js" } },
        },
      });
    },
  };
}

function precacheList(dir: string, bundle: Rolldown.OutputBundle): PrecacheEntry[] {
  const hash = (...files: string[]): string => {
    const digest = createHash("sha256");
    for (const file of files) digest.update(readFileSync(join(dir, file)));
    return digest.digest("hex").slice(0, 16);
  };
  return [
    // The page is kept with its headers, so their change is a change of it.
    { url: "/", revision: hash("index.html", "_headers") },
    ...FIRST_FILES.map((file) => ({ url: `/${file}`, revision: hash(file) })),
    ...firstLoad(bundle).map((file) => ({ url: `/${file}`, revision: null })),
  ];
}

/** The scripts and styles of the first page, and of what is done on it. */
function firstLoad(bundle: Rolldown.OutputBundle): string[] {
  const files = new Set<string>();
  const add = (name: string): void => {
    const chunk = bundle[name];
    if (files.has(name) || chunk?.type !== "chunk") return;
    files.add(name);
    for (const css of chunk.viteMetadata?.importedCss ?? []) files.add(css);
    chunk.imports.forEach(add);
  };
  for (const chunk of Object.values(bundle)) {
    if (chunk.type !== "chunk") continue;
    if (chunk.isEntry || OFFLINE_PARTS.test(chunk.facadeModuleId ?? "")) add(chunk.fileName);
  }
  return [...files].sort();
}
