import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { theme } from "./src/app/theme.ts";
import { mantineStyles } from "./vite/mantine-styles.ts";
import { serviceWorker } from "./vite/service-worker.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  plugins: [mantineStyles(theme), react(), serviceWorker(here("src/app/service-worker.worker.ts"))],
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
  },
  worker: { format: "es" },
});
