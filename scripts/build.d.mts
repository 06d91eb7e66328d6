export function buildIfStale(project?: string, sources?: readonly string[]): void;
