import { mergeThemeOverrides } from "@mantine/core";
import { strings } from "../strings/strings.ts";
import { theme } from "./theme.ts";

/** The theme with the texts of the chosen language in it; to be asked once that is chosen. */
export function themeWithTexts(): typeof theme {
  const closeButtonProps = { "aria-label": strings.app.close };
  return mergeThemeOverrides(theme, {
    components: {
      Modal: { defaultProps: { closeButtonProps } },
      Drawer: { defaultProps: { closeButtonProps } },
      Notification: { defaultProps: { closeButtonProps } },
      Alert: { defaultProps: { closeButtonLabel: strings.app.close } },
    },
  });
}
