import { defineConfig } from "vite";

// `/api` is the backend, as nginx has it on a host
const proxy = {
  "/api": {
    target: process.env["CONSOLE_BACKEND_URL"] ?? "http://127.0.0.1:8080",
    rewrite: (path: string) => path.replace(/^\/api/, ""),
  },
};

export default defineConfig({
  // relative addresses, so that the bundle may be published under any path
  base: "./",
  build: { outDir: "dist", emptyOutDir: true },
  server: { port: 8088, strictPort: true, proxy },
  preview: { port: 8088, strictPort: true, proxy },
});
