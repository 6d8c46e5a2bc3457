// The bench is TypeScript; vite, which is here anyway, reads it for node.
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const { module } = await runnerImport(fileURLToPath(new URL("main.ts", import.meta.url)), { configFile: false });
await module.main(process.argv.slice(2));
