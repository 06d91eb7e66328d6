/** Packages that exist to build something and are not needed to run the result. A table, each row with its reason. */
import type { Ecosystem } from "../model.ts";

interface BuildRule {
  readonly pattern: RegExp;
  /** Why it does not belong in a finished image. */
  readonly reason: string;
}

const compilers = "a compiler";
const headers = "headers and static libraries that only compiling needs";
const tools = "a tool that builds other programs";

const shared: readonly BuildRule[] = [
  {
    pattern: /^(?:gcc|g\+\+|gcc-c\+\+|cpp|clang|clang-?\d+|llvm|llvm-?\d+|gfortran|gnat|gdc)(?:-\d+)?(?:-[a-z0-9_]+-linux-gnu[a-z0-9]*)?$/,
    reason: compilers,
  },
  { pattern: /^(?:gcc|g\+\+|cpp|gfortran)-\d+(?:-base)?$/, reason: compilers },
  { pattern: /^(?:rustc|cargo|rust|golang|golang-go|golang-\d[\d.]*(?:-go|-src)?|go)$/, reason: compilers },
  {
    pattern: /^(?:openjdk-\d+-jdk(?:-headless)?|default-jdk(?:-headless)?|openjdk\d+-jdk|java-[\d.]+-openjdk-devel)$/,
    reason: "a Java compiler: the JRE runs what it built",
  },
  {
    pattern: /^(?:binutils|binutils-common|binutils-[a-z0-9_]+-linux-gnu[a-z0-9]*|libbinutils|lld|mold|yasm|nasm)$/,
    reason: "an assembler and linker",
  },
  {
    pattern:
      /^(?:make|gmake|cmake|cmake-data|meson|ninja|ninja-build|samurai|autoconf|automake|libtool|m4|bison|flex|gperf|scons|bazel|maven|gradle|ant)$/,
    reason: tools,
  },
  {
    pattern:
      /^(?:build-essential|build-base|base-devel|dpkg-dev|fakeroot|patch|quilt|debhelper|devscripts|abuild|rpm-build|alpine-sdk|linux-headers.*|linux-libc-dev|kernel-headers)$/,
    reason: tools,
  },
  { pattern: /^(?:pkg-config|pkgconf|pkgconf-bin|pkgconf-pkg-config)$/, reason: tools },
  {
    pattern: /^(?:git|git-man|git-core|git-lfs|mercurial|mercurial-common|subversion|bzr|breezy)$/,
    reason: "fetches sources, which an earlier stage can do",
  },
  { pattern: /^(?:gdb|gdbserver|strace|ltrace|valgrind|lldb)$/, reason: "for finding faults, not for running" },
];

const bySystem: Readonly<Partial<Record<Ecosystem, readonly BuildRule[]>>> = {
  dpkg: [...shared, { pattern: /-dev$|^lib[a-z0-9.+-]+-dev$/, reason: headers }, { pattern: /-dbg(?:sym)?$/, reason: "debug information" }],
  apk: [...shared, { pattern: /-dev$/, reason: headers }, { pattern: /-(?:static|dbg)$/, reason: headers }],
  rpm: [...shared, { pattern: /-(?:devel|static)$/, reason: headers }, { pattern: /-debuginfo$/, reason: "debug information" }],
  pacman: shared,
};

/** Why a package is there only for building; null for one that a running image may need. */
export function buildReason(ecosystem: Ecosystem, name: string): string | null {
  return bySystem[ecosystem]?.find(({ pattern }) => pattern.test(name))?.reason ?? null;
}
