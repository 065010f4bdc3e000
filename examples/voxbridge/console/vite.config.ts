import { defineConfig } from "vite";

export default defineConfig({
  // relative addresses, so that the bundle may be published under any path
  base: "./",
  build: { outDir: "dist", emptyOutDir: true },
});
