import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// `NEXUS_STUDIO=http://127.0.0.1:PORT npm run dev` works on the UI against a running studio: open the dev server's
// address with the studio's #token. Without it, `?fake` shows a studio that lives in the page.
const studio = process.env.NEXUS_STUDIO;
const through = studio ? { target: studio, changeOrigin: true, headers: { origin: studio } } : undefined;

export default defineConfig({
  plugins: [react(), tailwindcss()],
  clearScreen: false,
  server: {
    port: 5173,
    strictPort: true,
    host: "127.0.0.1",
    ...(through ? { proxy: { "/rpc": through, "/events": through } } : {}),
  },
  build: { outDir: "dist", emptyOutDir: true, target: "es2023", assetsInlineLimit: 0, chunkSizeWarningLimit: 900 },
  test: { include: ["src/**/*.test.ts", "dev/**/*.test.ts"], environment: "node" },
});
