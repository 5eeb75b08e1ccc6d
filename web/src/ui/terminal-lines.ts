/** Lines to paste into a terminal, in a checkout of Ledge: the command line is in no registry. */
export const terminalLines = {
  signIn: (origin: string): string => `npx ledge login --device --url ${origin}`,
  signInAndPut: (origin: string): string => `${terminalLines.signIn(origin)} && npx ledge put SOME-FOLDER /`,
  sync: "npx ledge sync ~/Ledge",
  list: "npx ledge ls /",
};
