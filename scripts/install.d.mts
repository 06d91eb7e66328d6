export function installIfStale(): void;
