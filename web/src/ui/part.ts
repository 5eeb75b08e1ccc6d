import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import { untilStyled } from "./style-sheets.ts";

/** Milliseconds until code is asked for again; doubles up to the longest. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 15_000;

/**
 * As React's `lazy`, for what appears by itself in place of answering somebody: where its code cannot be had, it appears
 * once it can, and nothing around it breaks.
 */
export function part<P>(load: () => Promise<ComponentType<P>>): LazyExoticComponent<ComponentType<P>> {
  return lazy(async () => ({ default: await untilLoaded(load) }));
}

async function untilLoaded<T>(load: () => Promise<T>): Promise<T> {
  for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    try {
      const loaded = await load();
      await untilStyled();
      return loaded;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
