import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  plugins: [react()],
  build: {
    outDir: process.env.LEDGE_WEB_OUT ?? here("../dist/web"),
    emptyOutDir: true,
    target: "es2024",
    // As old as `light-dark()` is: for older ones it would be compiled to something that does not see Mantine's scheme.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    sourcemap: true,
    manifest: true,
  },
  worker: { format: "es" },
});
