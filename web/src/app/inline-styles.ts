import { stylesToString, type InlineStylesProps } from "@mantine/core";
import { useInsertionEffect } from "react";

/** In place of Mantine's own, by `web/vite/mantine-styles.ts`: the rules of one component in a constructed style sheet. */
export function InlineStyles(styles: InlineStylesProps): null {
  const css = stylesToString(styles);
  useInsertionEffect(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets.push(sheet);
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
    };
  }, [css]);
  return null;
}
