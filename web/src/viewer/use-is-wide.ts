import { useMediaQuery } from "@mantine/hooks";

/** Whether two texts fit beside each other. */
export function useIsWide(): boolean {
  return useMediaQuery("(min-width: 62em)", true, { getInitialValueInEffect: false });
}
