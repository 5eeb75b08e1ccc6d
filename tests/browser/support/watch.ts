import type { BrowserContext, Page } from "playwright-core";

export interface Watched {
  /** What went wrong in any page of the context: exceptions, errors in the console, violations of the policy. */
  readonly errors: string[];
}

/** What a browser logs by itself about requests and sockets that fail: those are the test's own doing. */
export const OF_THE_NETWORK =
  /^(Failed to load resource|WebSocket connection to |An unknown error occurred when fetching the script)/;

/** Notes what goes wrong in a context's pages from now on (B1). */
export async function watch(context: BrowserContext): Promise<Watched> {
  const errors: string[] = [];
  await context.exposeBinding("ledgeViolation", (_source, text: string) => void errors.push(text));
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      const { ledgeViolation } = globalThis as unknown as { ledgeViolation: (text: string) => void };
      ledgeViolation(
        `${event.effectiveDirective} refuses ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`,
      );
    });
  });
  context.on("weberror", (error) => errors.push(String(error.error())));
  context.on("console", (message) => {
    if (message.type() === "error" && !OF_THE_NETWORK.test(message.text())) errors.push(message.text());
  });
  return { errors };
}

/** Drops files onto a folder's page, as from the desktop. */
export async function dropFiles(page: Page, files: Readonly<Record<string, string>>): Promise<void> {
  const transfer = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const [name, text] of Object.entries(files)) transfer.items.add(new File([text], name));
    return transfer;
  }, files);
  const target = page.locator("main");
  for (const type of ["dragenter", "dragover", "drop"]) await target.dispatchEvent(type, { dataTransfer: transfer });
}
