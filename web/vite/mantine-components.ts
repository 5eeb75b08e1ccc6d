import { globSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const CORE = here("../../node_modules/@mantine/core");
const ESM = join(CORE, "esm");
const STYLES = /@mantine\/core\/styles\.css$/;
/** Class names of a component's sheet: `Button.module.mjs` are those of `Button.css`. */
const CLASSES = /@mantine\/core\/esm\/.*\/(\w+)\.module\.mjs$/;
/** What is no component's. The variables are the theme's sheet. */
const ALWAYS = ["baseline", "global"];
const WHO_IMPORTS = ["../src/**/*.{ts,tsx}", "../../node_modules/@mantine/notifications/esm/**/*.mjs"];

/**
 * Mantine's style sheet without the components that the app does not use: a third of it is left. The order of the rest
 * stays, as some sheets rely on coming after others. A build that uses a component whose sheet was left out fails.
 */
export function mantineComponents(): Plugin {
  let taken: ReadonlySet<string> = new Set();
  return {
    name: "mantine-components",
    enforce: "pre",
    load(id) {
      if (!STYLES.test(id)) return undefined;
      const sources = WHO_IMPORTS.flatMap((pattern) => globSync(here(pattern)));
      for (const source of sources) this.addWatchFile(source);
      taken = sheetsOf(sources.flatMap(importedNames));
      return inOrder(taken);
    },
    generateBundle(_options, bundle) {
      for (const part of Object.values(bundle)) {
        if (part.type !== "chunk") continue;
        for (const id of Object.keys(part.modules)) {
          const sheet = CLASSES.exec(id)?.[1];
          if (sheet !== undefined && !taken.has(sheet)) this.error(`${sheet}.css of Mantine is left out, and used`);
        }
      }
    },
  };
}

/** What a file imports of `@mantine/core`. */
function importedNames(file: string): string[] {
  const imports = readFileSync(file, "utf8").matchAll(/import \{([^}]*)\} from ["']@mantine\/core["']/g);
  return [...imports].flatMap(([, names = ""]) => names.split(",").map((name) => name.trim().split(" ")[0] ?? ""));
}

/** The sheets of these components and of all that they are made of, by name. */
function sheetsOf(names: readonly string[]): ReadonlySet<string> {
  const index = readFileSync(join(ESM, "index.mjs"), "utf8");
  const files = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const [, path = ""] of readFileSync(file, "utf8").matchAll(/from "(\.[^"]+)"/g))
      visit(resolve(dirname(file), path));
  };
  for (const [, exported = "", path = ""] of index.matchAll(/import \{([^}]*)\} from "(\.[^"]+)"/g))
    if (exported.split(",").some((name) => names.includes(name.trim()))) visit(join(ESM, path));
  const sheets = [...files].map((file) => CLASSES.exec(file)?.[1]).filter((sheet) => sheet !== undefined);
  return new Set([...ALWAYS, ...sheets]);
}

function inOrder(sheets: ReadonlySet<string>): string {
  const whole = readFileSync(join(CORE, "styles.css"), "utf8");
  const parts = readdirSync(join(CORE, "styles"))
    .filter((file) => sheets.has(basename(file, ".css")))
    .map((file) => readFileSync(join(CORE, "styles", file), "utf8").trim())
    .map((text) => ({ text, at: whole.indexOf(text) }));
  if (parts.some(({ at }) => at === -1)) throw new Error("Mantine's styles.css is no longer made of its parts");
  return parts
    .toSorted((a, b) => a.at - b.at)
    .map(({ text }) => text)
    .join("\n");
}
