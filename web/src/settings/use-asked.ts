import { useCallback, useState } from "react";

interface Asked<Item> {
  readonly isOpen: boolean;
  /** What is being asked about; stays known while the dialog closes. */
  readonly about: Item | undefined;
  readonly ask: (item: Item) => void;
  readonly close: () => void;
}

/** A dialog about one item of a list. */
export function useAsked<Item>(): Asked<Item> {
  const [about, setAbout] = useState<Item>();
  const [isOpen, setOpen] = useState(false);
  const ask = useCallback((item: Item) => {
    setAbout(item);
    setOpen(true);
  }, []);
  const close = useCallback(() => setOpen(false), []);
  return { isOpen, about, ask, close };
}
