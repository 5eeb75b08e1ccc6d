export const drive = {};
