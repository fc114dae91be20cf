/** The colours that projects and tags can have: told apart on light and dark ground. */
export const COLORS = [
  "#8b5e34",
  "#b3261e",
  "#a04a00",
  "#8a6d00",
  "#2e7d32",
  "#0b6e69",
  "#1f5fbf",
  "#7a3e9d",
  "#a83271",
  "#5f5c57",
] as const;
