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
  "#2b8063",
  "#1f6f5c",
  "#195c4c",
  "#0c4a3c",
];

/** Mantine's, with a little of the moss in it. */
const dark: MantineColorsTuple = [
  "#cdd5d2",
  "#b3bdb9",
  "#84908c",
  "#5d6764",
  "#3d4644",
  "#303836",
  "#272e2c",
  "#1c2220",
  "#151a18",
  "#0f1312",
];

/** Mantine's, but dim text (6) is dark enough to read: 4.8:1 on the lightest ground. */
const gray: MantineColorsTuple = [
  "#f8f9fa",
  "#f1f3f5",
  "#e9ecef",
  "#dee2e6",
  "#ced4da",
  "#adb5bd",
  "#666f77",
  "#495057",
  "#343a40",
  "#212529",
];

/** Also read by web/vite.config.ts, which makes a style sheet of it: plain values only. */
export const theme = createTheme({
  primaryColor: "moss",
  primaryShade: { light: 7, dark: 6 },
  colors: { moss, dark, gray },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  components: {
    // The body never scrolls, and the lock is a style that the Content-Security-Policy refuses.
    Modal: { defaultProps: { lockScroll: false } },
    Drawer: { defaultProps: { lockScroll: false } },
    // The placeholder would be a child that a menu may not have: the first item gets the focus instead.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    // Inside a landmark, so that screen readers find it.
    Portal: { defaultProps: { target: "#overlays" } },
  },
});
