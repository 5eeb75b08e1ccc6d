import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef, useState, type RefObject } from "react";
import { mountCode, type CodeOptions, type CodeView } from "./code-view.ts";

/**
 * Shows a text in the element of the answer. Mounted anew for another `text` or `name`; `editing` is read at each call,
 * so it may change.
 */
export function useCodeView(options: Omit<CodeOptions, "isDark">): {
  readonly host: RefObject<HTMLDivElement | null>;
  readonly code: CodeView | null;
} {
  const host = useRef<HTMLDivElement>(null);
  const [code, setCode] = useState<CodeView | null>(null);
  const isDark = useComputedColorScheme("light") === "dark";
  const latest = useRef(options);
  latest.current = options;
  const { text, lineBreak, name, label, wraps } = options;
  const isEdited = options.editing !== undefined;

  useEffect(() => {
    if (!host.current) return undefined;
    const mounted = mountCode(host.current, {
      ...latest.current,
      text,
      lineBreak,
      name,
      label,
      isDark: document.documentElement.dataset.mantineColorScheme === "dark",
      ...(isEdited && {
        editing: {
          onChange: () => latest.current.editing?.onChange(),
          onSave: () => latest.current.editing?.onSave(),
        },
      }),
    });
    setCode(mounted);
    return () => {
      setCode(null);
      mounted.destroy();
    };
  }, [text, lineBreak, name, label, isEdited]);
  useEffect(() => code?.setDark(isDark), [code, isDark]);
  useEffect(() => code?.setWraps(wraps), [code, wraps]);
  return { host, code };
}
