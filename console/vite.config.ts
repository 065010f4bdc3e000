import { fileURLToPath } from "node:url";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";

const folder = fileURLToPath(new URL(".", import.meta.url));

export default defineConfig(({ mode }) => {
  const server = loadEnv(mode, folder, "KEYTURN_")["KEYTURN_SERVER"] ?? "http://127.0.0.1:7333";
  return {
    root: folder,
    plugins: [react(), tailwind()],
    resolve: {
      // its way of holding the page still is a style in the document, which the server's policy forbids
      alias: { "react-remove-scroll": `${folder}src/element/hold-scroll.tsx` },
    },
    build: {
      target: ["chrome123", "firefox120", "safari17.5"],
      // a file in the text of another would be a data: address, which the policy forbids
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
    // the server takes requests of its own pages alone
    server: { proxy: { "/v1": { target: server, changeOrigin: true, headers: { origin: server } } } },
  };
});
