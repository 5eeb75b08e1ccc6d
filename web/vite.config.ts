import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { theme } from "./src/app/theme.ts";
import { mantineComponents } from "./vite/mantine-components.ts";
import { mantineStyles } from "./vite/mantine-styles.ts";
import { serviceWorker } from "./vite/service-worker.ts";

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
  worker: { format: "es" },
});
