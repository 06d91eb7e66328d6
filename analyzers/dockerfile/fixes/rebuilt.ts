/** Files that differ between two builds of the same Dockerfile, whatever was changed in it. */

export interface Rebuilt {
  readonly pattern: RegExp;
  /** Why each build writes it differently. */
  readonly reason: string;
}

/** Paths that differ in every build. Their content depends on time, chance, or the order of events. */
export const writtenAnew: readonly Rebuilt[] = [
  { pattern: /^\/var\/log\//, reason: "logs" },
  { pattern: /^\/(?:tmp|run|var\/tmp)\//, reason: "temporary files" },
  { pattern: /\/\.(?:npm\/_logs|wget-hsts|python_history|bash_history|lesshst)(?:\/|$)/, reason: "logs" },
  { pattern: /^\/var\/cache\/(?:ldconfig|debconf|fontconfig|man|apparmor)\//, reason: "caches with times in them" },
  { pattern: /^\/var\/(?:lib\/dpkg|cache\/debconf)\/[^/]+-old$/, reason: "old copies of databases" },
  { pattern: /^\/var\/lib\/(?:rpm|dnf|yum|zypp|ucf|systemd|PackageKit)\//, reason: "databases with times in them" },
  { pattern: /^\/(?:var\/lib\/apk|lib\/apk)\/(?:db\/scripts|exec)/, reason: "databases with times in them" },
  {
    pattern: /^\/etc\/(?:machine-id|hostname|hosts|resolv\.conf|shadow-?|gshadow-?|passwd-|group-|subuid-|subgid-|ld\.so\.cache)$/,
    reason: "made for each machine or day",
  },
  { pattern: /^\/etc\/ssh\/ssh_host_|^\/etc\/ssl\/private\/ssl-cert-snakeoil|^\/var\/lib\/dbus\/machine-id$/, reason: "made by chance" },
  { pattern: /\/__pycache__\/|\.py[co]$/, reason: "byte code with times in it" },
  { pattern: /\/node_modules\/(?:\.package-lock\.json|\.yarn-integrity|\.modules\.yaml|\.cache\/)/, reason: "notes of the installer" },
];

/** Null for a path that should be the same in two builds of one Dockerfile. */
export function rebuiltReason(path: string): string | null {
  return writtenAnew.find(({ pattern }) => pattern.test(path))?.reason ?? null;
}

/** Whether a fix names the path itself, something above it, or something below it. */
export function isNamed(path: string, changes: readonly string[]): boolean {
  return changes.some((change) => {
    const root = change.replace(/\/$/, "");
    return path === root || path.startsWith(`${root}/`) || root.startsWith(`${path}/`);
  });
}
