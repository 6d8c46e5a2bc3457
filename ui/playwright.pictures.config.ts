import { defineConfig } from "@playwright/test";
import usual from "./playwright.config";

/** `npm run pictures` takes the README's pictures anew. */
export default defineConfig({ ...usual, testMatch: "pictures.ts" });
