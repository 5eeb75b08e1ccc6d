import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { CHARACTER_MAPS } from "../core/character-maps.ts";
import { theme } from "./src/app/theme.ts";
import { mantineComponents } from "./vite/mantine-components.ts";
import { mantineStyles } from "./vite/mantine-styles.ts";
import { serviceWorker } from "./vite/service-worker.ts";
import { withoutNode } from "./vite/without-node.ts";

/** Workers that run WebAssembly have a folder, and with it a policy, of their own (web/public/_headers). */
const DECODERS = "assets/decoders/";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  plugins: [
    mantineComponents(),
    mantineStyles(theme),
    react(),
    serviceWorker(here("src/app/service-worker.worker.ts")),
  ],
  build: {
    outDir: process.env.LEDGE_WEB_OUT ?? here("../dist/web"),
    emptyOutDir: true,
    target: "es2024",
    // As old as `light-dark()` is: for older ones it would be compiled to something that does not see Mantine's scheme.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // The Content-Security-Policy takes no scripts that are not files.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    sourcemap: true,
    manifest: true,
    rolldownOptions: {
      output: {
        assetFileNames: ({ names: [name = ""] }) => {
          // The Worker reads PDF's character maps, too, and knows no hashes (workers/indexer/character-maps.ts).
          if (name.endsWith(".bcmap")) return `${CHARACTER_MAPS.slice(1)}[name][extname]`;
          return name.startsWith("pdf.worker") ? `${DECODERS}[name]-[hash][extname]` : "assets/[name]-[hash][extname]";
        },
        codeSplitting: {
          // The first load in two files, of which a new release seldom changes the first; everything else by its use.
          groups: [
            { name: "libraries", tags: ["$initial"], test: /node_modules/, priority: 2 },
            {
              name: "first",
              tags: ["$initial"],
              test: /\/(web\/src(?!\/main\.tsx)|client|core|protocol)\//,
              priority: 1,
            },
          ],
        },
      },
    },
  },
  worker: {
    format: "es",
    plugins: () => [withoutNode()],
    rolldownOptions: {
      output: {
        entryFileNames: ({ name }) => `${name.startsWith("heif") ? DECODERS : "assets/"}[name]-[hash].js`,
      },
    },
  },
});
