/** The completions that the package carries, under the names that each shell looks for. */
export const completionFiles = [
  ["bash", "ballast.bash"],
  ["zsh", "_ballast"],
  ["fish", "ballast.fish"],
] as const;
