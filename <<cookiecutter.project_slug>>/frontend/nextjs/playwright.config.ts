import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { defineConfig } from "@playwright/test";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The browser to drive: the one that is named, else one on PATH, else Playwright's own. */
function browserPath() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

// Chromium does not run as root inside its sandbox, which is where containers and CI often are.
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  // All tests share one backend and one machine, which may be slow: one at a time, with patience.
  workers: 1,
  retries: 1,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [["list"]],
  use: {
    baseURL: process.env.E2E_BASE_URL ?? "http://localhost:3000",
    viewport: { width: 1280, height: 800 },
    navigationTimeout: 60_000,
    actionTimeout: 30_000,
    screenshot: "only-on-failure",
    // Nothing is caught half-way through a fade.
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: {
      executablePath: browserPath(),
      args: [...(isRoot ? ["--no-sandbox"] : []), "--disable-dev-shm-usage"],
    },
  },
});
