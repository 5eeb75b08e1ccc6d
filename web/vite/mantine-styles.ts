import {
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  em,
  mergeMantineTheme,
  px,
  type MantineThemeOverride,
} from "@mantine/core";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const ID = "virtual:mantine-theme.css";
const INLINE_STYLES = /@mantine\/core\/esm\/core\/InlineStyles\/InlineStyles\.mjs$/;
const VARIABLES = /@mantine\/core\/esm\/core\/MantineProvider\/MantineCssVariables\/MantineCssVariables\.mjs$/;
const OURS = fileURLToPath(new URL("../src/app/inline-styles.ts", import.meta.url));

/**
 * What Mantine writes into `<style>` elements while it runs, which the Content-Security-Policy refuses: the theme's
 * variables and classes become a style sheet of the build, and a component's own rules a constructed one.
 */
export function mantineStyles(theme: MantineThemeOverride): Plugin {
  return {
    name: "mantine-styles",
    enforce: "pre",
    resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
    load(id) {
      if (id === `\0${ID}`) return themeSheet(theme);
      if (VARIABLES.test(id)) return "export const MantineCssVariables = () => null;";
      return INLINE_STYLES.test(id) ? `export { InlineStyles } from ${JSON.stringify(OURS)};` : undefined;
    },
  };
}

function themeSheet(override: MantineThemeOverride): string {
  const theme = mergeMantineTheme(DEFAULT_THEME, override);
  const variables = convertCssVariables(defaultCssVariablesResolver(theme), ":root");
  const classes = Object.entries(theme.breakpoints).map(([name, width]) => {
    const least = Number(px(width));
    return (
      `@media (max-width: ${em(least - 0.1)}) { .mantine-visible-from-${name} { display: none !important; } }` +
      `@media (min-width: ${em(least)}) { .mantine-hidden-from-${name} { display: none !important; } }`
    );
  });
  return [variables, ...classes].join("\n");
}
