import { createTheme, localStorageColorSchemeManager, type MantineColorsTuple } from "@mantine/core";

/** Also read by public/color-scheme.js, before the first paint. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: "ledge-color-scheme" });

const moss: MantineColorsTuple = [
  "#eaf6f2",
  "#d6e9e2",
  "#abd3c5",
  "#7cbda6",
  "#56aa8c",
  "#3e9e7b",
  "#2f8769",
  "#1f6f5c",
  "#195c4c",
  "#0c4a3c",
];

/** Also read by web/vite.config.ts, which makes a style sheet of it: plain values only. */
export const theme = createTheme({
  primaryColor: "moss",
  primaryShade: { light: 7, dark: 5 },
  colors: { moss },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  components: {
    // The body never scrolls, and the lock is a style that the Content-Security-Policy refuses.
    Modal: { defaultProps: { lockScroll: false } },
    Drawer: { defaultProps: { lockScroll: false } },
    // Inside a landmark, so that screen readers find it.
    Portal: { defaultProps: { target: "#overlays" } },
  },
});
