/** Chromium, as Debian installs it, driven by playwright-core. It is offline: whatever a page asks for is refused, and noted. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";
import type { BrowserContext, Page } from "playwright-core";

export const debianChromium = "/usr/bin/chromium";

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface View {
  readonly width: number;
  readonly height: number;
  readonly colorScheme?: "light" | "dark";
}

export interface OpenPage {
  readonly page: Page;
  /** Of the console, of uncaught errors, and of requests for anything but the page itself. */
  readonly problems: string[];
  close(): Promise<void>;
}

export interface Browser {
  /** Opens a file and waits until the report stands. */
  open(file: string, view?: View): Promise<OpenPage>;
  close(): Promise<void>;
}

export async function startBrowser(executablePath: string): Promise<Browser> {
  const browser = await chromium.launch({ executablePath, args: flags, env: { HOME: tmpdir(), PATH: process.env["PATH"] ?? "" } });
  return {
    async open(file, { width, height, colorScheme = "light" } = { width: 1280, height: 800 }) {
      const context: BrowserContext = await browser.newContext({ viewport: { width, height }, colorScheme, offline: true });
      const page = await context.newPage();
      const problems: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
      });
      page.on("pageerror", (error) => problems.push(String(error)));
      const url = `file://${file}`;
      page.on("request", (request) => {
        if (request.url() !== url && !request.url().startsWith("data:")) problems.push(`asks for ${request.url()}`);
      });
      await page.goto(url);
      await page.waitForSelector("html[data-ready]", { timeout: 60_000 });
      return { page, problems, close: () => context.close() };
    },
    close: () => browser.close(),
  };
}

/** A directory for a test's pages, and how to remove it. */
export function pagesDirectory(): { readonly directory: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), "ballast-pages-"));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
