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
    sourcemap: true,
    manifest: true,
  },
  worker: { format: "es" },
});
