import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { expect } from "vitest";

export interface AxeScope {
  readonly include?: string;
  readonly exclude?: string;
}

/** What axe finds once nothing moves or fades any more, shortly. */
export async function violations(page: Page, { include, exclude }: AxeScope = {}): Promise<string[]> {
  await untilStill(page);
  // In the page alone, which has no frames of other origins, and with the details of what is wrong alone: else each look
  // opens a page more to put the findings together.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
  if (include !== undefined) axe.include(include);
  if (exclude !== undefined) axe.exclude(exclude);
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary?.split("\n")[1] ?? ""}`),
  );
}

/** Expects that axe finds nothing, in light and in dark. */
export async function expectAccessible(page: Page, what: string, scope?: AxeScope): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page, scope), `[B17] ${what}, ${colorScheme}`).toEqual([]);
  }
}

/** Resolves when all transitions are over: colours and places are only then what they are. */
function untilStill(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        // What fades in begins to some frames after it was put into the page.
        const enough = 12;
        let frames = 0;
        const look = (): void => {
          const isMoving = document.getAnimations().some(({ playState, effect }) => {
            // A spinner never ends.
            return playState === "running" && effect?.getComputedTiming().endTime !== Infinity;
          });
          frames = isMoving ? 0 : frames + 1;
          if (frames > enough) resolve();
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
}
