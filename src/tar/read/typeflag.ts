/** The letter that says what a header is for, as a byte: those of POSIX, those of GNU tar (its `tar.h`), and the X of Solaris. */
export const Typeflag = {
  v7File: 0,
  file: 0x30,
  hardlink: 0x31,
  symlink: 0x32,
  charDevice: 0x33,
  blockDevice: 0x34,
  directory: 0x35,
  fifo: 0x36,
  contiguousFile: 0x37,
  /** D: with the list of its files as data. */
  gnuDirectory: 0x44,
  /** S */
  gnuSparseFile: 0x53,
  /** V */
  gnuVolumeLabel: 0x56,
  /** M: the rest of a file that begins in another volume. */
  gnuContinuation: 0x4d,
  /** N: obsolete. */
  gnuOldLongNames: 0x4e,
  /** L */
  gnuLongName: 0x4c,
  /** K */
  gnuLongLink: 0x4b,
  /** x */
  paxHeader: 0x78,
  /** X: the same, as Solaris wrote it. */
  solarisHeader: 0x58,
  /** g */
  paxGlobalHeader: 0x67,
} as const;
